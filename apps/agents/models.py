"""Agents: who works, whether they are there, ready for what, and since when."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from uuid6 import uuid7

from apps.common.words import later as _
from apps.tenants.models import TenantModel
from apps.tenants.selecting import Select

if TYPE_CHECKING:
    from apps.accounts.models import User


class Channel(models.TextChoices):
    """How a contact comes in (core-model 5.2)."""

    VOICE = "voice", _("Voice")
    CHAT = "chat", _("Chat")
    VIDEO = "video", _("Video")
    IN_PERSON = "in_person", _("In person")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("SMS")
    WORK_ITEM = "work_item", _("Work item")


class WorkMode(models.TextChoices):
    NONE = "none", _("None")
    AFTER_CALL_WORK = "acw", _("After-call work")
    AUX = "aux", _("Auxiliary work")


class StateCause(models.TextChoices):
    """Who or what put a channel where it stands; what is not the agent's own doing is told to the agent."""

    AGENT = "agent", _("The agent")
    SUPERVISOR = "supervisor", _("A supervisor")
    MISSES = "misses", _("Missed offers")
    LEASE = "lease", _("Lost connection")


class Team(TenantModel):
    """Agents who belong together. Its people see what it works on, if their reach ends there (`accounts.Reach`)."""

    own_parts: ClassVar = (
        "agents.teamsupervisor.team",
        "queues.teamqueue.team",
    )

    uuid = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="team_name_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="team_uuid_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Agent(TenantModel):
    """A user who takes work. `uuid` is CxEngage's tenantAgentId."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    user = models.OneToOneField("accounts.User", models.PROTECT, related_name="agent")
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="agents")
    shortcuts = models.JSONField(default=dict, editable=False, help_text="Keys of the desk other than the usual ones.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "uuid"], name="agent_uuid_unique")]

    def __str__(self) -> str:
        return self.user.name


class TeamSupervisor(TenantModel):
    """Somebody who leads a team, in it or not."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="supervisors")
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="led_teams")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "team", "user"], name="team_supervisor_unique")]

    def __str__(self) -> str:
        return self.user.name


class NotReadyReason(TenantModel):
    """Why an agent takes no work: a break, back office, ..."""

    name = models.CharField(max_length=80)
    operation_name = models.CharField(max_length=80, help_text="One word: what Genesys clients send to choose it.")
    work_mode = models.CharField(max_length=4, choices=WorkMode.choices, default=WorkMode.AUX)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint("tenant", Lower("operation_name"), name="not_ready_reason_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class AgentSession(TenantModel):
    """From sign-in to sign-out. Presence is a lease that any request of the agent's client renews (M-13)."""

    uuid = models.UUIDField(default=uuid7, editable=False)
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField()
    active_at = models.DateTimeField(null=True, help_text="When the agent last did something.")
    warned_at = models.DateTimeField(null=True, help_text="When the agent was told of being signed out soon.")
    place = models.CharField(max_length=80, null=True, help_text="Where the agent sits, as the client said.")
    login_code = models.CharField(max_length=80, null=True, help_text="At the telephone system, as the client said.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "uuid"], name="agent_session_uuid_unique"),
            models.UniqueConstraint(
                fields=["tenant", "agent"], condition=models.Q(ended_at=None), name="agent_session_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="agent_session_in_order",
            ),
        ]
        indexes = [
            models.Index("tenant", "lease_until", name="agent_session_lease", condition=models.Q(ended_at=None)),
        ]


class AgentChannel(TenantModel):
    """Where an agent stands on one channel. Routing locks this row; `load` never passes `capacity`."""

    session = models.ForeignKey(AgentSession, models.CASCADE, related_name="channels")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="channels")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    is_ready = models.BooleanField(default=False)
    reason = models.ForeignKey(NotReadyReason, models.SET_NULL, null=True, blank=True, related_name="+")
    work_mode = models.CharField(max_length=4, choices=WorkMode.choices, default=WorkMode.NONE)
    cause = models.CharField(max_length=10, choices=StateCause.choices, default=StateCause.AGENT)
    do_not_disturb = models.BooleanField(default=False, help_text="Ready or not: nothing is offered.")
    since = models.DateTimeField(help_text="When the present state began.")
    idle_since = models.DateTimeField(help_text="When the agent was last freed: the longest idle is offered first.")
    capacity = models.PositiveSmallIntegerField(default=1)
    load = models.PositiveSmallIntegerField(default=0)
    misses = models.PositiveSmallIntegerField(default=0, help_text="Offers missed in a row.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "session", "channel"], name="agent_channel_unique"),
            models.CheckConstraint(
                condition=models.Q(load__lte=models.F("capacity")), name="agent_channel_within_capacity"
            ),
        ]
        indexes = [
            models.Index(
                "tenant",
                "channel",
                "idle_since",
                name="agent_channel_idle",
                condition=models.Q(is_ready=True, load__lt=models.F("capacity")),
            ),
        ]


class ChannelCapacity(TenantModel):
    """How much is taken at once on a channel: by one agent, by a team's agents, or by everybody."""

    channel = models.CharField(max_length=12, choices=Channel.choices)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="capacities")
    agent = models.ForeignKey(Agent, models.CASCADE, null=True, blank=True, related_name="capacities")
    capacity = models.PositiveSmallIntegerField(
        help_text="Pieces of work at once; 0: none. An agent's own number counts before the team's and everybody's."
    )

    class Meta:
        ordering = ["channel", "team", "agent"]
        verbose_name_plural = "channel capacities"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "channel", "team", "agent"],
                nulls_distinct=False,
                name="channel_capacity_unique",
                violation_error_message="Something is said of these already.",
            ),
            models.CheckConstraint(
                condition=models.Q(team=None) | models.Q(agent=None),
                name="channel_capacity_of_one",
                violation_error_message="Name a team or an agent, not both; neither means everybody.",
            ),
            models.CheckConstraint(condition=models.Q(capacity__lte=1000), name="channel_capacity_sensible"),
        ]

    def __str__(self) -> str:
        return gettext("{channel}: {capacity} for {whom}").format(
            channel=self.get_channel_display(),
            capacity=self.capacity,
            whom=self.agent or self.team or gettext("everybody"),
        )


class SpanState(models.TextChoices):
    """What an agent was doing (CxEngage's four words, X-51, with the reason beside)."""

    OFFLINE = "offline", _("Offline")
    NOT_READY = "not_ready", _("Not ready")
    READY = "ready", _("Ready")
    BUSY = "busy", _("Busy")
    AFTER_CALL_WORK = "acw", _("After-call work")


class AgentStateSpan(TenantModel):
    """Time in one state, on one channel or (without) as a whole session."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="spans")
    session = models.ForeignKey(AgentSession, models.CASCADE, related_name="spans")
    channel = models.CharField(max_length=12, choices=Channel.choices, null=True)
    state = models.CharField(max_length=10, choices=SpanState.choices)
    reason = models.ForeignKey(NotReadyReason, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "session", "channel"],
                condition=models.Q(ended_at=None),
                nulls_distinct=False,
                name="agent_state_span_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="agent_state_span_in_order",
            ),
        ]
        indexes = [models.Index("tenant", "agent", "started_at", name="agent_state_span_agent")]


class Skill(TenantModel):
    uuid = models.UUIDField(default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    holders: Any = models.ManyToManyField(Agent, through="AgentSkill", related_name="skills")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("tenant", Lower("name"), name="skill_name_unique"),
            models.UniqueConstraint(fields=["tenant", "uuid"], name="skill_uuid_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class AgentSkill(TenantModel):
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="agent_skills")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="agent_skills")
    level = models.PositiveSmallIntegerField(default=1, help_text="1 (some) to 10 (expert).")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "agent", "skill"], name="agent_skill_unique"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 10)), name="agent_skill_level"),
        ]


_OF_USER: Select[Agent] = Select(lambda user: Agent.objects.filter(user_id=user), numbers=["user"])


def agent_of(user: "User | None") -> Agent | None:
    """The agent that this user is, if any."""
    agent = _OF_USER.first(user=user.pk) if user else None
    if agent and user:
        agent.user = user
    return agent


class Notice(TenantModel):
    """Something that a supervisor told one agent at the desk."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="notices")
    text = models.CharField(max_length=500)
    by = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("agent", "id", name="notice_unread", condition=models.Q(seen_at=None))]

    def __str__(self) -> str:
        return self.text
