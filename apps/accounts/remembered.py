"""Who a header was last time, for a process that hears from the same clients every second.

Remembered with the versions of the rows that it followed from. Asking whether those still stand is one statement for
hundreds of callers, and whoever was switched off, demoted or signed out is noticed with the very next request.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection

from apps.accounts import basic, bearer
from apps.accounts.models import User
from apps.accounts.tokens import checksum
from apps.common import clock

_GOOD_FOR_SECONDS = 60  # so that a token in use goes on being prolonged
_REMEMBERED = 20_000


@dataclass(frozen=True)
class Known:
    """A caller. Two are the same only if nothing about them has changed."""

    user: User
    user_mark: str
    tenant_mark: str
    token_key: int  # 0: signed in by a password
    until: float

    def __hash__(self) -> int:
        return id(self)


def known(header: str) -> Known | None:
    """Who sends this Authorization header, as far as it is remembered; None: ask `know`."""
    found = _remembered().get(header)
    return found if found and found.until > time.monotonic() else None


def know(header: str) -> Known | None:
    """Find out whose the header is, and remember it. None for nobody's. Blocks."""
    forget(header)
    first = _user_of(header)
    if first is None:
        return None
    token_key = _token_key(header)
    user_mark, tenant_mark = _marks([first.pk])[first.pk]
    user = _user_of(header)  # once more: what is remembered is no older than the marks
    if user is None or user.pk != first.pk:
        return None
    made = Known(user, user_mark, tenant_mark, token_key, time.monotonic() + _GOOD_FOR_SECONDS)
    remembered = _remembered()
    if len(remembered) >= _REMEMBERED:
        remembered.clear()
    remembered[header] = made
    return made


def forget(header: str) -> None:
    _remembered().pop(header, None)


def are_good(asked: Iterable[Known]) -> set[Known]:
    """Those about whom nothing has changed since. One statement, two where some came with tokens."""
    asked = list(asked)
    if not asked:
        return set()
    marks = _marks([each.user.pk for each in asked])
    tokens = _standing([each.token_key for each in asked if each.token_key])
    return {
        each
        for each in asked
        if marks.get(each.user.pk) == (each.user_mark, each.tenant_mark)
        and (not each.token_key or each.token_key in tokens)
    }


def _marks(user_ids: list[int]) -> dict[int, tuple[str, str]]:
    """The versions of the users' rows and of their tenants'."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select person.id, person.xmin::text, tenant.xmin::text from accounts_user person"
            " join tenants_tenant tenant on tenant.id = person.tenant_id where person.id = any(%s)",
            [user_ids],
        )
        return {key: (user_mark, tenant_mark) for key, user_mark, tenant_mark in cursor.fetchall()}


def _standing(token_keys: list[int]) -> set[int]:
    """The tokens that are still good."""
    if not token_keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from oauth2_provider_accesstoken where id = any(%s) and expires > %s", [token_keys, clock.now()]
        )
        return {key for (key,) in cursor.fetchall()}


def _token_key(header: str) -> int:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "select id from oauth2_provider_accesstoken where token_checksum = %s", [checksum(token.strip())]
        )
        row = cursor.fetchone()
    return int(row[0]) if row else -1


def _user_of(header: str) -> User | None:
    scheme, _, credentials = header.partition(" ")
    return bearer.user_for(credentials.strip()) if scheme.lower() == "bearer" else basic.user_for(header)


@lru_cache(maxsize=1)
def _remembered() -> dict[str, Known]:
    return {}
