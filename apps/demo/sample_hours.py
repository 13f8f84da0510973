"""Business hours and holidays to look at and give to queues; no queue has them yet, so the demo works at any hour."""

from datetime import date, time

from apps.queues.models import BusinessHours, Holiday, HolidayList, OpenInterval

_HOLIDAYS = (("New Year's Day", 1, 1), ("Christmas Day", 12, 25), ("Boxing Day", 12, 26))


def make_hours(time_zone: str) -> None:
    days = HolidayList.objects.create(name="England and Wales")
    for name, month, day in _HOLIDAYS:
        Holiday.objects.create(holiday_list=days, name=name, date=date(2026, month, day), is_yearly=True)
    Holiday.objects.create(
        holiday_list=days, name="Christmas Eve", date=date(2026, 12, 24), is_yearly=True, opens=time(9), closes=time(13)
    )
    office = BusinessHours.objects.create(name="Office", time_zone=time_zone, holidays=days)
    night = BusinessHours.objects.create(name="Night desk", time_zone=time_zone)
    for weekday in range(5):
        for opens, closes in ((time(8, 30), time(12, 30)), (time(13), time(18))):
            OpenInterval.objects.create(hours=office, weekday=weekday, opens=opens, closes=closes)
        OpenInterval.objects.create(hours=night, weekday=weekday, opens=time(22), closes=time(6))
    OpenInterval.objects.create(hours=office, weekday=5, opens=time(9), closes=time(13))
