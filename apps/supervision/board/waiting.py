"""Who waits in one queue, those first who have waited longest."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from apps.agents.models import Skill
from apps.common.words import later as _
from apps.queues import demands
from apps.queues.models import OfferState, Outcome, QueueEntry, WorkOffer
from apps.supervision.board.asked import Asked
from apps.supervision.board.customers import names_for
from apps.supervision.board.figures import Moment
from apps.supervision.board.limits import Level, QueueLimits

SHOWN = 20
_WORDS = {
    Outcome.REJECTED: _("{number} rejected"),
    Outcome.TIMED_OUT: _("{number} missed"),
    Outcome.CANCELLED: _("{number} withdrawn"),
}


@dataclass(frozen=True)
class WaitingRow:
    stay: QueueEntry
    customer: str
    level: Level
    needs: str
    offers: str


def waiting_rows(asked: Asked, queue: int, moment: Moment, held_to: QueueLimits) -> list[WaitingRow]:
    """Four queries, however many wait; `SHOWN` at most."""
    stays = QueueEntry.objects.filter(queue=queue, left_at=None, interaction__deleted_at=None)
    found = list(
        stays.filter(asked.of_contacts)
        .select_related("interaction", "offered_to__user")
        .order_by("entered_at", "pk")[:SHOWN]
    )
    names = names_for(stay.interaction for stay in found)
    skills, past = _skills(found, moment.at), _past(found)
    return [
        WaitingRow(
            stay,
            names[stay.interaction_id],
            held_to.wait(stay.entered_at, moment.at),
            skills[stay.pk],
            _offers(stay, past[stay.pk]),
        )
        for stay in found
    ]


def _skills(stays: Sequence[QueueEntry], at: datetime) -> Mapping[int, str]:
    levels = {stay.pk: demands.levels(stay.skills, at - stay.waits_since) for stay in stays}
    names = dict(
        Skill.objects.filter(pk__in={key for each in levels.values() for key in each}).values_list("pk", "name")
    )
    return {
        stay: ", ".join(f"{names[key]} {level}" for key, level in each.items() if key in names)
        for stay, each in levels.items()
    }


def _past(stays: Sequence[QueueEntry]) -> "defaultdict[int, Counter[Outcome]]":
    found: defaultdict[int, Counter[Outcome]] = defaultdict(Counter)
    ended = WorkOffer.objects.filter(queue_entry__in=stays, state=OfferState.ENDED).values_list(
        "queue_entry", "outcome"
    )
    for stay, outcome in ended:
        if stay and outcome in _WORDS:
            found[stay][Outcome(outcome)] += 1
    return found


def _offers(stay: QueueEntry, past: "Counter[Outcome]") -> str:
    said = [word.format(number=past[outcome]) for outcome, word in _WORDS.items() if past[outcome]]
    if stay.offered_to:
        said.append(gettext("being offered to {offered_to}").format(offered_to=stay.offered_to))
    return ", ".join(said) or gettext("none")
