"""Where contacts go: ordered rules, each a list of conditions and what then happens (V-53).

The rules of a flow, and those without one: every contact that arrives goes by these, on whatever channel.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from apps.agents.models import Agent, Skill
from apps.common.words import later as _
from apps.queues.models.hours import BusinessHours
from apps.queues.models.setup import Flow, Queue
from apps.tenants.models import TenantModel


class Recording(models.TextChoices):
    UNSAID = "", _("as it is")
    ON = "on", _("on")
    OFF = "off", _("off")


class FlowRule(TenantModel):
    """The first rule that holds and leads somewhere decides; a rule without conditions always holds.

    A rule that leads nowhere adds what it says, and the next ones are tried.
    """

    own_parts: ClassVar = (
        "queues.flowcondition.rule",
        "queues.flowruleskill.rule",
    )

    name = models.CharField(max_length=80, blank=True)
    flow = models.ForeignKey(
        Flow,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        help_text="Empty: an entry rule, for every contact that arrives. They go before the number's own route, also "
        "in omniFlow; the flow they lead to is the interaction's flowName in CxEngage.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Rules are tried in this order.")
    is_active = models.BooleanField(default=True)
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")
    to_flow = models.ForeignKey(Flow, models.PROTECT, null=True, blank=True, related_name="+")
    priority = models.PositiveIntegerField(
        null=True, blank=True, help_text="Instead of the queue's. More is served first."
    )
    recording = models.CharField(
        max_length=3,
        choices=Recording.choices,
        blank=True,
        default=Recording.UNSAID,
        help_text="Told to the agent and the telephone system as the user data Recording.",
    )

    class Meta:
        ordering = ["position", "id"]
        verbose_name = "rule"
        verbose_name_plural = "entry and flow rules"
        constraints = [
            models.CheckConstraint(
                condition=(Q(queue=None) | Q(agent=None))
                & (Q(queue=None) | Q(to_flow=None))
                & (Q(agent=None) | Q(to_flow=None)),
                name="flow_rule_one_target",
                violation_error_message="A rule leads to one queue, one agent or one flow.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.position}: {self.queue or self.agent or self.to_flow or gettext('goes on')}"


class Comparison(models.TextChoices):
    """How a fact is compared: as text and without case, numbers as numbers, phone numbers in any way of writing."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    CONTAINS = "contains", _("contains")
    STARTS = "starts", _("starts with")
    AT_LEAST = "at_least", _("is at least")
    LESS = "less", _("is less than")
    EMPTY = "empty", _("is empty")
    FILLED = "filled", _("is not empty")
    OPEN = "open", _("business hours are open")
    CLOSED = "closed", _("business hours are closed")


_BY_HOURS = (Comparison.OPEN, Comparison.CLOSED)


class FlowCondition(TenantModel):
    """One condition of a rule, on a field of the contact or call, on what is sent along, or on the time."""

    rule = models.ForeignKey(FlowRule, models.CASCADE, related_name="conditions")
    fact = models.CharField(
        max_length=80,
        blank=True,
        help_text="Channel, Direction, Customer, ContactPoint, a field's API name (Reason, Department__c), "
        "UserData.Account.Tier or an input parameter, in any case.",
    )
    comparison = models.CharField(max_length=8, choices=Comparison.choices, default=Comparison.IS)
    value = models.CharField(max_length=255, blank=True)
    hours = models.ForeignKey(BusinessHours, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparison__in=_BY_HOURS, hours__isnull=False)
                | (~Q(comparison__in=_BY_HOURS) & Q(hours=None) & ~Q(fact="")),
                name="flow_condition_whole",
                violation_error_message="Say which fact is compared; business hours only with open or closed.",
            ),
        ]

    def __str__(self) -> str:
        if self.hours:
            return f"{self.hours} {gettext('open') if self.comparison == Comparison.OPEN else gettext('closed')}"
        return f"{self.fact} {self.get_comparison_display()} {self.value}".strip()


class FlowRuleSkill(TenantModel):
    """A skill that a contact needs whom the rule takes, besides those of its queue."""

    rule = models.ForeignKey(FlowRule, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "rule", "skill"], name="flow_rule_skill_unique")]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"
