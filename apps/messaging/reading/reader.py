"""Reads a mailbox into one tenant, message by message: a bad one is logged and keeps no other back."""

import logging
from dataclasses import dataclass

from apps.accounts.models import User
from apps.engagements.models.mail import LARGEST_MESSAGE
from apps.messaging.operations.receiving import receive
from apps.messaging.reading.mailboxes import opened
from apps.messaging.reading.parsing import parse
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

log = logging.getLogger(__name__)


@dataclass
class Reading:
    new: int = 0
    known: int = 0
    failed: int = 0


def read(place: str, tenant: Tenant, by: User) -> Reading:
    """Each message in a transaction of its own. Raises NoMailbox."""
    done = Reading()
    with opened(place) as letters:
        for letter in letters:
            try:
                with scope(tenant):
                    made = receive(parse(letter.raw, is_whole=len(letter.raw) <= LARGEST_MESSAGE), by=by)
            except Exception:
                log.exception("a message in %s could not be stored", place.rpartition("@")[2])
                done.failed += 1
                continue
            letter.taken()
            done.new += made is not None
            done.known += made is None
    return done
