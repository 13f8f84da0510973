"""What a call centre was refused, for its administrator to look at."""

import re

from apps.voice_calls.models import CallCenter, RefusedRequest

KEPT = 200  # of each call centre
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def note(call_center: CallCenter, *, operation: str, status: int, code: str, message: str) -> None:
    """Remember that a request was refused, and forget the oldest. Outside of the request's own transaction."""
    RefusedRequest.objects.create(
        call_center=call_center,
        operation=_shown(operation)[:300],
        status=status,
        code=code[:40],
        message=_shown(message)[:500],
    )
    newest = RefusedRequest.objects.filter(call_center=call_center).order_by("-id")
    if behind := newest.values_list("id", flat=True)[KEPT : KEPT + 1].first():
        newest.filter(id__lte=behind).delete()


def _shown(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)
