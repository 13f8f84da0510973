"""Two records of one contact, side by side, before they become one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.common.errors import Invalid, SwitchroomError
from apps.common.looking import Narrowed, page_within
from apps.engagements.lists import LISTS
from apps.engagements.models import EngagementInteraction
from apps.engagements.models.interaction import previous_contacts
from apps.engagements.search import matching
from apps.objects.columns import Column
from apps.queues.operations.merging import differing, has_journal, merge, refusal
from apps.supervision.admin.forms import sentence
from apps.supervision.interactions.listing import rows_of, with_queue
from apps.supervision.records.cells import cells_of
from apps.supervision.records.views import page, user_of

_SUGGESTED = 10


@dataclass(frozen=True)
class Difference:
    """One field that the two say differently; `is_theirs`: the other's value is proposed, because the kept has none."""

    column: Column
    label: str
    kept: str
    other: str
    is_theirs: bool


@require_http_methods(["GET", "POST"])
def merging(request: HttpRequest, pk: int) -> HttpResponse:
    """Which other record is meant, then the differences; POST merges."""
    user = user_of(request)
    kept = _seen(user).filter(pk=pk).first()
    if kept is None:
        raise Http404
    other = _other(request, kept, user)
    if request.method == "POST" and other is not None:
        try:
            merge(kept, other, take=request.POST.getlist("take"), by=user)
        except Invalid as refused:
            messages.error(request, " ".join(problem.message for problem in refused.problems))
        except SwitchroomError as refused:
            messages.error(request, sentence(str(refused)))
        else:
            messages.success(request, gettext("{name} is part of this now.").format(name=other.name))
            return redirect("admin:engagements_engagementinteraction_change", kept.pk)
    context = {
        "title": gettext("Merge"),
        "kept": kept,
        "other": other,
        "asked": request.GET.get("q", ""),
        "refusal": refusal(kept, other) if other else None,
        "turned": other is not None and has_journal(other) and not has_journal(kept),
        "differences": _differences(kept, other) if other else [],
        "parts": _parts(other) if other else [],
        "rows": [] if other else rows_of(_suggested(request, kept, user)),
        "back": reverse("admin:engagements_engagementinteraction_change", args=[kept.pk]),
    }
    return page(request, "supervision/merge.html", context)


def _seen(user: User) -> Any:
    return EngagementInteraction.objects.visible_to(user)


def _other(request: HttpRequest, kept: EngagementInteraction, user: User) -> EngagementInteraction | None:
    named = request.GET.get("other", "")
    if not (named.isascii() and named.isdecimal() and len(named) < 19):
        return None
    found: EngagementInteraction | None = _seen(user).filter(pk=int(named)).exclude(pk=kept.pk).first()
    if found is None:
        raise Http404
    return found


def _suggested(request: HttpRequest, kept: EngagementInteraction, user: User) -> Sequence[Any]:
    """What was looked for; otherwise contacts of the same number."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()
    if asked:
        found = _seen(user).filter(matching(asked)).exclude(pk=kept.pk)
        listed = Narrowed(EngagementInteraction.objects.all(), found)
        return page_within(listed, LISTS["interactions"].sorting({}), size=_SUGGESTED, shown=with_queue).rows
    found = previous_contacts(kept, _SUGGESTED)
    found = _seen(user).filter(pk__in=list(found.values_list("pk", flat=True))).order_by("-opened_at", "-uuid")
    return list(with_queue(found)[:_SUGGESTED])


def _differences(kept: EngagementInteraction, other: EngagementInteraction) -> list[Difference]:
    told = differing(kept, other)
    columns = [column for column, _, _ in told]
    sobject: Any = kept.sobject  # type: ignore[attr-defined]
    ours, theirs = cells_of(sobject, columns, [kept, other])
    return [
        Difference(column, column.declared.said, mine.text, yours.text, not mine.text)
        for column, mine, yours in zip(columns, ours, theirs, strict=True)
    ]


def _parts(other: Any) -> list[tuple[str, int]]:
    counted = [
        ("attendee", other.attendees.count()),
        ("topic", other.topics.count()),
        ("call", other.voice_calls.count()),
        ("note", other.notes.count()),
    ]
    return [(name if number == 1 else f"{name}s", number) for name, number in counted if number]
