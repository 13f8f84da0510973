"""What the sheet of one contact, agent or queue shows beside its acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent, AgentChannel, NotReadyReason
from apps.common import clock
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Monitor, Queue, QueueEntry
from apps.queues.operations.holding import CONVERSATIONS
from apps.queues.operations.monitoring import listening
from apps.queues.reasons import Because, waiting_reasons
from apps.supervision.board.customers import names_for
from apps.supervision.board.limits import limits
from apps.supervision.board.people import AgentRow, agent_row, standing
from apps.supervision.board.seen import agents_of, contacts_of, queues_of
from apps.supervision.board.unmoved import mark


@dataclass
class WorkSheet:
    """One contact: where it is, why it waits, and who could take it."""

    contact: EngagementInteraction
    by: User

    @cached_property
    def customer(self) -> str:
        return names_for([self.contact])[self.contact.pk]

    @cached_property
    def stay(self) -> QueueEntry | None:
        stays = QueueEntry.objects.select_related(
            "queue", "offered_to__user", "target_agent__user", "reserved_for__user"
        )
        return stays.filter(interaction=self.contact, left_at=None).first()

    @cached_property
    def shown(self) -> str:
        return mark(self.contact)

    @property
    def reasons(self) -> Sequence[Because]:
        return waiting_reasons(self.stay)[:3] if self.stay else []

    @property
    def waits(self) -> bool:
        return self.contact.stage == Stage.QUEUED

    @property
    def is_handled(self) -> bool:
        return self.contact.stage == Stage.HANDLED

    @property
    def can_take(self) -> bool:
        return self.is_handled or self.waits or self.contact.stage == Stage.PARKED

    @property
    def manages(self) -> bool:
        return permits(self.by, Permission.INTERACTIONS_MANAGE_ALL) and self.contact.is_live

    @property
    def can_listen(self) -> bool:
        may = permits(self.by, Permission.MONITOR_ALL_CALLS)
        return may and self.is_handled and self.contact.channel in CONVERSATIONS

    @cached_property
    def listens(self) -> Monitor | None:
        return listening(self.contact, self.by)

    @cached_property
    def takers(self) -> Sequence[tuple[int, str, str]]:
        """Key, name and state of those signed in for the channel, who do not work on it; ready ones first."""
        rows = AgentChannel.objects.filter(
            channel=self.contact.channel, session__ended_at=None, agent__in=agents_of(self.by).order_by()
        )
        rows = rows.exclude(agent=self.contact.handler_id).select_related("agent__user", "reason")
        found = sorted(rows, key=lambda row: (not _is_free(row), str(row.agent)))
        return [(row.agent_id, str(row.agent), _state(row)) for row in found]

    @property
    def queues(self) -> Any:
        present = self.stay.queue_id if self.stay else None
        return queues_of(self.by).exclude(pk=present or 0).order_by("name").values_list("pk", "name")

    @property
    def has_desk(self) -> bool:
        return AgentChannel.objects.filter(
            agent__user=self.by, session__ended_at=None, channel=self.contact.channel
        ).exists()


def _is_free(row: AgentChannel) -> bool:
    return row.is_ready and row.load < row.capacity


def _state(row: AgentChannel) -> str:
    if not row.is_ready:
        return row.reason.name.lower() if row.reason else gettext("not ready")
    return gettext("ready") if _is_free(row) else gettext("busy")


@dataclass
class AgentSheet:
    """One agent: how the agent stands, what is in hand, and the reasons to be given."""

    agent: Agent
    by: User

    @cached_property
    def row(self) -> AgentRow | None:
        """None for one who is not signed in."""
        at = clock.now()
        found = standing([self.agent.pk], at)
        return agent_row(found[0], at, limits()) if found else None

    @property
    def reasons(self) -> Any:
        return NotReadyReason.objects.filter(is_active=True)

    @property
    def manages(self) -> bool:
        return permits(self.by, Permission.MANAGE_ALL_USER_STATE)

    @cached_property
    def shown(self) -> str:
        return mark(self.agent)

    @cached_property
    def works(self) -> Sequence[WorkSheet]:
        seen = contacts_of(self.by).in_bulk([part.offer.interaction_id for part in self.row.parts] if self.row else [])
        return [WorkSheet(each, self.by) for each in seen.values()]


@dataclass
class QueueSheet:
    queue: Queue
    by: User

    @cached_property
    def shown(self) -> str:
        return mark(self.queue)

    @property
    def waiting(self) -> int:
        return QueueEntry.objects.filter(queue=self.queue, left_at=None, interaction__deleted_at=None).count()

    @property
    def queues(self) -> Any:
        return queues_of(self.by).exclude(pk=self.queue.pk).order_by("name").values_list("pk", "name")

    @property
    def manages(self) -> bool:
        return permits(self.by, Permission.INTERACTIONS_MANAGE_ALL)

    @property
    def tells(self) -> bool:
        return permits(self.by, Permission.MANAGE_ALL_USER_STATE)
