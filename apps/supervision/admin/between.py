"""A list between two times, by the viewer's clock."""

from datetime import datetime
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from unfold.contrib.filters.admin import RangeDateTimeFilter


class BetweenFilter(RangeDateTimeFilter):
    """Days alone are whole days. What is no time is what Django's list answers to any filter that it cannot read."""

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        for end, lookup, otherwise in (("from", "gte", "00:00"), ("to", "lte", "23:59:59.999999")):
            day, time = (self.used_parameters.get(f"{self.parameter_name}_{end}_{part}") for part in (0, 1))
            if day:
                queryset = queryset.filter(**{f"{self.field_path}__{lookup}": _moment(f"{day}T{time or otherwise}")})
        return queryset


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
        return timezone.make_aware(found)  # type: ignore[arg-type]
    except (ValueError, AttributeError, OverflowError) as error:
        raise IncorrectLookupParameters from error
