"""What a stay asks of an agent: skills, each with a level that may fall while the customer waits.

A stay keeps it as it was when the stay began: `[{"skill": 7, "steps": [[0, 5], [30, 3], [60, 0]]}]` is level 5 of skill
7, 3 after thirty seconds, and after a minute the skill is no longer asked for. Steps only ever ask for less, so whoever
may be asked once may be asked until the end. Stays that ask for the same have the same text, and so the same `demand`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NotRequired, TypedDict

from apps.queues import rulebook
from apps.queues.models import Queue, QueueEntry

Levels = Mapping[int, int]  # by the skills' keys
Step = tuple[int, int]  # seconds of waiting, level from then on


class Need(TypedDict):
    skill: int
    steps: Sequence[Step]
    own: NotRequired[int]  # the contact's own level, whatever queue it waits in


def of(queue: Queue, own: Levels) -> list[Need]:
    """What work from the queue needs, and what this contact needs besides.

    An own level takes the place of the queue's first one; what the queue asks for later counts for both.
    """
    steps: dict[int, list[Step]] = defaultdict(list)
    for each in rulebook.current().needs.get(queue.pk, ()):
        steps[each.skill_id].append((each.after_s, each.level))
    needs = []
    for skill in sorted({*steps, *own}):
        need = Need(skill=skill, steps=_falling(steps[skill]))
        if skill in own:
            need = Need(skill=skill, steps=_falling([(0, own[skill]), *steps[skill][1:]]), own=own[skill])
        needs.append(need)
    return [need for need in needs if need["steps"][0][1]]


def own(entry: QueueEntry) -> Levels:
    """What the contact needs in whatever queue it waits."""
    return {need["skill"]: need["own"] for need in entry.skills if "own" in need}


def _falling(steps: Iterable[Step]) -> list[Step]:
    """The first counts from the beginning; one that asks for no less than those before it is none."""
    kept: list[Step] = []
    for after_s, level in steps:
        if not kept or level < kept[-1][1]:
            kept.append((after_s if kept else 0, level))
    return kept


def levels(needs: Iterable[Need], waited: timedelta) -> Levels:
    """The level of each skill that is asked for after this wait."""
    seconds = max(waited.total_seconds(), 0)
    now = {need["skill"]: min(level for after_s, level in need["steps"] if after_s <= seconds) for need in needs}
    return {skill: level for skill, level in now.items() if level}


def next_step(entry: QueueEntry, at: datetime) -> datetime | None:
    """When the stay asks for less than now; None if it never does."""
    later = (entry.waits_since + timedelta(seconds=after_s) for need in entry.skills for after_s, _ in need["steps"])
    return min((moment for moment in later if moment > at), default=None)
