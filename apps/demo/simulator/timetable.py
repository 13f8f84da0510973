"""What is to happen when, in one thread."""

import heapq
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from django.db import DatabaseError, InterfaceError

from apps.common.errors import SwitchroomError

log = logging.getLogger(__name__)

Act = Callable[[], None]
MOST_TRIES = 100  # of an act that nobody answers: a web process or database needs a while to come back


class Unreachable(Exception):
    """Nobody answers, or not as a healthy server would: worth trying again."""


@dataclass(order=True)
class Item:
    due: float
    number: int
    act: Act = field(compare=False)
    every: tuple[float, float] | None = field(compare=False, default=None)
    tries: int = field(compare=False, default=0)


class Timetable:
    """Acts wait for their moment."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.numbers = count()

    def after(self, seconds: float, act: Act) -> None:
        self._push(Item(time.monotonic() + seconds, next(self.numbers), act))

    def between(self, least: float, most: float, act: Act) -> None:
        self.after(random.uniform(least, most), act)

    def every(self, least: float, most: float, act: Act) -> None:
        """Again and again, with a pause of so many seconds."""
        self._push(Item(time.monotonic() + random.uniform(least, most), next(self.numbers), act, every=(least, most)))

    def seconds_to_next(self) -> float:
        return max(0.0, self.items[0].due - time.monotonic()) if self.items else 1.0

    def run_next(self) -> bool:
        """Run the first act if it is due. False: something did not answer, and the act waits for its next turn."""
        if not self.items or self.seconds_to_next() > 0:
            return True
        item = heapq.heappop(self.items)
        try:
            item.act()
        except SwitchroomError:
            pass  # what it was about has changed meanwhile: a person was quicker, or a time ran out
        except (Unreachable, DatabaseError, InterfaceError) as reason:
            item.tries += 1
            log.info("no answer (%d): %s", item.tries, reason)
            if item.every or item.tries < MOST_TRIES:
                self._push(item)
            return False
        except Exception:
            log.exception("one act of the simulation failed")
        if item.every:
            self.every(*item.every, item.act)
        return True

    def _push(self, item: Item) -> None:
        heapq.heappush(self.items, item)
