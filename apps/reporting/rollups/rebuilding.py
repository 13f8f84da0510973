"""All roll-ups of a stretch of time, or of everything, made anew, a week at a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from apps.common import clock
from apps.reporting.models import Rollup, RollupMark, RollupState
from apps.reporting.rollups.following import begin_at, first_moment
from apps.reporting.rollups.rolling import roll
from apps.reporting.windows import Window, quarter_of, quarters
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

_AT_ONCE = timedelta(days=7)


def rebuild(tenant: Tenant, start: datetime | None = None, end: datetime | None = None) -> Iterator[tuple[int, int]]:
    """Yield how many of how many steps are done. Without a start all is made anew, up to the end or now.

    Each step is a transaction; meanwhile, and if it is broken off, figures come from the journal where roll-ups lack.
    """
    with scope(tenant):
        start, end = _begin(start, end)
    steps = -((start - end) // _AT_ONCE)
    for step in range(steps):
        piece = Window(start + step * _AT_ONCE, min(start + (step + 1) * _AT_ONCE, end))
        with scope(tenant):
            state = RollupState.objects.locked().get()
            roll([quarter.start for quarter in quarters(piece)], clock.now())
            state.until = max(state.until, piece.end)
            state.save(update_fields=["until"])
        yield step + 1, steps


def _begin(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """The quarter hours to make. What happens from now on is marked by the worker."""
    now = clock.now()
    state = RollupState.objects.locked().first()
    if state is None or start is None:
        Rollup.objects.all().delete()
        RollupMark.objects.all().delete()
        first = quarter_of(first_moment() or now)
        begin_at(first)
        return first, quarter_of(min(end or now, now))
    return quarter_of(start or first_moment() or now), quarter_of(min(end or now, state.until))
