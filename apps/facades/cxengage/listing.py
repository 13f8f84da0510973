"""The list call's parameters: what is asked, which interactions match, and the root of the reply (cxengage 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.http import QueryDict

from apps.accounts.models import User
from apps.engagements import counting
from apps.engagements.models import EngagementInteraction
from apps.facades.cxengage import filters, parameters
from apps.facades.cxengage.dossier import Dossier, dossiers
from apps.tenants.models import Tenant

Interactions = QuerySet[EngagementInteraction]
_ECHOED_TIMES = ("start", "end", "startTimeRange", "endTimeRange")


@dataclass(frozen=True)
class Found:
    total: int
    page: Sequence[Dossier]


@dataclass(frozen=True)
class Listing:
    limit: int
    offset: int
    page: int | None
    start: datetime | None
    end: datetime | None
    filters: dict[str, Sequence[str]]
    echo: dict[str, str | list[str]]
    full: bool

    @classmethod
    def parse(cls, query: QueryDict) -> Self:
        """Raises Invalid naming the parameter. Unknown ones are left alone (X-08)."""
        limit, offset, page = parameters.paging(query)
        start, end = parameters.time_range(query)
        asked = filters.asked(query)
        known = [name for name in query if name in _ECHOED_TIMES or name in filters.SPELLINGS]
        echo = {name: values[0] if len(values := query.getlist(name)) == 1 else values for name in known}
        return cls(limit, offset, page, start, end, asked, echo, is_full(query))

    def find(self, by: User, within: Q | None = None) -> Found:
        """What of that which `by` may see matches, running ones included (X-24): how many, and this page of them.

        Newest first, and never in two orders, so that pages do not overlap (X-23). Unless something is asked that no
        day counter knows, neither the total nor a deep offset walks through what lies before.
        """
        visible = EngagementInteraction.objects.visible_to(by)
        matching = self._matching(visible.filter(within) if within else visible)
        if within or not by.sees_everything:
            return self._page(matching, matching.count(), self.offset)
        counted = filters.counted(self.filters)
        if counted is None:
            return self._page(matching, self._count(matching), self.offset)
        census = counting.census(matching, counted, self.start, self.end)
        until, offset = census.locate(self.offset)
        return self._page(matching.filter(opened_at__lt=until) if until else matching, census.total, offset)

    def _count(self, matching: Interactions) -> int:
        """Exactly. Of the whole past of queues, agents, dispositions and links without reading the interactions."""
        keys = None if self.start or self.end else filters.keys_of(self.filters)
        if keys is None:
            return matching.count()
        deleted = EngagementInteraction.with_deleted.filter(deleted_at__isnull=False)
        return keys.distinct().order_by().count() - filters.apply(self.filters, deleted).count()

    def _page(self, matching: Interactions, total: int, offset: int) -> Found:
        if self.offset >= total or not self.limit:
            return Found(total, [])
        return Found(total, dossiers(matching.order_by("-opened_at", "-uuid")[offset : offset + self.limit]))

    def _matching(self, interactions: Interactions) -> Interactions:
        """The range compares the begin, its end excluded (X-16); all filters must match (X-21)."""
        if self.start:
            interactions = interactions.filter(opened_at__gte=self.start)
        if self.end:
            interactions = interactions.filter(opened_at__lt=self.end)
        return filters.apply(self.filters, interactions)

    def reply(self, tenant: Tenant, *, total: int, results: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "page": self.page,
            "limit": self.limit,
            "offset": self.offset,
            "total": total,
            "tenantId": str(tenant.uuid),
            "tenantName": tenant.name,
            "tenantTimezone": tenant.time_zone,
            **self.echo,
            "results": results,
        }


def is_full(query: QueryDict) -> bool:
    """`green=false` keeps what is null (X-10)."""
    return query.get("green") == "false"
