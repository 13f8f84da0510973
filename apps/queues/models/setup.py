"""Queues, who works on them, and what else an administrator sets up for live work."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from uuid6 import uuid7

from apps.agents.models import Agent, Channel, Skill, Team
from apps.common.stamped import Stamped
from apps.common.words import later as _
from apps.objects import registry
from apps.objects.documented import Documented
from apps.objects.house import STAMPS, readable
from apps.objects.registry import READ_ONLY, SObject, register
from apps.queues.models.hours import WhenClosed
from apps.tenants.models import TenantModel

# How long an offer stands when the queue does not say, seconds (M-13).
VOICE_OFFER_TIMEOUT = 20
OFFER_TIMEOUT = 30


def _uuid() -> "models.UUIDField[Any, Any]":
    return models.UUIDField(default=uuid7, editable=False)


class SlaVersion(TenantModel):
    """A service-level rule. It never changes, so a finished stay keeps the rule that it was measured by."""

    class AbandonType(models.TextChoices):
        IGNORE = "ignore-abandons", _("Leave short abandons out")
        COUNT = "count-against-sla", _("Count every abandon as missed")

    uuid = _uuid()
    name = models.CharField(max_length=80)
    threshold_s = models.PositiveIntegerField("threshold", default=20, help_text="Seconds.")
    abandon_type = models.CharField(max_length=20, choices=AbandonType.choices, default=AbandonType.IGNORE)
    abandon_threshold_s = models.PositiveIntegerField(
        "abandon threshold", default=20, help_text="Seconds; abandons up to this are short."
    )
    target_percent = models.PositiveSmallIntegerField(default=80)

    class Meta:
        verbose_name = "service-level rule"
        constraints = [models.UniqueConstraint(fields=["tenant", "uuid"], name="sla_version_uuid_unique")]

    def __str__(self) -> str:
        return gettext("{name}: {percent} % within {seconds} s").format(
            name=self.name, percent=self.target_percent, seconds=self.threshold_s
        )


def _group_fields() -> "list[tuple[str, Documented]]":
    return [
        ("name", readable("Name", length=80)),
        ("developer_name", readable("DeveloperName", "Developer Name", length=80)),
        ("type", readable("Type", type="picklist", length=40)),
        *STAMPS,
    ]


def _groups() -> "models.QuerySet[Queue]":
    return Queue.objects.annotate(type=models.Value("Queue"))


def _queue_sobjects() -> "models.QuerySet[Queue]":
    """Which records a queue may own: calls that wait in it (voice 9.1)."""
    return Queue.objects.annotate(sobject_type=models.Value("VoiceCall"))


@register("Group", "00G", "Group", calls=READ_ONLY, own_fields=_group_fields(), own_rows=_groups)
class Queue(Stamped, TenantModel):
    """Where contacts wait. To Salesforce clients a Group of type Queue; `id` is CxEngage's platformQueueId."""

    own_parts: ClassVar = (
        "queues.queuemember.queue",
        "queues.teamqueue.queue",
        "queues.queueskill.queue",
        "queues.overflowrule.queue",
        "queues.threshold.queue",
        "queues.queuetally.queue",
    )

    uuid = _uuid()
    name = models.CharField(max_length=80)
    developer_name = models.CharField(max_length=80)
    priority = models.PositiveIntegerField(default=100, help_text="A queue with more is served first.")
    sla = models.ForeignKey(SlaVersion, models.PROTECT, null=True, blank=True, related_name="+")
    offer_timeout_s = models.PositiveIntegerField(
        "offer time-out", null=True, blank=True, help_text="Seconds. Empty: 20 for voice, 30 for everything else."
    )
    wrap_up_s = models.PositiveIntegerField(
        "wrap-up", null=True, blank=True, help_text="Most seconds of after-call work. Empty: until the agent is done."
    )
    disposition_required = models.BooleanField(default=False)
    voice_is_exclusive = models.BooleanField(
        default=True, help_text="A call is offered only to an agent free of other work, and keeps other work away."
    )
    hours = models.ForeignKey(
        "queues.BusinessHours",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        help_text="Nothing is offered outside them; what waits is offered when the queue opens. Empty: always open.",
    )
    when_closed = models.CharField(
        max_length=8,
        choices=WhenClosed.choices,
        default=WhenClosed.WAIT,
        help_text="For contacts that arrive while it is closed. An overflow rule for closed hours comes first. A call "
        "that is not taken in stays in the flow, and omniFlow and routeVoiceCall fail with the reason.",
    )
    callback_keeps_place = models.BooleanField(
        "callbacks keep their place",
        default=True,
        help_text="Who asked to be called back keeps place and priority, as if still waiting. To CxEngage clients the "
        "call's stay ends by callback, and that of the work that follows begins so.",
    )
    last_agent_wait_s = models.PositiveIntegerField(
        "wait for the last agent",
        null=True,
        blank=True,
        help_text="Seconds that work waits for whoever handled this customer last, if that agent is ready here. "
        "0: only if free at once. Empty: nobody is preferred.",
    )
    is_active = models.BooleanField(default=True)
    members: Any = models.ManyToManyField(Agent, through="QueueMember", related_name="queues")

    class Meta:
        ordering = ["name"]
        verbose_name = "queue"
        verbose_name_plural = "queues"
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="queue_name_unique"),
            models.UniqueConstraint("tenant", Lower("developer_name"), name="queue_developer_name_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="queue_uuid_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    def offer_timeout(self, channel: str) -> int:
        """Seconds that an offer out of this queue stands."""
        return self.offer_timeout_s or (VOICE_OFFER_TIMEOUT if channel == Channel.VOICE else OFFER_TIMEOUT)


_QUEUE_ID = Documented(
    "QueueId", "reference", frozenset("FGS"), "Group ID", 18, references=("Group",), relationship="Queue"
)
registry.add(
    SObject(
        "QueueSobject",
        Queue,
        "03g",
        "Queue Sobject",
        "Queue Sobjects",
        READ_ONLY,
        own_fields=[
            ("id", _QUEUE_ID),
            ("sobject_type", readable("SobjectType", "Sobject Type", type="picklist", length=40)),
            *STAMPS,
        ],
        own_rows=_queue_sobjects,
    )
)


class QueueMember(TenantModel):
    """An agent who takes work from a queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="memberships")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "queue", "agent"], name="queue_member_unique")]


class TeamQueue(TenantModel):
    """A queue that a team looks after."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="queues")
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="teams")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "team", "queue"], name="team_queue_unique")]

    def __str__(self) -> str:
        return self.queue.name


class QueueSkill(TenantModel):
    """A skill that work from this queue needs, from a time of waiting on. Later rows of a skill ask for less."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="needs")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    after_s = models.PositiveIntegerField("after", default=0, help_text="Seconds of waiting from which this holds.")
    level = models.PositiveSmallIntegerField(default=1, help_text="1 (some) to 10 (expert); 0: no longer asked for.")

    class Meta:
        ordering = ["skill", "after_s"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "queue", "skill", "after_s"], name="queue_skill_unique"),
            models.CheckConstraint(condition=models.Q(level__range=(0, 10)), name="queue_skill_level"),
        ]

    def __str__(self) -> str:
        return gettext("{skill} {level} after {seconds} s").format(
            skill=self.skill, level=self.level, seconds=self.after_s
        )


class QueueTally(TenantModel):
    """How many wait in a queue is the sum of these: each stay that begins or ends adds a row, so that none waits.

    Written by a trigger of the stays' table; `queues.operations.stays` sums rows up into one now and then.
    """

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_constraint=False)
    delta = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "queue"], include=["delta"], name="queue_tally_queue")]


class Flow(TenantModel):
    """An entry rule: what happens to a contact before any queue."""

    uuid = _uuid()
    name = models.CharField(max_length=80)
    developer_name = models.CharField(max_length=80)
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="flows")
    recording = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("tenant", Lower("developer_name"), name="flow_developer_name_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="flow_uuid_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Disposition(TenantModel):
    """An outcome that an agent chooses at the end."""

    uuid = _uuid()
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="disposition_name_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="disposition_uuid_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Workbin(TenantModel):
    """Where work is parked: an agent's own, a team's or a place's. Items may be taken in any order."""

    own_parts: ClassVar = ("queues.workbinsubscription.workbin",)

    class Kind(models.TextChoices):
        AGENT = "agent", _("Agent")
        GROUP = "group", _("Group")
        PLACE = "place", _("Place")

    uuid = _uuid()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, blank=True, related_name="workbins")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="workbins")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "name", "agent", "team"], name="workbin_name_unique", nulls_distinct=False
            ),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="workbin_uuid_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkbinSubscription(TenantModel):
    """Somebody who is told what comes into a workbin and goes out of it."""

    workbin = models.ForeignKey(Workbin, models.CASCADE, related_name="subscriptions")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "workbin", "user"], name="workbin_subscription_unique")
        ]


class OutboundIdentifier(TenantModel):
    """A number or address that agent-made contacts show to the customer."""

    uuid = _uuid()
    name = models.CharField(max_length=80)
    value = models.CharField(max_length=255)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="outbound_identifier_name_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="outbound_identifier_uuid_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class OutboundUse(TenantModel):
    """What one outbound contact showed, as it was then."""

    uuid = _uuid()
    interaction = models.OneToOneField("engagements.EngagementInteraction", models.CASCADE, related_name="outbound_use")
    identifier = models.ForeignKey(OutboundIdentifier, models.PROTECT, related_name="+")
    value = models.CharField(max_length=255)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "uuid"], name="outbound_use_uuid_unique")]
