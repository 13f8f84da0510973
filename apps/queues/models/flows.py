"""Where a flow leads: ordered rules, each a list of conditions and a target (V-53)."""

from django.db import models

from apps.agents.models import Agent
from apps.queues.models.setup import Flow, Queue
from apps.tenants.models import TenantModel


class FlowRule(TenantModel):
    """The first rule of a flow whose conditions all hold decides; a rule without conditions always holds."""

    flow = models.ForeignKey(Flow, models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField(default=0, help_text="Rules are tried in this order.")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(queue=None, agent__isnull=False) | models.Q(queue__isnull=False, agent=None),
                name="flow_rule_one_target",
                violation_error_message="A rule leads to a queue or to an agent, not to both.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.queue or self.agent}"


class Comparison(models.TextChoices):
    """How a fact is compared: as text and without case, numbers as numbers."""

    IS = "is", "is"
    IS_NOT = "is_not", "is not"
    CONTAINS = "contains", "contains"
    STARTS = "starts", "starts with"
    AT_LEAST = "at_least", "is at least"
    LESS = "less", "is less than"
    EMPTY = "empty", "is empty"
    FILLED = "filled", "is not empty"


class FlowCondition(TenantModel):
    """One condition of a rule, on a documented or custom field of the contact, or on what is sent along."""

    rule = models.ForeignKey(FlowRule, models.CASCADE, related_name="conditions")
    fact = models.CharField(
        max_length=80, help_text="A field's API name (CallOrigin, Department__c) or an input parameter, in any case."
    )
    comparison = models.CharField(max_length=8, choices=Comparison.choices, default=Comparison.IS)
    value = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.fact} {self.get_comparison_display()} {self.value}".strip()
