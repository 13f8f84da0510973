"""Custom fields, picklist values and record types are data, defined by an administrator, enforced on every path."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext

from apps.common.stamped import Stamped
from apps.common.words import later as _
from apps.objects.shipped import SHIPPED
from apps.tenants.models import TenantModel


class CustomFieldKind(models.TextChoices):
    """Kinds and their value shapes (engagement 6.5)."""

    TEXT = "string", _("Text")
    TEXT_AREA = "textarea", _("Long text")
    CHECKBOX = "boolean", _("Checkbox")
    DATE = "date", _("Date")
    DATE_TIME = "datetime", _("Date and time")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    URL = "url", _("URL")
    NUMBER = "double", _("Number")
    PERCENT = "percent", _("Percent")
    CURRENCY = "currency", _("Currency")
    PICKLIST = "picklist", _("Picklist")
    GEOLOCATION = "location", _("Geolocation")


class CustomField(TenantModel):
    """A field that an administrator added to a documented object; its values live in the record's `custom_fields`."""

    object_name = models.CharField("object", max_length=80)
    api_name = models.CharField("API name", max_length=80, help_text="Ends in __c.")
    key = models.CharField(
        max_length=90, editable=False, help_text="What values are stored under: stays when the API name changes."
    )
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=CustomFieldKind.choices)
    length = models.PositiveIntegerField(default=255, help_text="Most characters of a text.")
    precision = models.PositiveSmallIntegerField(default=18, help_text="Digits of a number, in all.")
    scale = models.PositiveSmallIntegerField(default=0, help_text="Digits behind the decimal point.")
    is_required = models.BooleanField(default=False)
    default_value = models.JSONField(
        null=True, blank=True, help_text="What a new record gets that says nothing about the field."
    )
    is_restricted = models.BooleanField(default=True, help_text="A picklist takes its own values only.")
    help_text = models.CharField(max_length=255, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(
        "in use", default=True, help_text="Switched off, the field hides from every dialect and form; its values stay."
    )

    class Meta:
        ordering = ["object_name", "position", "id"]
        constraints = [
            models.UniqueConstraint("tenant", "object_name", Lower("api_name"), name="custom_field_name_unique"),
            models.UniqueConstraint("tenant", "object_name", "key", name="custom_field_key_unique"),
            models.CheckConstraint(condition=models.Q(api_name__endswith="__c"), name="custom_field_name_ends_in_c"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def said(self) -> str:
        """In the administrator's words, whatever the reader's language."""
        return self.label


class PicklistValue(TenantModel):
    """One value of a picklist of a documented object. A switched-off value stays on old records."""

    object_name = models.CharField("object", max_length=80)
    field_name = models.CharField("field", max_length=80, help_text="The field's API name.")
    value = models.CharField(max_length=255)
    label = models.CharField(max_length=255)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    mapped_state = models.CharField(
        max_length=12, null=True, blank=True, help_text="For Status: the state that this value stands for (C-08)."
    )
    is_default_for_state = models.BooleanField(
        default=False, help_text="The Status that operations set when they move to its state (M-14)."
    )
    channel = models.CharField(
        max_length=12, null=True, blank=True, help_text="For CommunicationChannel: the channel it stands for."
    )

    class Meta:
        ordering = ["object_name", "field_name", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "object_name", "field_name", "value"], name="picklist_value_unique"
            ),
            models.UniqueConstraint(
                fields=["tenant", "object_name", "mapped_state"],
                condition=models.Q(is_default_for_state=True),
                name="picklist_one_default_per_state",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def said(self) -> str:
        """In the reader's language, where value and label came with the system; an administrator's words stay."""
        is_ours = self.label == self.value and (self.object_name, self.field_name, self.value) in SHIPPED
        return gettext(self.label) if is_ours else self.label


class RecordType(Stamped, TenantModel):
    """A kind of record of one object, with its own values and layout."""

    object_name = models.CharField("object", max_length=80)
    developer_name = models.CharField(max_length=80)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["object_name", "name"]
        constraints = [
            models.UniqueConstraint("tenant", "object_name", Lower("developer_name"), name="record_type_name_unique"),
            models.UniqueConstraint(
                fields=["tenant", "object_name"], condition=models.Q(is_default=True), name="record_type_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecordView(TenantModel):
    """When somebody last opened or touched a record: LastViewedDate and LastReferencedDate are per user."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    object_name = models.CharField(max_length=80)
    key = models.BigIntegerField()
    viewed_at = models.DateTimeField(null=True)
    referenced_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user", "object_name", "key"], name="record_view_unique"),
        ]
        indexes = [models.Index("tenant", "user", models.F("referenced_at").desc(), name="record_view_recent")]
