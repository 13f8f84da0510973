"""What a contact was about."""

from django.db import models

from apps.objects.documented import documented
from apps.objects.records import Record, history, user_link
from apps.objects.registry import register
from apps.objects.tracking import tracked


@tracked("topic", through="topic__engagement")
@register(
    "EngagementTopic",
    "9eT",
    "Engagement Topic",
    is_viewed=True,
    children={
        "ParentTopicToEngagementTopic": ("EngagementTopic", "subtopics"),
        "Feeds": ("EngagementTopicFeed", "feeds"),
        "Histories": ("EngagementTopicHistory", "histories"),
    },
)
@history("EngagementTopicHistory")
class EngagementTopic(Record):
    """One subject handled, the process run for it and how that ended (engagement 4)."""

    name = documented(models.CharField(max_length=255), "CUFGIS", "Name")
    engagement = documented(
        models.ForeignKey("engagements.EngagementInteraction", models.CASCADE, related_name="topics"),
        "CUFGS",
        "Engagement ID",
        "The interaction, or with a voice call set that call (M-09).",
        references=("EngagementInteraction", "MessagingSession", "VoiceCall"),
        relationship="Engagement",
        alternative="voice_call",
    )
    voice_call = models.ForeignKey("voice_calls.VoiceCall", models.CASCADE, null=True, related_name="topics")
    parent_topic = documented(
        models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="subtopics"),
        "CUFGNS",
        "Engagement Topic ID",
        references=("EngagementTopic",),
        relationship="ParentTopic",
        text_column="parent_topic_text",
    )
    parent_topic_text = models.CharField(max_length=64, null=True, blank=True, editable=False)
    topic_id = documented(
        models.CharField(max_length=64, null=True, blank=True),
        "CUFGNS",
        "Topic ID",
        "The business record it is about.",
        type="reference",
        references=(
            "Asset",
            "Case",
            "Claim",
            "LoyaltyMemberTier",
            "LoyaltyProgramMember",
            "Opportunity",
            "Order",
            "ServiceAppointment",
            "Voucher",
            "TransactionJournal",
        ),
        relationship="Topic",
    )
    related_person_id = documented(
        models.CharField(max_length=64, null=True, blank=True),
        "CUFGNS",
        "RelatedPerson ID",
        "The person the contact is about.",
        type="reference",
        references=("Account", "Contact", "Lead"),
        relationship="RelatedPerson",
    )
    process_name = documented(models.CharField(max_length=255, null=True, blank=True), "CUFGNS", "Process Name")
    process_type = documented(
        models.CharField(max_length=40, null=True, blank=True), "CUFGNRS", "Process Type", type="picklist"
    )
    process_status = documented(
        models.CharField(max_length=255, null=True, blank=True), "CUFGNRS", "Process Status", type="picklist"
    )
    process_failure_reason = documented(
        models.CharField(max_length=255, null=True, blank=True), "CUFGNS", "Process Failure Reason", type="picklist"
    )
    interaction_summary = documented(
        models.CharField(max_length=765, null=True, blank=True), "CUFNS", "Interaction Summary", since=56
    )
    owner = documented(user_link(), "CUDFGS", "Owner ID", references=("User",), relationship="Owner")

    class Meta(Record.Meta):
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent_topic=None) | models.Q(parent_topic_text=None), name="topic_parent_once"
            ),
            models.CheckConstraint(condition=~models.Q(parent_topic=models.F("id")), name="topic_not_its_own_parent"),
        ]
        indexes = [
            models.Index("tenant", "engagement", name="topic_engagement"),
            models.Index("tenant", "system_modstamp", name="topic_modstamp"),
            models.Index("tenant", "created_date", "id", name="topic_written"),
            models.Index("tenant", "deleted_at", "id", name="topic_bin", condition=models.Q(deleted_at__isnull=False)),
            models.Index("tenant", "topic_id", name="topic_about", condition=models.Q(topic_id__isnull=False)),
            models.Index(
                "tenant", "related_person_id", name="topic_person", condition=models.Q(related_person_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name
