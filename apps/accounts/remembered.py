"""Who a header was last time, for a process that hears from the same clients every second.

Remembered with the versions of the rows that it followed from. Asking whether those still stand is one statement for
hundreds of callers, and whoever was switched off, demoted or signed out is noticed with the very next request.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache

from django.db import connection

from apps.accounts import basic, bearer
from apps.accounts.models import User
from apps.accounts.operations.tokens import LIFE
from apps.accounts.tokens import checksum
from apps.common import clock, prepared

_GOOD_FOR = timedelta(minutes=5)  # or until the use of a token has to be written down
_REMEMBERED = 20_000

# Lists as texts, which cost least to make. Only who is not as remembered comes back.
_CHANGED = """
    select known.number
    from unnest(string_to_array(%s, ' ')::bigint[], string_to_array(%s, ' '), string_to_array(%s, ' '),
                string_to_array(%s, ' ')::bigint[])
        with ordinality as known (user_id, user_mark, tenant_mark, token_key, number)
    left join accounts_user person on person.id = known.user_id
    left join tenants_tenant tenant on tenant.id = person.tenant_id
    left join oauth2_provider_accesstoken token on token.id = known.token_key
    where person.xmin::text is distinct from known.user_mark
       or tenant.xmin::text is distinct from known.tenant_mark
       or known.token_key <> 0 and (token.expires > %s) is not true
"""


@dataclass(frozen=True)
class Known:
    """A caller. Two are the same only if nothing about them has changed."""

    user: User
    user_mark: str
    tenant_mark: str
    token_key: int  # 0: signed in by a password
    until: float

    @cached_property
    def asked(self) -> tuple[str, str, str, str]:
        """As `have_changed` asks for it."""
        return str(self.user.id), self.user_mark, self.tenant_mark, str(self.token_key)

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
    token_key, good_for = _token(header)
    user_mark, tenant_mark = _marks([first.pk])[first.pk]
    user = _user_of(header)  # once more: what is remembered is no older than the marks
    if user is None or user.pk != first.pk:
        return None
    made = Known(user, user_mark, tenant_mark, token_key, time.monotonic() + good_for.total_seconds())
    remembered = _remembered()
    if len(remembered) >= _REMEMBERED:
        remembered.clear()
    remembered[header] = made
    return made


def forget(header: str) -> None:
    _remembered().pop(header, None)


def have_changed(asked: Sequence[Known]) -> set[Known]:
    """Those about whom something has changed since. One statement, however many."""
    if not asked:
        return set()
    lists = zip(*[each.asked for each in asked], strict=True)
    with prepared.cursor() as cursor:
        cursor.execute(_CHANGED, [*map(" ".join, lists), clock.now()])
        return {asked[number - 1] for (number,) in cursor.fetchall()}


def _marks(user_ids: list[int]) -> dict[int, tuple[str, str]]:
    """The versions of the users' rows and of their tenants'."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select person.id, person.xmin::text, tenant.xmin::text from accounts_user person"
            " join tenants_tenant tenant on tenant.id = person.tenant_id where person.id = any(%s)",
            [user_ids],
        )
        return {key: (user_mark, tenant_mark) for key, user_mark, tenant_mark in cursor.fetchall()}


def _token(header: str) -> tuple[int, timedelta]:
    """The key of the token that the header carries, if any, and how long its last use need not be written down."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return 0, _GOOD_FOR
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, expires from oauth2_provider_accesstoken where token_checksum = %s", [checksum(token.strip())]
        )
        row = cursor.fetchone()
    if row is None:
        return -1, timedelta()
    return int(row[0]), min(_GOOD_FOR, row[1] - clock.now() - LIFE)


def _user_of(header: str) -> User | None:
    scheme, _, credentials = header.partition(" ")
    return bearer.user_for(credentials.strip()) if scheme.lower() == "bearer" else basic.user_for(header)


@lru_cache(maxsize=1)
def _remembered() -> dict[str, Known]:
    return {}
