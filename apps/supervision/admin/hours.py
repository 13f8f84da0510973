"""Business hours and holidays, with a picture of the next days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils import dateformat
from django.utils.translation import gettext

from apps.common import clock
from apps.common.words import later as _
from apps.queues.models import BusinessHours, Holiday, HolidayList, OpenInterval
from apps.queues.rulebook import week_of
from apps.queues.week import Week
from apps.supervision.admin.base import SetupInline
from apps.supervision.admin.queues import OfQueues
from apps.supervision.site import site

_DAYS = 14
_MINUTES = 24 * 60


class IntervalInline(SetupInline):
    model = OpenInterval
    verbose_name = _("interval")
    verbose_name_plural = _("open each week: several intervals a day if need be, also over midnight")


class DayInline(SetupInline):
    model = Holiday
    verbose_name = _("day")
    verbose_name_plural = _("days: without times the day is closed")
    fields = ("date", "name", "is_yearly", "opens", "closes")
    find = ("name", "date")


@dataclass(frozen=True)
class Bar:
    """Where on the day's line something is open, in per cent of 24 hours."""

    left: float
    width: float
    text: str


@dataclass(frozen=True)
class Day:
    date: date
    name: str  # of the holiday
    bars: Sequence[Bar]


def picture(week: Week, names: Any, first: date) -> list[Day]:
    """The next days as the clock on the wall has them."""
    days = [first + timedelta(days=number) for number in range(_DAYS)]
    return [Day(day, _name(day, names), [_bar(*part) for part in week.parts(day)]) for day in days]


def _name(day: date, names: Any) -> str:
    found = [each.name for each in names if each.date == day]
    yearly = (
        each.name for each in names if each.is_yearly and (each.date.month, each.date.day) == (day.month, day.day)
    )
    return ", ".join(found or yearly)


def _bar(opens: time, closes: time) -> Bar:
    start, end = (each.hour * 60 + each.minute for each in (opens, closes))
    end = end or _MINUTES
    left, width = 100 * start / _MINUTES, 100 * (end - start) / _MINUTES
    text = f"{opens:%H:%M}–{closes:%H:%M}" if end < _MINUTES else f"{opens:%H:%M}–24:00"
    return Bar(round(left, 3), round(width, 3), text)


def standing(week: Week, at: datetime) -> str:
    """Open or closed, and until when."""
    change = week.next_change(at)
    word = gettext("Open") if week.is_open(at) else gettext("Closed")
    return (
        gettext("{word} until {end}").format(
            word=word, end=dateformat.format(change.astimezone(week.zone), gettext("l j F Y, H:i"))
        )
        if change
        else gettext("{word}, for good").format(word=word)
    )


@admin.register(BusinessHours, site=site)
class BusinessHoursAdmin(OfQueues):
    list_display = ("name", "time_zone", "holidays", "now", "queue_count")
    list_select_related = ("holidays",)
    search_fields = ("name",)
    fields = (("name", "time_zone"), "holidays")
    inlines = (IntervalInline,)
    change_form_after_template = "supervision/hours.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        counted = super().get_queryset(request).annotate(queue_count=Count("queues"))
        return counted.prefetch_related("intervals", "holidays__days")

    @admin.display(description=_("Now"))
    def now(self, hours: BusinessHours) -> str:
        return standing(week_of(hours), clock.now())

    @admin.display(description=_("Queues"), ordering="queue_count")
    def queue_count(self, hours: Any) -> int:
        return int(hours.queue_count)

    def render_change_form(self, request: HttpRequest, context: Any, *arguments: Any, **options: Any) -> Any:
        if hours := context.get("original"):
            week, now = week_of(hours), clock.now()
            names = hours.holidays.days.all() if hours.holidays else ()
            context["hours_now"] = standing(week, now)
            context["days"] = picture(week, names, now.astimezone(week.zone).date())
        return super().render_change_form(request, context, *arguments, **options)


@admin.register(HolidayList, site=site)
class HolidayListAdmin(OfQueues):
    list_display = ("name", "day_count", "used_by")
    search_fields = ("name",)
    fields = ("name",)
    inlines = (DayInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(day_count=Count("days")).prefetch_related("hours")

    @admin.display(description=_("Days"), ordering="day_count")
    def day_count(self, holidays: Any) -> int:
        return int(holidays.day_count)

    @admin.display(description=_("Business hours"))
    def used_by(self, holidays: HolidayList) -> str:
        return ", ".join(str(hours) for hours in holidays.hours.all()) or "–"
