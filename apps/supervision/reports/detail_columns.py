"""What the row reports tell: of each interaction, of each agent's part in one, of each contact in one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.common.words import later as _
from apps.exports.columns import Column, Kind
from apps.queues.models import WorkOffer
from apps.reporting import figures
from apps.supervision.interactions.table import COLUMNS, Told

Columns = Sequence[tuple[Column, Callable[[Any], Any]]]
_T, _N = Kind.TIME, Kind.NUMBER
_OF_AN_INTERACTION: Mapping[str, Callable[[Told], Any]] = {column.key: value for column, value in COLUMNS}
_HEADINGS: Mapping[str, Column] = {column.key: column for column, _ in COLUMNS}


@dataclass(frozen=True)
class Part:
    """One agent's part in an interaction."""

    told: Told
    offer: WorkOffer


@dataclass(frozen=True)
class DetailKind:
    """`rows`: what one interaction is told in."""

    title: str
    definition: str
    columns: Columns
    rows: Callable[[Told], Iterable[Any]]
    is_of_parts: bool = False


def _own(*keys: str, of: Callable[[Any], Told] = lambda told: told) -> Columns:
    def reading(read: Callable[[Told], Any]) -> Callable[[Any], Any]:
        return lambda row: read(of(row))

    return [(_HEADINGS[key], reading(_OF_AN_INTERACTION[key])) for key in keys]


def _marked(of: Callable[[Any], Told] = lambda told: told) -> tuple[Columns, Columns]:
    """In front, that something is wrong with a row; behind, what."""
    return (
        [(Column("mark", "!"), lambda row: "!" if of(row).one.flag_type else None)],
        [(Column("flag", _("Flagged because")), lambda row: of(row).one.flag_label or None)],
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _of_part(part: Part) -> Told:
    return part.told


def _offered(part: Part) -> Any:
    return part.offer.offered_at if part.offer.queue_entry_id else None


def _queue_of(part: Part) -> str | None:
    entry = part.offer.queue_entry
    return str(entry.queue) if entry and entry.queue else None


def _hold(part: Part) -> float | None:
    return _seconds(figures.agent_hold_time(part.told.journal, part.offer))


def _talk(part: Part) -> float | None:
    return _seconds(figures.agent_talk_time(part.told.journal, part.offer))


_FIGURES = ("interactionSeconds", "waitedSeconds", "conversationSeconds", "talkSeconds", "holds", "holdSeconds")
_DETAIL = (
    *("started", "ended", "channel", "direction", "stage", "customer", "number", "queue", "agent"),
    *_FIGURES,
    *("wrapUpSeconds", "transfers", "offers", "sentiment"),
)
_mark, _why = _marked()
_part_mark, _part_why = _marked(_of_part)
_PART: Columns = (
    (Column("partAgent", _("Agent")), lambda part: str(part.offer.agent)),
    (Column("partQueue", _("Queue")), _queue_of),
    (Column("offered", _("Offered"), _T), _offered),
    (Column("answered", _("Answered"), _T), lambda part: part.offer.answered_at),
    (Column("outcome", _("Outcome")), lambda part: part.offer.get_outcome_display()),
    (Column("talkStarted", _("Conversation begins"), _T), lambda part: part.offer.talk_started_at),
    (Column("left", _("Left"), _T), lambda part: figures.part_end(part.offer)),
    (Column("partTalkSeconds", _("Talk, s"), _N), _talk),
    (Column("partHoldSeconds", _("Hold, s"), _N), _hold),
    (Column("partWrapUpSeconds", _("Wrap-up, s"), _N), lambda part: _seconds(figures.agent_wrap_up_time(part.offer))),
    (Column("partHandleSeconds", _("Handled, s"), _N), lambda part: _seconds(figures.agent_handle_time(part.offer))),
    (Column("disposition", _("Disposition")), lambda part: part.offer.disposition and str(part.offer.disposition)),
)


def _parts(told: Told) -> Iterable[Part]:
    return [Part(told, offer) for offer in told.journal.offers]


_CONTACT = ("customer", "number", "started", "ended", "channel", "direction", "stage", "queue", "agent")

KINDS: Mapping[str, DetailKind] = {
    "interaction-detail": DetailKind(
        _("Interaction Detail"),
        _("A row for each interaction that began in these days, newest first, with its whole course."),
        (*_mark, *_own("name", *_DETAIL), *_why),
        lambda told: [told],
    ),
    "interaction-details-by-agent": DetailKind(
        _("Interaction Details by Agent"),
        _(
            "A row for each agent whom an interaction was offered to or who placed or took it, answered or not. Times "
            "are those of the agent's own part."
        ),
        (*_part_mark, *_own("name", of=_of_part), *_PART, *_own("channel", "direction", of=_of_part), *_part_why),
        _parts,
        is_of_parts=True,
    ),
    "interaction-details-by-contact": DetailKind(
        _("Interaction Details by Contact"),
        _(
            "A row for each interaction under the contact it was with; a number, an address or a name narrows it to "
            "one."
        ),
        (*_mark, *_own("name", *_CONTACT, *_FIGURES, "transfers", "sentiment"), *_why),
        lambda told: [told],
    ),
}
