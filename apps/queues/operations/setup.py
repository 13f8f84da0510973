"""Setting up queues and what belongs to them."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import drop_unused, keep
from apps.common.errors import NotAllowed
from apps.objects.operations.version import moved
from apps.queues.models import (
    BusinessHours,
    Disposition,
    Flow,
    FlowCondition,
    FlowRule,
    FlowRuleSkill,
    Holiday,
    HolidayList,
    OpenInterval,
    OutboundIdentifier,
    OverflowRule,
    Queue,
    QueueMember,
    QueueSkill,
    SlaVersion,
    TeamQueue,
    Threshold,
    Workbin,
)
from apps.queues.operations import overflowing

_Hours = BusinessHours | OpenInterval | HolidayList | Holiday
_Rule = _Hours | OverflowRule | FlowRule | FlowCondition | FlowRuleSkill | QueueSkill
_Set = Disposition | Workbin | OutboundIdentifier | SlaVersion | Threshold
Row = Queue | QueueMember | TeamQueue | Flow | _Rule | _Set


@transaction.atomic
def configure(row: Row, *, by: User) -> None:
    """Write the row. Work that waits meets a new member, or hours and overflow rules as they are now, in the worker's
    next rounds. Other rules count from the next contact on, in every process.

    Raises as `accounts.operations.keep`, and NotAllowed for a service-level rule that exists: finished stays were
    measured by it.
    """
    if isinstance(row, SlaVersion) and not row._state.adding:
        raise NotAllowed(gettext("a service-level rule never changes: add another and give it to the queues"))
    keep(row, by=by)
    if isinstance(row, Queue | _Rule):
        _count(row)


@transaction.atomic
def remove(row: Row, *, by: User) -> None:
    """Take an agent out of a queue, a queue from a team, a rule away, or anything that nothing goes by or ever did.

    What is worked on, offered or waiting goes on. Raises NotAllowed as `accounts.operations.drop_unused`.
    """
    drop_unused(row, by=by)
    if not isinstance(row, QueueMember | TeamQueue | Threshold):
        _count(row)


def _count(row: Row) -> None:
    """Every process reads the rules afresh, and what waits is looked at again."""
    moved()
    if isinstance(row, Queue | OverflowRule):
        queue = row.pk if isinstance(row, Queue) else row.queue_id
        overflowing.look_again(OverflowRule.objects.filter(Q(queue=queue) | Q(to_queue=queue)))
    elif isinstance(row, _Hours):
        by_hours = Q(trigger=OverflowRule.Trigger.CLOSED) | Q(to_queue__hours__isnull=False)
        overflowing.look_again(OverflowRule.objects.filter(by_hours))
