"""E-mail: what was written, by whom to whom, with what attached, and how far its delivery has come."""

from typing import Any

from django.db import models
from uuid6 import uuid7

from apps.common.words import later as _
from apps.objects.records import user_link
from apps.tenants.models import TenantModel

LONGEST_TEXT = 131_072  # characters kept of a text, and of the same as HTML
LONGEST_SHOWN = 65_536  # of each that an event carries
LONGEST_ADDRESS = 320
LONGEST_SUBJECT = 255
LONGEST_ID = 255
MOST_ADDRESSES = 100  # in each of to, cc and bcc
LARGEST_ATTACHMENT = 10 * 2**20  # bytes
LARGEST_MESSAGE = 25 * 2**20  # bytes, with everything that is attached
MOST_ATTACHMENTS = 50


class MailDirection(models.TextChoices):
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")


class Delivery(models.TextChoices):
    """How far a message has come. What waits is the outbox: the worker delivers it."""

    RECEIVED = "received", _("Received")
    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")


class MailMessage(TenantModel):
    """One message of an e-mail interaction. What arrives in an open conversation joins it, so there may be several."""

    interaction = models.ForeignKey("engagements.EngagementInteraction", models.CASCADE, related_name="mail")
    number = models.PositiveIntegerField(help_text="Within the interaction, in the order of arrival.")
    direction = models.CharField(max_length=8, choices=MailDirection.choices)
    delivery = models.CharField(max_length=8, choices=Delivery.choices)
    thread = models.UUIDField(default=uuid7, editable=False, help_text="Messages that answer each other have one.")
    message_id = models.CharField(max_length=LONGEST_ID, help_text="With its angle brackets.")
    in_reply_to = models.CharField(max_length=LONGEST_ID, blank=True)
    references = models.JSONField(default=list)
    sender = models.CharField(max_length=LONGEST_ADDRESS)
    sender_name = models.CharField(max_length=255, blank=True)
    reply_to = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="Cleaned: nothing in it runs or is fetched.")
    is_automatic = models.BooleanField(default=False, help_text="Written by a machine or to a list (RFC 3834).")
    written_by = user_link(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, help_text="When it was handed over, or as its sender says.")
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, help_text="When the worker next tries to deliver it.")
    error = models.CharField(max_length=500, blank=True, help_text="Why the last attempt failed.")

    class Meta:
        ordering = ["interaction", "number"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "message_id"], name="mail_message_id_unique"),
            models.UniqueConstraint(fields=["tenant", "interaction", "number"], name="mail_number_unique"),
            models.CheckConstraint(
                condition=models.Q(direction=MailDirection.INBOUND, delivery=Delivery.RECEIVED)
                | (models.Q(direction=MailDirection.OUTBOUND) & ~models.Q(delivery=Delivery.RECEIVED)),
                name="mail_delivery_fits_direction",
            ),
            models.CheckConstraint(
                condition=models.Q(delivery=Delivery.WAITING, due_at__isnull=False)
                | (~models.Q(delivery=Delivery.WAITING) & models.Q(due_at=None)),
                name="mail_due_while_it_waits",
            ),
        ]
        indexes = [
            models.Index("tenant", "thread", name="mail_thread"),
            models.Index("due_at", name="mail_outbox", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id


class MailAttachment(TenantModel):
    uuid = models.UUIDField(default=uuid7, editable=False)
    message = models.ForeignKey(MailMessage, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.PositiveIntegerField(help_text="Bytes.")
    content: Any = models.BinaryField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["tenant", "uuid"], name="mail_attachment_uuid_unique")]

    def __str__(self) -> str:
        return self.name
