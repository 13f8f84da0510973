"""Calls at random into the real routing. The clock is the trial's own: operations are told what time it is."""

import heapq
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.queues import operations
from apps.queues.models import OfferState, Queue, QueueEntry, WorkOffer
from apps.reporting.erlang import Centre
from apps.tenants.scope import scope


class Trial:
    """One event after another, in the order of the trial's clock.

    A call is a transaction with what ends before it: PostgreSQL cannot clear away what one transaction has written over
    before it ends, so that a long one gets slower with every call.
    """

    def __init__(self, centre: Centre, queue: Queue, caller: User, *, seed: int, begin: datetime) -> None:
        self.centre, self.queue, self.caller, self.begin = centre, queue, caller, begin
        self.between, self.lasting = random.Random(f"between {seed}"), random.Random(f"lasting {seed}")
        self.ends: list[tuple[datetime, int, WorkOffer]] = []  # of the calls under way, soonest first

    def run(self, calls: int, *, speed: float | None = None) -> Iterator[int]:
        """Let so many calls come and end; yields how many have come so far.

        `speed`: seconds of the trial in one real second; None is as fast as the machine can.
        """
        started, at = time.monotonic(), self.begin
        for number in range(1, calls + 1):
            at += timedelta(seconds=self.between.expovariate(self.centre.calls_per_s))
            if speed:
                ahead = (at - self.begin).total_seconds() / speed - (time.monotonic() - started)
                time.sleep(max(0.0, ahead))
            with scope(self.queue.tenant):
                self._end_calls(at)
                self._call(at)
            yield number
        with scope(self.queue.tenant):
            self._end_calls(None)

    def waits(self) -> list[float]:
        """Seconds that each call waited, in the order of arrival, as the journal has it."""
        with scope(self.queue.tenant):
            stays = QueueEntry.objects.filter(queue=self.queue).only("entered_at", "left_at")
            found = stays.order_by("entered_at", "id").iterator()
            return [(stay.left_at - stay.entered_at).total_seconds() for stay in found if stay.left_at]

    def _call(self, at: datetime) -> None:
        call = operations.open(channel=Channel.VOICE, by=self.caller, at=at)
        operations.enqueue(call, self.queue, by=self.caller, at=at)
        self._answer(at)

    def _end_calls(self, until: datetime | None) -> None:
        """Those that are due by then; all of them without a time, each freeing an agent for whoever waits."""
        while self.ends and (until is None or self.ends[0][0] <= until):
            at, _, part = heapq.heappop(self.ends)
            operations.complete(part.interaction, by=part.agent, at=at)
            self._answer(at)

    def _answer(self, at: datetime) -> None:
        """Whoever is offered a call takes it in that instant, and it lasts as long as chance has it."""
        offered = WorkOffer.objects.filter(state=OfferState.OFFERED).select_related("interaction", "agent__user")
        for offer in offered:
            part = operations.accept(offer.interaction, by=offer.agent, at=at)
            end = at + timedelta(seconds=self.lasting.expovariate(1 / self.centre.service_s))
            heapq.heappush(self.ends, (end, part.pk, part))
