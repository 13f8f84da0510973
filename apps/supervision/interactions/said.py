"""The list of transcripts found by what was said: what it tells of each contact, and its lines as a file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.common.errors import Forbidden
from apps.common.paging import POSITIONS
from apps.common.words import later as _
from apps.engagements.models import ConversationEntry
from apps.engagements.transcript_index import MOST_LINES
from apps.exports.columns import Column, Kind, Row
from apps.exports.sources import Table
from apps.supervision.interactions.search import Found, count_said, search
from apps.supervision.records.columns import Heading, SetupList
from apps.supervision.records.own import OwnList
from apps.supervision.records.views import user_of
from apps.supervision.site import site
from apps.tenants.scope import scope

_WINDOW = 50  # contacts in one transaction
_LONGEST = 100_000  # characters of a line
_HEADINGS = (
    Heading("name", _("Interaction"), 8),
    Heading("started", _("Started"), 8),
    Heading("queue", _("Queue"), 8),
    Heading("who", _("Handler or owner"), 8),
    Heading("lines", _("Lines"), 5, is_number=True),
    Heading("number", _("Number or address"), 8),
    Heading("channel", _("Channel"), 6),
    Heading("status", _("Status"), 6),
    Heading("duration", _("Duration"), 6, is_number=True),
)
_FIRST = ("name", "started", "queue", "who", "lines")
_VALUES: Mapping[str, Callable[[Found], Any]] = {
    "name": lambda one: one.row.interaction.name,
    "started": lambda one: one.row.interaction.opened_at,
    "queue": lambda one: one.row.queue,
    "who": lambda one: one.row.who,
    "lines": lambda one: one.count,
    "number": lambda one: one.row.number,
    "channel": lambda one: one.row.interaction.get_channel_display(),
    "status": lambda one: one.row.interaction.status,
    "duration": lambda one: one.row.duration.total_seconds() if one.row.duration is not None else None,
}
_KINDS = {"started": Kind.TIME, "lines": Kind.INTEGER, "duration": Kind.NUMBER}
_UNITS = {"duration": _("Duration, s")}
_CHANNELS = dict(Channel.choices)


@require_safe
def transcripts(request: HttpRequest) -> HttpResponse:
    user, asked = user_of(request), LIST.asked(request)
    older_than, newer_than = (request.GET.get(name, "") for name in POSITIONS)
    found = search(asked.filters, by=user, older_than=older_than, newer_than=newer_than)
    context = {
        "title": gettext("Transcripts"),
        "list": found,
        "newer": asked.address(newer_than=found.newer) if found.newer else "",
        "older": asked.address(older_than=found.older) if found.older else "",
        **LIST.wishes(asked, user),
    }
    request.current_app = site.name
    return TemplateResponse(request, "supervision/transcripts.html", {**site.each_context(request), **context})


def transcripts_table(asked: QueryDict, by: User) -> Table:
    """The lines that are found, of each contact as many as the index gives. In scope. Raises Forbidden as the page."""
    if not _may_see(by):
        raise Forbidden(gettext("this list is not for you"))
    headings = LIST.headings(asked)

    def windows() -> Iterator[Sequence[Row]]:
        place, more = "", True
        while more:
            with scope(by.tenant), timezone.override(by.zone):
                page = search(asked, by=by, older_than=place, size=_WINDOW, lines=MOST_LINES, room=_LONGEST)
                rows = [row for one in page.found for row in _rows(one, headings)]
            yield rows
            place, more = page.older, bool(page.older)

    def count(most: int | None) -> int:
        return count_said(asked, by=by, most=most)

    columns = [
        Column("customer", gettext("Customer")),
        *(Column(one.name, _UNITS.get(one.name, one.label), _KINDS.get(one.name, Kind.TEXT)) for one in headings),
        *(Column("at", gettext("When"), Kind.TIME), Column("speaker", gettext("Who")), Column("text", gettext("Said"))),
    ]
    return Table("transcripts", gettext("Transcripts"), columns, windows, count)


def _rows(one: Found, headings: Sequence[Heading]) -> Iterator[Row]:
    told = [one.row.customer, *(_VALUES[each.name](one) for each in headings)]
    for hit in one.hits:
        yield [*told, hit.entry.started_at, hit.speaker, hit.entry.text]


def _may_see(user: User) -> bool:
    return user.has_perm("engagements.view_conversationentry")


def _said(asked: QueryDict) -> list[tuple[str, str]]:
    labels = {"q": gettext("Said"), "channel": gettext("Channel"), "since": gettext("From"), "until": gettext("To")}
    told = {
        **{name: asked.get(name, "") for name in asked},
        "channel": str(_CHANNELS.get(asked.get("channel", ""), "")),
    }
    return [(labels.get(name, name), value) for name, value in told.items() if value]


LIST = OwnList(
    SetupList(
        ConversationEntry._meta.label_lower,
        _("transcripts"),
        ConversationEntry,
        {each.name: each for each in _HEADINGS},
        _FIRST,
    ),
    "transcripts",
    _may_see,
    _said,
    transcripts_table,
)
LIST.register()
