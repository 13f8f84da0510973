"""Who took part in a contact."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext

from apps.common.words import later as _
from apps.objects.documented import documented
from apps.objects.records import Record, auto_number, history, user_link
from apps.objects.registry import register
from apps.objects.tracking import tracked
from apps.tenants.models import TenantModel

PERSON = ("Account", "Contact", "Lead")


@tracked("attendee", through="attendee__engagement")
@register(
    "EngagementAttendee",
    "9eA",
    "Engagement Attendee",
    is_viewed=True,
    children={
        "Feeds": ("EngagementAttendeeFeed", "feeds"),
        "Histories": ("EngagementAttendeeHistory", "histories"),
    },
)
@history("EngagementAttendeeHistory", exclude=("name",))
class EngagementAttendee(Record):
    """One person taking part: somebody outside (customer, partner) or a user inside (engagement 3)."""

    name = documented(auto_number("EA-"), "ADFIS", "Name", type="string", length=30)
    engagement = documented(
        models.ForeignKey("engagements.EngagementInteraction", models.CASCADE, related_name="attendees"),
        "CUFGS",
        "Engagement ID",
        "The interaction, or with a voice call set that call (M-09).",
        references=("EngagementInteraction", "MessagingSession", "VoiceCall"),
        relationship="Engagement",
        alternative="voice_call",
    )
    voice_call = models.ForeignKey("voice_calls.VoiceCall", models.CASCADE, null=True, related_name="attendees")
    external_attendee_id = documented(
        models.CharField(max_length=64, null=True, blank=True),
        "CUFGNS",
        "External Attendee ID",
        "Account, Contact or Lead. One of external and internal must be given.",
        type="reference",
        references=PERSON,
        relationship="ExternalAttendee",
    )
    internal_attendee = documented(
        user_link(null=True, blank=True),
        "CUFGNS",
        "Internal Attendee ID",
        "The user who took part. One of external and internal must be given.",
        references=("User",),
        relationship="InternalAttendee",
        text_column="internal_attendee_text",
    )
    internal_attendee_text = models.CharField(max_length=64, null=True, blank=True, editable=False)
    start_date_time = documented(models.DateTimeField(), "CUFNS", "Start Date Time")
    end_date_time = documented(models.DateTimeField(null=True, blank=True), "CUFNS", "End Date Time")
    is_authenticated = documented(models.BooleanField(default=False), "CUDFGS", "Is Authenticated", since=56)
    is_verified = documented(models.BooleanField(default=False), "CUDFGS", "Is Verified", since=56)
    verification_time = documented(
        models.DateTimeField(null=True, blank=True),
        "CUFNS",
        "Verification Time",
        "When this person was verified.",
        since=56,
    )
    role = documented(
        models.CharField(max_length=255, null=True, blank=True), "CUFGNS", "Role", type="picklist", since=56
    )
    owner = documented(user_link(), "CUDFGS", "Owner ID", references=("User",), relationship="Owner")
    record_type = documented(
        models.ForeignKey("objects.RecordType", models.PROTECT, null=True, blank=True, related_name="+"),
        "CUFGNS",
        "Record Type ID",
        references=("RecordType",),
        relationship="RecordType",
        since=65,
    )

    class Meta(Record.Meta):
        ordering = ["start_date_time", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(external_attendee_id__isnull=False)
                | models.Q(internal_attendee__isnull=False)
                | models.Q(internal_attendee_text__isnull=False),
                name="attendee_names_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(internal_attendee=None) | models.Q(internal_attendee_text=None),
                name="attendee_internal_once",
            ),
            models.CheckConstraint(
                condition=models.Q(end_date_time=None) | models.Q(end_date_time__gte=models.F("start_date_time")),
                name="attendee_times_in_order",
            ),
        ]
        indexes = [
            models.Index("tenant", "engagement", "start_date_time", name="attendee_engagement"),
            models.Index("tenant", "internal_attendee", name="attendee_internal"),
            models.Index(
                "tenant",
                "external_attendee_id",
                name="attendee_external",
                condition=models.Q(external_attendee_id__isnull=False),
            ),
            models.Index("tenant", "system_modstamp", name="attendee_modstamp"),
            models.Index("tenant", "created_date", "id", name="attendee_written"),
            models.Index(
                "tenant", "deleted_at", "id", name="attendee_bin", condition=models.Q(deleted_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class VerificationProcess(TenantModel):
    """What an agent asks to make sure who somebody is, and how much of it must match (engagement 10.2)."""

    name = models.CharField(max_length=80, help_text=_("Kept with each check, so that it is known how it was made."))
    must = models.TextField(
        _("must match"), blank=True, max_length=500, help_text=_("One a line: name, birth date. All have to match.")
    )
    further = models.TextField(
        _("further questions"), blank=True, max_length=500, help_text=_("One a line: phone, postal code.")
    )
    least = models.PositiveSmallIntegerField(
        _("of these at least"), default=0, help_text=_("How many of the further questions have to match.")
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("identity verification process")
        verbose_name_plural = _("identity verification processes")
        constraints = [models.UniqueConstraint("tenant", Lower("name"), name="verification_process_name_unique")]

    def __str__(self) -> str:
        return self.name

    @property
    def required(self) -> list[str]:
        return _lines(self.must)

    @property
    def optional(self) -> list[str]:
        return _lines(self.further)

    def lacks(self, means: str) -> list[str]:
        """What has to match besides those means, told with commas between; of the required questions by name."""
        told = f", {means.strip()}, "
        missing = [each for each in self.required if f", {each}, " not in told]
        short = self.least - sum(f", {each}, " in told for each in self.optional)
        return [*missing, *([gettext("%(number)s of the further questions") % {"number": short}] if short > 0 else [])]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class IdentityVerification(TenantModel):
    """One attempt to make sure who an attendee is: by which means, with what result."""

    attendee = models.ForeignKey(EngagementAttendee, models.CASCADE, related_name="verifications")
    means = models.CharField(max_length=255, help_text="Birth date, telephone PIN, ...")
    process_definition = models.CharField(max_length=255, blank=True)
    passed = models.BooleanField()
    at = models.DateTimeField()
    by = user_link(null=True)

    class Meta:
        ordering = ["at", "id"]
