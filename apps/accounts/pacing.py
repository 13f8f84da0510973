"""Limits on how many requests one credential makes, over all processes, and how many at once in this one (X-05)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from apps.common import clock, prepared
from apps.common.errors import SwitchroomError

_MINUTE = 60
_COUNT = """
    insert into accounts_requestpace as pace (credential, minute, requests) values (%s, %s, 1)
    on conflict (credential) do update set
        requests = case when pace.minute = excluded.minute then pace.requests + 1 else 1 end, minute = excluded.minute
    returning requests
"""
_under_way: Counter[str] = Counter()
_lock = Lock()


class TooMany(SwitchroomError):
    """The credential is to wait. `retry_after` is in whole seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def count(credential: str, *, a_minute: int) -> None:
    """Count one request; 0: no limit. Raises TooMany. One statement, which is to stand outside any transaction."""
    if not a_minute:
        return
    minute, second = divmod(int(clock.now().timestamp()), _MINUTE)
    with prepared.cursor() as cursor:
        cursor.execute(_COUNT, [credential, minute])
        (made,) = cursor.fetchone()
    if made > a_minute:
        raise TooMany(f"More than {a_minute} requests a minute.", _MINUTE - second)


@contextmanager
def one_of(credential: str, *, at_once: int) -> Iterator[None]:
    """While a request is served; 0: no limit. Raises TooMany if as many are under way in this process."""
    with _lock:
        if at_once and _under_way[credential] >= at_once:
            raise TooMany(f"More than {at_once} requests at once.", 1)
        _under_way[credential] += 1
    try:
        yield
    finally:
        with _lock:
            _under_way[credential] -= 1
            if not _under_way[credential]:
                del _under_way[credential]
