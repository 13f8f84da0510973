"""Rules of retention, contacts that a lawyer wants kept, and requests of people with the proof of what was done."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import ngettext

from apps.agents.models import Channel
from apps.common import clock
from apps.common.words import later as _
from apps.objects.records import user_link
from apps.tenants.models import TenantModel

_LONGEST_DAYS = 36_525
INTERACTION = "engagements.EngagementInteraction"


class What(models.TextChoices):
    RECORDINGS = "recordings", _("Recordings")
    TRANSCRIPTS = "transcripts", _("Transcripts of calls")
    MESSAGES = "messages", _("Texts of chats and mails")
    CONTACTS = "contacts", _("All personal data of a contact")


class RetentionRule(TenantModel):
    """What is removed, so many days after the contact began. The worker walks through all contacts once a day."""

    what = models.CharField(
        max_length=12,
        choices=What.choices,
        help_text="All personal data: numbers, names, addresses, texts, notes, recordings and own fields, in earlier "
        "versions and events too. The contact stays, with its times, queues and agents, so no figure changes.",
    )
    days = models.PositiveIntegerField(
        _("after days"),
        validators=[MinValueValidator(1), MaxValueValidator(_LONGEST_DAYS)],
        help_text="Counted from the contact’s begin. Contacts that are live, and those under a legal hold, are left.",
    )
    channel = models.CharField(
        max_length=12, choices=Channel.choices, blank=True, help_text="Empty: contacts on every channel."
    )
    queue = models.ForeignKey(
        "queues.Queue",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Only contacts that came to this queue. Empty: all.",
    )
    is_active = models.BooleanField(
        _("in use"), default=False, help_text="Look at the preview first: what is removed cannot be brought back."
    )
    walked_on = models.DateField(null=True, editable=False, help_text="The tenant's day of the last whole walk.")
    reached = models.BigIntegerField(default=0, editable=False, help_text="The last contact that this walk came to.")
    touched = models.PositiveBigIntegerField(default=0, editable=False, help_text="Contacts that this walk changed.")

    class Meta:
        ordering = ["what", "days", "id"]
        verbose_name = "retention rule"

    def __str__(self) -> str:
        return ngettext("{what} after {days} day", "{what} after {days} days", self.days).format(
            what=self.get_what_display(), days=self.days
        )


class LegalHold(TenantModel):
    """This contact is kept whole, whatever a rule or a request says."""

    interaction = models.OneToOneField(INTERACTION, models.CASCADE, related_name="legal_hold")
    reason = models.CharField(max_length=255, help_text="Why, for instance the number of the case.")
    at = models.DateTimeField(default=clock.now, editable=False)
    by = user_link(editable=False)

    class Meta:
        ordering = ["-at"]
        verbose_name = "legal hold"

    def __str__(self) -> str:
        return str(self.interaction)


class Anonymised(TenantModel):
    """This contact has no personal data any more."""

    interaction = models.OneToOneField(INTERACTION, models.CASCADE, related_name="anonymised")
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return str(self.interaction)


class RequestKind(models.TextChoices):
    EXPORT = "export", _("Export")
    ERASURE = "erasure", _("Erasure")


class PersonRequest(TenantModel):
    """One person wanted the own data, or wanted it gone. What remains afterwards proves it and names nobody."""

    kind = models.CharField(max_length=8, choices=RequestKind.choices)
    reference = models.CharField(max_length=120, help_text="Of the person's letter or ticket. No name, no number.")
    by = user_link()
    at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    identifiers: Any = models.JSONField(default=dict, help_text="Emptied as soon as it is done.")
    digests: Any = models.JSONField(default=list, help_text="Keyed checksums of the identifiers.")
    counts: Any = models.JSONField(default=dict, help_text="How many rows of each kind.")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        verbose_name = "request of a person"
        verbose_name_plural = "requests of persons"

    def __str__(self) -> str:
        return self.reference
