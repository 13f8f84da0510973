"""Several people doing something at the same moment, each on a connection of their own."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection

_PATIENCE_S = 30
_HEAD_START_S = 0.004  # the longest; without any, one order of events would win nearly always


class Lanes:
    """As many threads as there are runners at once, whose connections last from race to race."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.start = threading.Barrier(count)
        self.pool = ThreadPoolExecutor(count)

    def race(self, *runners: Callable[[], Any]) -> list[Any]:
        """Let all runners go at about the same time; return what each returned or raised, in the order given."""
        assert len(runners) == self.count
        lanes = [self.pool.submit(self._run, runner) for runner in runners]
        return [lane.result(_PATIENCE_S) for lane in lanes]

    def _run(self, runner: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()  # connecting is not part of the race
            self.start.wait(_PATIENCE_S)
            time.sleep(random.uniform(0, _HEAD_START_S))
            return runner()
        except Exception as error:
            return error

    def _leave(self) -> None:
        self.start.wait(_PATIENCE_S)  # so that each thread has one of these
        connection.close()


@contextmanager
def lanes(count: int) -> Iterator[Lanes]:
    made = Lanes(count)
    try:
        yield made
    finally:
        for leaving in [made.pool.submit(made._leave) for _ in range(count)]:
            leaving.result(_PATIENCE_S)
        made.pool.shutdown()


def race(*runners: Callable[[], Any]) -> list[Any]:
    """One race, on connections of its own."""
    with lanes(len(runners)) as made:
        return made.race(*runners)
