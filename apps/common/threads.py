"""Database work for the push process's async code: a few threads, each with a lasting connection of its own.

A waiting request holds neither a thread nor a connection; it borrows one for the milliseconds of a read or a write.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections, connections

from apps.common.per_loop import running_loop

P = ParamSpec("P")
T = TypeVar("T")

_executor: ThreadPoolExecutor | None = None


async def in_thread(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking code off the event loop, in the caller's context."""
    context = copy_context()

    def job() -> T:
        close_old_connections()
        return context.run(function, *args, **kwargs)

    return await running_loop().run_in_executor(_threads(), job)


def close() -> None:
    """End the threads and close their connections; a later `in_thread` starts new ones."""
    global _executor
    executor, _executor = _executor, None
    if executor is None:
        return
    # A connection belongs to its thread: the barrier gives each thread exactly one of these closing jobs.
    barrier = threading.Barrier(settings.PUSH_THREADS)
    for _ in range(settings.PUSH_THREADS):
        executor.submit(_close_connections, barrier)
    executor.shutdown()


def _threads() -> ThreadPoolExecutor:
    global _executor
    if _executor is None:
        _executor = ThreadPoolExecutor(settings.PUSH_THREADS, thread_name_prefix="push")
    return _executor


def _close_connections(barrier: threading.Barrier) -> None:
    barrier.wait(timeout=10)
    connections.close_all()
