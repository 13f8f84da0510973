"""Reports that go out by mail at set times."""

from datetime import time
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.common.stamped import Stamped
from apps.common.words import later as _
from apps.tenants.models import TenantModel

MOST_RECIPIENTS = 20


class Every(models.TextChoices):
    DAY = "day", _("Day")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")


class Covers(models.TextChoices):
    """Days of the tenant, or for lists of rows of the owner, counted back from the day of sending."""

    DAY = "day", _("The day before")
    WEEK = "week", _("The seven days before")
    MONTH = "month", _("The calendar month before")


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class MailedReport(Stamped, TenantModel):
    """A report, when it is sent, and to whom. Whoever changed it last is whose rights decide what stands in it."""

    name = models.CharField(max_length=80)
    source = models.CharField("report", max_length=40, help_text="Its name among the tables to be taken away.")
    query = models.CharField(
        "limits", max_length=2000, blank=True, help_text="What is asked for, as the report's address has it."
    )
    covers = models.CharField(max_length=5, choices=Covers.choices, default=Covers.DAY)
    form = models.CharField(
        "format", max_length=4, choices=[("csv", "CSV"), ("xlsx", "XLSX")], default="xlsx", help_text="Of the file."
    )
    every = models.CharField(max_length=5, choices=Every.choices, default=Every.DAY)
    weekday = models.PositiveSmallIntegerField(
        choices=Weekday.choices, default=Weekday.MONDAY, help_text="Of what is sent every week."
    )
    month_day = models.PositiveSmallIntegerField(
        _("day of the month"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text="Of what is sent every month; in a shorter one its last day.",
    )
    at = models.TimeField("time", default=time(7))
    time_zone = models.CharField(max_length=64, default="UTC")
    recipients: Any = ArrayField(
        models.EmailField(),
        size=MOST_RECIPIENTS,
        help_text=f"Addresses with commas between them, {MOST_RECIPIENTS} at the most.",
    )
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, default="en", editable=False, help_text="Of who set it up.")
    owner = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    next_at = models.DateTimeField(editable=False)
    last_at = models.DateTimeField(null=True, editable=False)
    outcome = models.CharField(max_length=500, blank=True, editable=False)
    has_failed = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="mailed_report_name_unique")]
        indexes = [models.Index("tenant", "next_at", name="mailed_report_due", condition=Q(is_active=True))]

    def __str__(self) -> str:
        return self.name
