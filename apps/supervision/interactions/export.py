"""A transcript to take away: as text, as CSV or as JSON lines, written while it is read, however long it is."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from io import StringIO

from django.utils import timezone

from apps.engagements.models import EngagementInteraction
from apps.reporting.transcript import Line, told, window
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

_TO_AGENTS = " (to agents alone)"


@dataclass(frozen=True)
class Head:
    """What a file begins with: of which contact, with whom, and on whose clock."""

    interaction: EngagementInteraction
    customer: str
    zone: tzinfo

    @property
    def zone_name(self) -> str:
        return str(self.zone)

    def at(self, moment: datetime | None) -> str:
        """With the offset, to the millisecond."""
        return moment.astimezone(self.zone).isoformat(timespec="milliseconds") if moment else ""


@dataclass(frozen=True)
class Format:
    label: str
    content_type: str
    begin: Callable[[Head], str]
    lines: Callable[[Head, Sequence[Line]], str]


def written(of: Tenant, head: Head, form: Format) -> Iterator[str]:
    """The file, a window of lines at a time: each is a transaction of its own, for the request's is over by then."""
    yield form.begin(head)
    after: int | None = None
    while True:
        with scope(of), timezone.override(head.zone):
            found = window(head.interaction, after=after)
            text = form.lines(head, told(head.interaction, found.entries, customer=head.customer))
        yield text
        if found.later is None:
            return
        after = found.later


def _text_begins(head: Head) -> str:
    one = head.interaction
    when = head.at(one.start_date_time)
    return f"Transcript of {one.name}, {head.customer}\nBegun {when}; times in {head.zone_name}\n\n"


def _text(head: Head, lines: Sequence[Line]) -> str:
    return "".join(
        f"{line.entry.started_at.astimezone(head.zone):%Y-%m-%d %H:%M:%S}  "
        + f"{line.speaker}{_TO_AGENTS * line.is_for_agents}: "
        + line.entry.text.replace("\n", "\n    ")
        + (f"  [{line.mood.word}]" if line.mood else "")
        + "\n"
        for line in lines
    )


def _csv_begins(head: Head) -> str:
    zone = head.zone_name
    # The mark in front tells spreadsheets that it is UTF-8.
    return "\ufeff" + csv_row(
        "Interaction", f"Begins ({zone})", f"Ends ({zone})", "Speaker", "Role", "Text", "Sentiment"
    )


def _csv(head: Head, lines: Sequence[Line]) -> str:
    return "".join(
        csv_row(
            str(head.interaction.name),
            head.at(line.entry.started_at),
            head.at(line.entry.ended_at),
            line.speaker,
            line.entry.get_sender_kind_display() + _TO_AGENTS * line.is_for_agents,
            line.entry.text,
            line.mood.word if line.mood else "",
        )
        for line in lines
    )


def csv_row(*cells: str) -> str:
    """A line of CSV. Nothing that somebody said is a formula where the file is opened."""
    row = StringIO()
    csv.writer(row).writerow([f"'{cell}" if cell.lstrip(" ").startswith(_STARTS_A_FORMULA) else cell for cell in cells])
    return row.getvalue()


def _json_begins(head: Head) -> str:
    one = head.interaction
    return _json_line(
        {
            "interaction": str(one.name),
            "interactionId": str(one.uuid),
            "channel": one.channel,
            "customer": head.customer,
            "startDateTime": head.at(one.start_date_time),
            "timeZone": head.zone_name,
        }
    )


def _json(head: Head, lines: Sequence[Line]) -> str:
    return "".join(
        _json_line(
            {
                "number": line.entry.number,
                "startTime": head.at(line.entry.started_at),
                "endTime": head.at(line.entry.ended_at) or None,
                "speaker": line.speaker,
                "senderType": line.entry.sender_kind,
                "visibility": line.entry.visibility,
                "participantId": line.entry.participant,
                "messageId": line.entry.message_id,
                "text": line.entry.text,
                "sentiment": line.mood.score if line.mood else None,
            }
        )
        for line in lines
    )


def _json_line(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False) + "\n"


FORMATS = {
    "txt": Format("Text", "text/plain; charset=utf-8", _text_begins, _text),
    "csv": Format("CSV", "text/csv; charset=utf-8", _csv_begins, _csv),
    "jsonl": Format("JSON lines", "application/jsonl; charset=utf-8", _json_begins, _json),
}
