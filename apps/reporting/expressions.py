"""The arithmetic of `spans`, as the database does it: whole milliseconds of stretches of time."""

from typing import Any

from django.db import models
from django.db.models import Aggregate, F, Func, Value

_MILLISECONDS = models.BigIntegerField()


class RangeField(models.Field):  # type: ignore[type-arg]
    """A stretch of time, or several; never leaves the database."""

    def db_type(self, connection: Any) -> str:
        return "tstzmultirange"


class Between(Func):
    """Milliseconds from one instant to another, as `spans.between`; null if either is."""

    template = "floor(extract(epoch from (%(expressions)s)) * 1000)::bigint"
    output_field = _MILLISECONDS

    def __init__(self, start: Any, end: Any) -> None:
        super().__init__(end, start, arg_joiner=") - (")


class Stretch(Func):
    """From one instant up to another; empty if that is earlier."""

    template = "tstzmultirange(tstzrange(%(expressions)s))"
    output_field = RangeField()

    def __init__(self, start: Any, end: Any) -> None:
        super().__init__(start, Func(start, end, function="greatest", output_field=models.DateTimeField()))


class Union(Aggregate):
    """All stretches together, what overlaps once, as `spans.union`."""

    function = "range_agg"
    output_field = RangeField()


class Minus(Func):
    arg_joiner = " - "
    template = "((%(expressions)s))"
    output_field = RangeField()


class Length(Func):
    """Milliseconds of all stretches, as `spans.total`; null for null."""

    template = (
        "(select floor(sum(extract(epoch from upper(each) - lower(each))) * 1000)::bigint"
        " from unnest((%(expressions)s)) each)"
    )
    output_field = _MILLISECONDS


class Quarter(Func):
    """When the quarter hour began that an instant lies in."""

    template = "date_bin('15 minutes', %(expressions)s, 'epoch'::timestamptz)"
    output_field = models.DateTimeField()


def instant(at: Any) -> Value:
    return Value(at, output_field=models.DateTimeField())


def either(*names: str) -> Func:
    """The first of these columns that is not empty."""
    return Func(*(F(name) for name in names), function="coalesce", output_field=models.DateTimeField())
