"""The generator's agents of one day: who is there, and who is free next."""

import random
from collections.abc import Collection, Sequence

from apps.demo.bulk.centre import Centre
from apps.demo.bulk.journal import Duty

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
PAUSE = 30 * MINUTE
_SHIFT = 8 * HOUR + 30 * MINUTE
_COMES = (7 * HOUR + 45 * MINUTE, 10 * HOUR + 30 * MINUTE)  # early and late shift, after midnight


class Floor:
    def __init__(self, centre: Centre, number: int, begin: int, dice: random.Random) -> None:
        """Day `number` of the history, which begins at this millisecond. Each agent has two days in seven off."""
        self.dice = dice
        present = [agent for agent in range(len(centre.agents)) if (agent + number) % 7 not in (0, 3)]
        self.duties = [self._duty(agent, begin) for agent in present]
        self._members: list[list[Duty]] = [
            [duty for duty in self.duties if queue in centre.agents[duty.agent].queues]
            for queue in range(len(centre.queues))
        ]
        self._waiting: list[list[int]] = [[] for _ in centre.queues]

    def _duty(self, agent: int, begin: int) -> Duty:
        comes = begin + _COMES[agent % 5 > 2] + int(self.dice.random() * 10 * MINUTE)
        pause = comes + int((3.2 + 1.2 * self.dice.random()) * HOUR)
        return Duty(agent, comes, pause, comes + _SHIFT, comes + 20_000)

    def free(self, queue: int, at: int, without: Collection[Duty] = ()) -> tuple[Duty, int] | None:
        """Who of the queue can be asked soonest from this moment on, and when; None if nobody comes any more today."""
        return self._soonest(self._members[queue], at, without)

    def anybody(self, at: int) -> Duty | None:
        """Somebody who is free at this moment, to make a contact of their own accord."""
        found = self._soonest(self.duties, at)
        return found[0] if found and found[1] == at else None

    def _soonest(self, duties: Sequence[Duty], at: int, without: Collection[Duty] = ()) -> tuple[Duty, int] | None:
        while True:
            best, moment, since = None, 0, 0
            for duty in duties:
                free = duty.free_at
                when = free if free > at else at
                if when < duty.goes and (best is None or (when, free) < (moment, since)) and duty not in without:
                    best, moment, since = duty, when, free
            if best is None or best.rested or moment < best.pause:
                return (best, moment) if best else None
            best.pause, best.rested = max(best.pause, best.free_at), True
            best.free_at = best.pause + PAUSE

    def length(self, queue: int, at: int) -> int:
        """How many wait there, whoever enters now among them."""
        still = [left for left in self._waiting[queue] if left > at]
        self._waiting[queue] = still
        return len(still) + 1

    def waits(self, queue: int, until: int) -> None:
        self._waiting[queue].append(until)
