"""Agents whose clients wait for news are there (M-13): written together, a few seconds after it was last written."""

import asyncio
import logging
from collections import defaultdict

from django.conf import settings
from django.db import Error as DatabaseUnwell

from apps.accounts.models import User
from apps.agents.operations import renew_leases
from apps.common.per_loop import PerLoop, running_loop
from apps.common.threads import in_thread
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

log = logging.getLogger(__name__)

_EVERY_SECONDS = 1.0
_PART_OF_LEASE = 1 / 12  # for so long nobody is noted again
_NOTED = 50_000  # users


class _Heard:
    """Of one event loop."""

    def __init__(self) -> None:
        self.users: defaultdict[Tenant, set[int]] = defaultdict(set)
        self.noted: dict[int, float] = {}  # when, by the loop's clock
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


_heard = PerLoop(_Heard)


def hear_of(user: User) -> None:
    """For code on the event loop. Does not block."""
    loop = running_loop()
    heard = _heard(loop)
    now = loop.time()
    if heard.noted.get(user.id, 0) > now:
        return
    if len(heard.noted) > _NOTED:
        heard.noted.clear()
    heard.noted[user.id] = now + settings.LEASE_SECONDS * _PART_OF_LEASE
    heard.users[user.tenant].add(user.id)
    if heard.writing is None:
        heard.writing = asyncio.create_task(heard.write())


def _renew(tenant: Tenant, user_ids: set[int]) -> None:
    with scope(tenant):
        renew_leases(user_ids)
