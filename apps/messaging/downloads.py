"""A file that a stranger chose, given out."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from apps.engagements.models import MailAttachment


def download(found: MailAttachment) -> HttpResponse:
    """Its bytes, to be saved: what strangers sent is never shown as a page of ours. Nobody has looked for viruses."""
    kind = found.content_type
    answer = HttpResponse(bytes(found.content), content_type="application/octet-stream" if _runs(kind) else kind)
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    return answer


def _runs(kind: str) -> bool:
    return kind in ("text/html", "image/svg+xml", "application/xhtml+xml") or kind.endswith(("javascript", "xml"))
