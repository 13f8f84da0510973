"""When queues are open: a week by the clock on the wall of a place, and the days that differ."""

from typing import ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext

from apps.common.words import later as _
from apps.tenants.models import TenantModel

WEEKDAYS = (
    *(_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday")),
    *(_("Saturday"), _("Sunday")),
)


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(gettext("There is no such time zone."))


class HolidayList(TenantModel):
    """Days on which business hours are not those of the week; several business hours may share one list."""

    own_parts: ClassVar = ("queues.holiday.holiday_list",)

    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint("tenant", Lower("name"), name="holiday_list_name_unique")]

    def __str__(self) -> str:
        return self.name


class Holiday(TenantModel):
    """One day, or every year's same day: closed, or open at other hours. Two rows of a day are two intervals."""

    holiday_list = models.ForeignKey(HolidayList, models.CASCADE, related_name="days")
    name = models.CharField(max_length=80)
    date = models.DateField()
    is_yearly = models.BooleanField("every year", default=False, help_text="The same day and month of every year.")
    opens = models.TimeField(null=True, blank=True, help_text="Both empty: closed on that day.")
    closes = models.TimeField(null=True, blank=True)

    class Meta:
        ordering = ["date", "opens", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="holiday_hours_whole",
                violation_error_message="Say when it opens and when it closes, or neither.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.date}"


class BusinessHours(TenantModel):
    """Open exactly while the clock on the wall of the time zone says so, also when it is put forward or back."""

    own_parts: ClassVar = ("queues.openinterval.hours",)

    name = models.CharField(max_length=80)
    time_zone = models.CharField(
        max_length=64, validators=[check_zone], help_text="IANA name, such as Europe/London. Its summer time is known."
    )
    holidays = models.ForeignKey(
        HolidayList, models.PROTECT, null=True, blank=True, related_name="hours", help_text="Days that differ."
    )

    class Meta:
        ordering = ["name"]
        verbose_name = verbose_name_plural = "business hours"
        constraints = [models.UniqueConstraint("tenant", Lower("name"), name="business_hours_name_unique")]

    def __str__(self) -> str:
        return self.name


class OpenInterval(TenantModel):
    """One interval of a weekday; a day may have several. It belongs to the day on which it begins."""

    hours = models.ForeignKey(BusinessHours, models.CASCADE, related_name="intervals")
    weekday = models.PositiveSmallIntegerField(choices=list(enumerate(WEEKDAYS)))
    opens = models.TimeField()
    closes = models.TimeField(
        help_text="Not after the opening time: on the following day. 00:00 to 00:00 is the whole day."
    )

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "hours", "weekday", "opens"], name="open_interval_unique"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="open_interval_weekday"),
        ]

    def __str__(self) -> str:
        return gettext("{weekday} {opens} to {closes}").format(
            weekday=WEEKDAYS[self.weekday], opens=f"{self.opens:%H:%M}", closes=f"{self.closes:%H:%M}"
        )


class WhenClosed(models.TextChoices):
    """What becomes of contacts for a queue that is closed and from which no overflow rule leads elsewhere."""

    WAIT = "wait", _("They wait until it opens")
    REFUSE = "refuse", _("Calls are not taken in (voicemail, or an announcement); all else waits")
    CALLBACK = "callback", _("Calls are offered to be called back; all else waits")


class OverflowRule(TenantModel):
    """When contacts of a queue go elsewhere. The first rule that holds, and does not lead back, counts."""

    class Trigger(models.TextChoices):
        WAITING = "waiting", _("has waited this many seconds")
        LENGTH = "length", _("arrives while at least this many wait")
        NOBODY = "nobody", _("finds no agent of the queue signed in")
        CLOSED = "closed", _("finds the queue closed")

    queue = models.ForeignKey("queues.Queue", models.CASCADE, related_name="overflow_rules")
    position = models.PositiveSmallIntegerField(default=0, help_text="Rules are tried in this order.")
    trigger = models.CharField(
        "a contact that",
        max_length=7,
        choices=Trigger.choices,
        help_text="It goes on at once, or in the worker's next round. To CxEngage clients the stay ends by timeout, "
        "and the next one begins so; omniFlow answers with the queue that it has come to.",
    )
    threshold = models.PositiveIntegerField(
        "how many", null=True, blank=True, help_text="Seconds, or contacts; empty for the other kinds."
    )
    to_queue = models.ForeignKey("queues.Queue", models.CASCADE, null=True, blank=True, related_name="+")
    to_flow = models.ForeignKey("queues.Flow", models.CASCADE, null=True, blank=True, related_name="+")
    raise_priority = models.PositiveIntegerField(
        "priority raised by",
        default=0,
        help_text="Added to the contact's priority or the new queue's, if that is more.",
    )

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_queue=None, to_flow__isnull=False) | Q(to_queue__isnull=False, to_flow=None),
                name="overflow_rule_one_target",
                violation_error_message="A rule leads to a queue or to a flow, not to both.",
            ),
            models.CheckConstraint(
                condition=Q(trigger__in=["waiting", "length"], threshold__isnull=False, threshold__gte=1)
                | (Q(threshold=None) & ~Q(trigger__in=["waiting", "length"])),
                name="overflow_rule_threshold",
                violation_error_message="Say how many seconds or contacts, at least 1; the other kinds take no number.",
            ),
            models.CheckConstraint(
                condition=Q(to_queue=None) | ~Q(to_queue=models.F("queue")),
                name="overflow_rule_elsewhere",
                violation_error_message="A queue cannot overflow into itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_trigger_display()} -> {self.to_queue or self.to_flow}"
