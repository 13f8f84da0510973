"""Agents whose clients wait for news are there (M-13): noted at once, written together once a second."""

import asyncio
import logging
from collections import defaultdict
from weakref import WeakKeyDictionary

from django.db import Error as DatabaseUnwell

from apps.accounts.models import User
from apps.agents.operations import renew_leases
from apps.common.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

log = logging.getLogger(__name__)

_EVERY_SECONDS = 1.0


class _Heard:
    """Of one event loop."""

    def __init__(self) -> None:
        self.users: defaultdict[Tenant, set[int]] = defaultdict(set)
        self.writing: asyncio.Task[None] | None = None

    async def write(self) -> None:
        try:
            while self.users:
                await asyncio.sleep(_EVERY_SECONDS)
                users, self.users = self.users, defaultdict(set)
                for tenant, keys in users.items():
                    try:
                        await in_thread(_renew, tenant, keys)
                    except DatabaseUnwell as error:
                        log.warning("cannot renew the leases of tenant %s: %s", tenant.pk, error)
        finally:
            self.writing = None


_heard: WeakKeyDictionary[asyncio.AbstractEventLoop, _Heard] = WeakKeyDictionary()


def hear_of(user: User) -> None:
    """For code on the event loop. Does not block."""
    heard = _heard.setdefault(asyncio.get_running_loop(), _Heard())
    heard.users[user.tenant].add(user.pk)
    if heard.writing is None:
        heard.writing = asyncio.create_task(heard.write())


def _renew(tenant: Tenant, user_ids: set[int]) -> None:
    with scope(tenant):
        renew_leases(user_ids)
