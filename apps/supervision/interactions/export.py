"""A transcript to take away, read a window of lines at a time, however long it is: as plain text, or as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.words import later as _
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.exports.columns import Column, Kind, Row, moment
from apps.exports.forms import FORMS
from apps.exports.sources import Table
from apps.reporting.transcript import Line, told, window
from apps.tenants.scope import scope

_TO_AGENTS = _(" (to agents alone)")


@dataclass(frozen=True)
class Transcript:
    """Of which contact, with whom, and who takes it away."""

    interaction: EngagementInteraction
    customer: str
    by: User

    def windows(self) -> Iterator[Sequence[Line]]:
        """Each is a transaction of its own, for the request's is over by then."""
        after: int | None = None
        while True:
            with scope(self.by.tenant), timezone.override(self.by.zone):
                found = window(self.interaction, after=after)
                lines = list(told(self.interaction, found.entries, customer=self.customer))
            yield lines
            if found.later is None:
                return
            after = found.later

    def count(self, most: int | None) -> int:
        lines = ConversationEntry.objects.filter(interaction=self.interaction).order_by()
        return (lines if most is None else lines[: most + 1]).count()

    @property
    def table(self) -> Table:
        return Table(
            name=f"{self.interaction.name}-transcript",
            title=gettext("Transcript of {name}").format(name=self.interaction.name),
            columns=_COLUMNS,
            windows=lambda: ([self._row(line) for line in lines] for lines in self.windows()),
            count=self.count,
        )

    def _row(self, line: Line) -> Row:
        entry = line.entry
        return [
            str(self.interaction.name),
            entry.started_at,
            entry.ended_at,
            line.speaker,
            entry.get_sender_kind_display() + _TO_AGENTS * line.is_for_agents,
            entry.text,
            line.mood.word if line.mood else None,
            line.mood.score if line.mood else None,
            entry.number,
            entry.sender_kind,
            entry.visibility,
            entry.participant,
            entry.message_id,
        ]


_COLUMNS = (
    Column("interaction", _("Interaction")),
    Column("startTime", _("Begins"), Kind.TIME),
    Column("endTime", _("Ends"), Kind.TIME),
    Column("speaker", _("Speaker")),
    Column("role", _("Role")),
    Column("text", _("Text")),
    Column("mood", _("Sentiment")),
    Column("sentiment", _("Sentiment, -1000 to 1000"), Kind.NUMBER),
    Column("number", _("Line"), Kind.INTEGER),
    Column("senderType", _("Sender type")),
    Column("visibility", _("Visibility")),
    Column("participantId", _("Participant")),
    Column("messageId", _("Message")),
)

TRANSCRIPT_FORMS = {"txt": _("Text"), **{name: form.label for name, form in FORMS.items()}}


def text(of: Transcript) -> Iterator[bytes]:
    """For people to read."""
    one, zone = of.interaction, of.by.zone
    begun = moment(one.start_date_time, zone)
    yield (
        gettext("Transcript of {name}, {customer}\nBegun {begun}; times in {zone}\n\n")
        .format(name=one.name, customer=of.customer, begun=begun, zone=zone)
        .encode()
    )
    for lines in of.windows():
        yield "".join(_told(line, zone) for line in lines).encode()


def _told(line: Line, zone: tzinfo) -> str:
    at = f"{line.entry.started_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    said = line.entry.text.replace("\n", "\n    ")
    mood = f"  [{line.mood.word}]" if line.mood else ""
    return f"{at}  {line.speaker}{_TO_AGENTS * line.is_for_agents}: {said}{mood}\n"
