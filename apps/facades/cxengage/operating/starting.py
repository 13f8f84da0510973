"""`POST .../interactions`: an agent contacts somebody, or a contact comes in by another system (cxengage 12.1)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.agents.models import Agent, Channel
from apps.common.errors import Forbidden, NotAllowed, Problem
from apps.engagements.models import Direction, EngagementInteraction
from apps.facades.cxengage.errors import Refused
from apps.facades.cxengage.operating import bodies
from apps.facades.cxengage.operating.bodies import Body
from apps.messaging import operations as messaging
from apps.messaging.operations.chatting import LONGEST_LINE
from apps.messaging.writing import Writing
from apps.queues import flows, operations
from apps.queues.facts import facts_of
from apps.queues.models import Flow, OutboundIdentifier
from apps.tenants import scope

_CHANNELS: Mapping[str, Channel] = {
    "voice": Channel.VOICE,
    "sms": Channel.SMS,
    "email": Channel.EMAIL,
    "messaging": Channel.CHAT,
    "work-item": Channel.WORK_ITEM,
}
_DIRECTIONS = ("inbound", "outbound", "agent-initiated")
_CONTACT_POINTS = {Channel.VOICE: "click to call", Channel.SMS: "outbound", Channel.EMAIL: "outbound-email"}


class Start:
    """What was asked for, read. Raises Invalid."""

    def __init__(self, told: Body) -> None:
        self.id = bodies.required_id(told, "id")
        self.channel = _CHANNELS[bodies.word(told, "channelType", _CHANNELS)]
        self.direction = bodies.word(told, "direction", _DIRECTIONS, "agent-initiated")
        self.is_inbound = self.direction == "inbound"
        optional = self.channel == Channel.WORK_ITEM or self.is_inbound
        self.customer = bodies.optional(told, "customer") if optional else bodies.text(told, "customer")
        self.contact_point = bodies.optional(told, "contactPoint")
        self.source = bodies.optional(told, "source")
        self.flow_id = bodies.optional_id(told, "flowId")
        within = bodies.nested(told, "interaction") or {}
        self.resource_id = bodies.optional_id(within, "resourceId")
        self.session_id = bodies.optional_id(within, "sessionId")
        self.identifier_id = bodies.optional_id(within, "outboundIdentifierId")
        bodies.optional_id(within, "outboundIdentifierListId")
        self.message = bodies.optional(within, "message", LONGEST_LINE)
        self.user_data = _user_data(told, within)


def _user_data(told: Body, within: Body) -> dict[str, Any]:
    """The metadata are attached data here, what the client is to open among them."""
    pairs = {**(bodies.nested(told, "metadata") or {}), **(bodies.nested(within, "customerMetadata") or {})}
    if uri := bodies.optional(within, "popUri", 2048):
        pairs["popUri"] = uri
    operations.require_storable(pairs)
    return pairs


def start(asked: Start, *, by: User, agent: Agent | None) -> tuple[EngagementInteraction, bool]:
    """The contact, and whether it was made just now: the same id again is the same contact (X-65).

    Raises NotAllowed if somebody else has made one of this id, Forbidden unless the caller may.
    """
    _one_at_a_time(asked.id)
    known = EngagementInteraction.with_deleted.filter(uuid=asked.id).first()
    if known:
        if known.created_by_id != by.pk or known.deleted_at:
            raise NotAllowed("this id is taken")
        return known, False
    made = _arrive(asked, by) if asked.is_inbound else _begin(asked, by, agent)
    return EngagementInteraction.objects.get(pk=made.pk), True


def _one_at_a_time(key: UUID) -> None:
    """Whoever comes with the same id meanwhile waits, and finds what was made."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(key), scope.tenant_id()])


def _arrive(asked: Start, by: User) -> EngagementInteraction:
    """From outside, so not by agents; it goes by its flow, else by the entry rules."""
    if not permits(by, Permission.INTERACTIONS_MANAGE_ALL):
        raise Refused(Permission.INTERACTIONS_MANAGE_ALL)
    flow = _flow(asked.flow_id)
    made = operations.open(
        channel=asked.channel,
        by=by,
        direction=Direction.INBOUND,
        customer=asked.customer,
        contact_point=asked.contact_point,
        flow=flow,
        user_data=asked.user_data,
        values={"uuid": asked.id},
    )
    decision = flows.decide(facts_of(made), flow=flow) if flow else None
    operations.route_arrival(made, by=by, otherwise=decision or scope.tenant().default_queue)
    if asked.message and asked.channel in (Channel.SMS, Channel.CHAT):
        messaging.say_as_customer(made, asked.message, by=by)
    return made


def _flow(key: UUID | None) -> Flow | None:
    if key is None:
        return None
    found = Flow.objects.select_related("queue").filter(uuid=key).first()
    if found is None:
        raise bodies.refused("flowId", "there is no such flow", Problem.NO_SUCH_RECORD)
    return found


def _begin(asked: Start, by: User, agent: Agent | None) -> EngagementInteraction:
    """The agent does it, in the own session; a call stands once somebody answers."""
    if agent is None or asked.resource_id not in (None, by.uuid):
        raise Forbidden("only the agent concerned may do this")
    identifier = _identifier(asked)
    shown = identifier.value if identifier else _CONTACT_POINTS.get(asked.channel)
    values = {"uuid": asked.id, "flow": _flow(asked.flow_id), "contact_point": asked.contact_point or shown}
    if asked.channel == Channel.EMAIL:
        return messaging.compose(
            by=agent, writing=Writing(to=[asked.customer or ""]), user_data=asked.user_data, values=values
        )
    made = operations.open_outbound(
        channel=asked.channel,
        by=agent,
        customer=asked.customer,
        identifier=identifier,
        user_data=asked.user_data,
        values=values,
        talks=asked.channel != Channel.VOICE,
    )
    if asked.message and asked.channel == Channel.SMS:
        messaging.say(made, asked.message, by=agent)
    return made


def _identifier(asked: Start) -> OutboundIdentifier | None:
    if asked.identifier_id is None:
        return None
    usable = OutboundIdentifier.objects.filter(channel=asked.channel, is_active=True)
    found = usable.filter(uuid=asked.identifier_id).first()
    if found is None:
        raise bodies.refused("interaction.outboundIdentifierId", "there is no such identifier", Problem.NO_SUCH_RECORD)
    return found
