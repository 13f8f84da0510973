"""Several people doing something at the same moment, each on a connection of their own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

_PATIENCE_S = 30


def race(*runners: Callable[[], Any]) -> list[Any]:
    """Let all runners go at once; return what each returned or raised, in the order given."""
    outcomes: list[Any] = [None] * len(runners)
    start = threading.Barrier(len(runners))

    def run(lane: int) -> None:
        try:
            connection.ensure_connection()  # connecting is not part of the race
            start.wait(_PATIENCE_S)
            outcomes[lane] = runners[lane]()
        except Exception as error:
            outcomes[lane] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(lane,)) for lane in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads), "a runner hangs"
    return outcomes
