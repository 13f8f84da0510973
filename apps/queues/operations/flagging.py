"""Contacts whose figures may be incomplete are flagged (cxengage 9.2): by the sweeper, by hand, or as they fail."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common import clock
from apps.common.errors import AlreadyDone, Forbidden, NotAllowed, NotFound
from apps.engagements.flags import Flag
from apps.engagements.models import EngagementInteraction
from apps.engagements.snapshot import snapshot
from apps.engagements.written import with_writing
from apps.events.ledger import publish_each
from apps.queues.operations import endings, matching
from apps.queues.operations.live import lock

_AT_ONCE = 500


@transaction.atomic
def flag_found(found: QuerySet[EngagementInteraction], flag: Flag, *, at: datetime | None = None) -> int:
    """Flag what a sweep has found, unless it is flagged; what somebody else is changing right now waits for the next.

    Publishes `engagement.flagged` for each, in as many statements for many as for one. Returns how many.
    """
    at = at or clock.now()
    free = with_writing(found.filter(flag_type=None)).order_by("pk")
    rows = list(free.select_for_update(skip_locked=True, of=("self",), no_key=True)[:_AT_ONCE])
    if rows:
        _write(rows, flag, at)
        _tell("engagement.flagged", rows, {"flag": flag}, at=at)
    return len(rows)


@transaction.atomic
def flag(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Somebody says that the figures are not to be relied on. Publishes `engagement.flagged`.

    Raises Forbidden unless the role allows it, AlreadyDone if it is flagged.
    """
    row, at = _own(interaction, by), at or clock.now()
    if row.flag_type is not None:
        raise AlreadyDone(gettext("it is flagged already"))
    _write([row], Flag.BY_HAND, at, by)
    _tell("engagement.flagged", [row], {"flag": Flag.BY_HAND}, at=at, by=by)
    return row


@transaction.atomic
def unflag(interaction: EngagementInteraction, *, by: User, at: datetime | None = None) -> EngagementInteraction:
    """Somebody has looked and finds the figures right. Publishes `engagement.unflagged`.

    Raises Forbidden unless the role allows it, NotAllowed if it is not flagged.
    """
    row, at = _own(interaction, by), at or clock.now()
    if row.flag_type is None:
        raise NotAllowed(gettext("it is not flagged"))
    was = row.flag_type
    _write([row], None, at, by)
    _tell("engagement.unflagged", [row], {"flag": was}, at=at, by=by)
    return row


@transaction.atomic
def terminate(
    interaction: EngagementInteraction, flag: Flag, *, at: datetime | None = None
) -> EngagementInteraction | None:
    """A contact that has passed a limit ends, wherever it is, and is flagged (X-52). Publishes `engagement.closed`.

    None if it has ended meanwhile, or lies in a workbin.
    """
    live = lock(interaction, "close", by=None, at=at)
    if live.interaction.workbin:
        return None
    live.interaction.flag_type, live.interaction.flagged_at = flag, live.at
    live.changes["flag"] = flag
    parts = endings.end_everything(live)
    live.finish("engagement.closed")
    for part in parts:
        matching.refill(part, live.at)
    matching.refill_withdrawn(live)
    return live.interaction


def require_permission(by: User) -> None:
    """Raise Forbidden unless the role lets the user judge and repair what is flagged."""
    if not permits(by, Permission.MANAGE_DATA_QUALITY):
        raise Forbidden(gettext("your role may not repair what is flagged"))


def _own(interaction: EngagementInteraction, by: User) -> EngagementInteraction:
    require_permission(by)
    row = with_writing(EngagementInteraction.objects.filter(pk=interaction.pk)).locked().first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound(gettext("no such interaction"))
    return row  # type: ignore[no-any-return]


def _write(rows: Iterable[EngagementInteraction], flag: Flag | None, at: datetime, by: User | None = None) -> None:
    """A person's change names that person; the clock's moves SystemModstamp alone (P-09)."""
    values: dict[str, Any] = {
        "flag_type": flag,
        "flagged_at": at if flag else None,
        "system_modstamp": clock.now(),
    }
    if by:
        values |= {"last_modified_by": by, "last_modified_date": values["system_modstamp"]}
    EngagementInteraction.objects.filter(pk__in=[row.pk for row in rows]).update(**values)
    for row in rows:
        row.flag_type, row.flagged_at = values["flag_type"], values["flagged_at"]


def _tell(
    name: str,
    rows: Iterable[EngagementInteraction],
    changes: Mapping[str, Any],
    *,
    at: datetime,
    by: User | None = None,
) -> None:
    told = [(row.pk, {"interaction": snapshot(row), "parts": [], "changes": dict(changes)}) for row in rows]
    publish_each(name, told, by_id=by.pk if by else None, at=at)
