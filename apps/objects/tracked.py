"""What changed on a record, field by field, and what its feed tells. Triggers write the rows (`tracking`)."""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.objects.documented import documented
from apps.objects.records import RecordManager, user_link
from apps.tenants.models import TenantManager, TenantModel


def _record(to: str, related_name: str) -> Any:
    """No foreign key in the database: the trigger that writes these rows knows that the record is there."""
    return models.ForeignKey(
        to,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name=related_name,
    )


def _of_each_record(prefix: str) -> list[models.Index]:
    return [
        models.Index(link, name=f"{prefix}_{link}", condition=models.Q(**{f"{link}__isnull": False})) for link in LINKS
    ]


LINKS = ("interaction", "attendee", "topic", "voice_call")


class Tracking(TenantModel):
    """Which fields of an object leave a row of history, and which are told in its feed, by their API names."""

    object_name = models.CharField("object", max_length=80)
    history = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    feed = ArrayField(models.CharField(max_length=80), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "object_name"], name="tracking_object_unique")]

    def __str__(self) -> str:
        return self.object_name


class _Kept(TenantModel):
    """Hidden and shown again together with its record. CreatedById is empty where the clock did it."""

    created_by = documented(
        user_link(null=True, db_constraint=False, db_index=False),
        "DFGNS",
        "Created By ID",
        references=("User",),
        relationship="CreatedBy",
    )
    created_date = documented(models.DateTimeField(), "DFS", "Created Date")
    system_modstamp = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    is_deleted = documented(
        models.GeneratedField(
            expression=models.Q(deleted_at__isnull=False),  # type: ignore[arg-type]  # a condition is an expression too
            output_field=models.BooleanField(),
            db_persist=True,
        ),
        "DFGS",
        "Deleted",
        type="boolean",
    )

    objects: ClassVar[RecordManager[Self]] = RecordManager()
    with_deleted: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "with_deleted"


class FieldChange(_Kept):
    """One tracked field of one record changed: a row of `<Object>History` (engagement 4.1)."""

    interaction = _record("engagements.EngagementInteraction", "histories")
    attendee = _record("attendees.EngagementAttendee", "histories")
    topic = _record("topics.EngagementTopic", "histories")
    voice_call = _record("voice_calls.VoiceCall", "histories")
    field = documented(models.CharField(max_length=255), "FGRS", "Changed Field", type="picklist")
    data_type = documented(models.CharField(max_length=40, null=True), "FGNRS", "Datatype", type="picklist")
    old_value = documented(models.JSONField(null=True), "NS", "Old Value", type="anyType")
    new_value = documented(models.JSONField(null=True), "NS", "New Value", type="anyType")

    class Meta(_Kept.Meta):
        ordering = ["-id"]
        indexes = [
            models.Index("tenant", "created_date", "id", name="field_change_created"),
            *_of_each_record("change"),
        ]

    def __str__(self) -> str:
        return self.field


class FeedItem(_Kept):
    """One entry of a record's feed: a row of `<Object>Feed`. Only tracked changes are written so far."""

    interaction = _record("engagements.EngagementInteraction", "feeds")
    attendee = _record("attendees.EngagementAttendee", "feeds")
    topic = _record("topics.EngagementTopic", "feeds")
    voice_call = _record("voice_calls.VoiceCall", "feeds")
    type = documented(models.CharField(max_length=40), "FGNRS", "Feed Item Type", type="picklist")
    title = documented(models.CharField(max_length=255, null=True), "FGNS", "Title")
    body = documented(models.TextField(null=True), "NS", "Body", length=10000)
    comment_count = documented(models.IntegerField(default=0, db_default=0), "FGNS", "Comment Count")
    like_count = documented(models.IntegerField(default=0, db_default=0), "FGNS", "Like Count")
    last_modified_date = documented(models.DateTimeField(), "FS", "Last Modified Date")
    system_modstamp = documented(models.DateTimeField(), "DFS", "System Modstamp")

    class Meta(_Kept.Meta):
        ordering = ["-id"]
        indexes = [models.Index("tenant", "created_date", "id", name="feed_item_created"), *_of_each_record("feed")]

    def __str__(self) -> str:
        return self.type


class FeedTrackedChange(TenantModel):
    """One field of a change that a feed tells."""

    feed_item = documented(
        models.ForeignKey(FeedItem, models.CASCADE, related_name="tracked_changes"),
        "FGS",
        "Feed Item ID",
        references=("FeedItem",),
        relationship="FeedItem",
    )
    field_name = documented(models.CharField(max_length=120), "FGS", "Field Name")
    old_value = documented(models.JSONField(null=True), "NS", "Old Value", type="anyType")
    new_value = documented(models.JSONField(null=True), "NS", "New Value", type="anyType")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.field_name
