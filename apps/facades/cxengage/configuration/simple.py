"""Entities that are one of our rows with a name and a few values more."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from django.db import models

from apps.accounts.models import User
from apps.accounts.permissions import Permission as P
from apps.agents import operations as agents
from apps.agents.models import Channel, NotReadyReason, Skill, Team
from apps.annexes.models import Annex
from apps.directory import operations as directory
from apps.directory.models import CrmRecord
from apps.facades.cxengage.configuration.bodies import Body, unknown
from apps.facades.cxengage.configuration.entity import EXTERNAL_ID, SHARED, Entity, id_of
from apps.facades.cxengage.configuration.versions import active_of
from apps.facades.cxengage.payloads.formats import CHANNEL_TYPES, Row
from apps.queues.models import BusinessHours, Disposition, Flow, FlowRule, OutboundIdentifier, Queue
from apps.queues.operations import setup as queues
from apps.voice_calls.models import CallCenter

Setter = Callable[[Any, Body], None]


def rows_of(model: Any, *related: str) -> Callable[[], "models.QuerySet[Any]"]:
    return lambda: model.objects.select_related(*related) if related else model.objects.all()


def writer(model: Any, configure: Callable[..., Any], also: Setter | None = None) -> Callable[[Any, Body, User], Any]:
    """Name and whether it is active, and what `also` sets; then the domain's own operation."""

    def write(row: Any, body: Body, by: User) -> Any:
        row = row or model()
        row.name = body.text("name", row.name or None)
        if hasattr(row, "is_active"):
            row.is_active = body.flag("active", row.is_active)
        if hasattr(row, "developer_name") and not row.developer_name:
            row.developer_name = f"{re.sub(r'[^A-Za-z0-9]+', '_', row.name).strip('_')[:60]}_{uuid4().hex[:8]}"
        if also:
            also(row, body)
        configure(row, by=by)
        return row

    return write


def nothing(row: Any, annex: Annex) -> Row:
    return {}


def _skill(row: Skill, annex: Annex) -> Row:
    return {"hasProficiency": annex.content.get("hasProficiency", True)}


def _reason(row: NotReadyReason, body: Body) -> None:
    row.operation_name = row.operation_name or re.sub(r"[^A-Za-z0-9]+", "", row.name.title()) or uuid4().hex[:12]


def _flow(row: Flow, annex: Annex) -> Row:
    return {"type": annex.content.get("type", "customer"), "activeVersion": None}


def _hours(row: BusinessHours, annex: Annex) -> Row:
    return {"timezone": row.time_zone} | _days(row)


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _days(row: BusinessHours) -> Row:
    """The first interval of each weekday, in minutes since midnight; -1 where it stays closed."""
    found: Row = {f"{day}{edge}TimeMinutes": -1 for day in _DAYS for edge in ("Start", "End")}
    for each in reversed(row.intervals.all()):
        day = _DAYS[each.weekday]
        found[f"{day}StartTimeMinutes"] = each.opens.hour * 60 + each.opens.minute
        found[f"{day}EndTimeMinutes"] = (each.closes.hour * 60 + each.closes.minute) or 24 * 60
    return found


def _set_hours(row: BusinessHours, body: Body) -> None:
    row.time_zone = body.text("timezone", row.time_zone or None)


_CHANNELS: Mapping[str, Channel] = {"voice": Channel.VOICE, "email": Channel.EMAIL, "sms": Channel.SMS}


def _identifier(row: OutboundIdentifier, annex: Annex) -> Row:
    return {"value": row.value, "channelType": CHANNEL_TYPES[row.channel], "flowId": annex.content.get("flowId")}


def _set_identifier(row: OutboundIdentifier, body: Body) -> None:
    row.value = body.text("value", row.value or None)
    present = CHANNEL_TYPES.get(row.channel, "voice")
    word = body.word("channelType", present, ("voice", "sms", "email"))
    row.channel = row.channel if row.channel and word == present else _CHANNELS[word]


def _mapping(row: FlowRule, annex: Annex) -> Row:
    condition = next((each for each in row.conditions.all() if each.fact.lower() == "contactpoint"), None)
    return {
        "name": row.name or str(row),
        "value": condition.value if condition else annex.content.get("value"),
        "flowId": str(row.to_flow.uuid) if row.to_flow else None,
        "channelType": annex.content.get("channelType", "voice"),
        "interactionField": annex.content.get("interactionField", "contact-point"),
    }


def _set_mapping(row: FlowRule, body: Body) -> None:
    if "flowId" in body:
        named = body.uuid("flowId")
        row.to_flow = Flow.objects.filter(uuid=named).first() if named else None
        if row.to_flow is None:
            raise unknown("flowId")
        row.queue = row.agent = None


def _contact(row: CrmRecord, annex: Annex) -> Row:
    return {"attributes": {"name": row.name, "phone": row.phone, "email": row.email}, "type": row.object_name}


def _set_contact(row: CrmRecord, body: Body) -> None:
    row.object_name = body.text("type", row.object_name or "Contact", longest=80)
    row.record_id = row.record_id or str(row.uuid)
    row.phone = body.text("phone", row.phone or "", longest=40) or None
    row.email = body.text("email", row.email or "") or None


_WRITE_CONTACT = writer(CrmRecord, directory.configure, _set_contact)


def _write_contact(row: CrmRecord | None, body: Body, by: User) -> Any:
    """Clients send `attributes`, as a contact is told, or the values themselves."""
    nested = body.sent.get("attributes")
    return _WRITE_CONTACT(row, Body({**nested, **body.sent}) if isinstance(nested, dict) else body, by)


def _center(row: CallCenter, annex: Annex) -> Row:
    return {"type": "telephony", "properties": {"internalName": row.internal_name}}


def _queue(row: Queue, annex: Annex) -> Row:
    return {"activeVersion": active_of(row, annex)}


STAMPS = ("created_by", "last_modified_by")

SIMPLE: Mapping[str, Entity] = {
    "queues": Entity(
        "queue",
        (P.VIEW_ALL_QUEUES, P.AGENT_EXPERIENCE_TRANSFER_MENU_QUEUES_VIEW),
        rows_of(Queue, "sla", *STAMPS),
        _queue,
        writer(Queue, queues.configure),
        P.MANAGE_ALL_QUEUES,
        P.MANAGE_ALL_QUEUES,
    ),
    "skills": Entity(
        "skill",
        (P.VIEW_ALL_SKILLS,),
        rows_of(Skill),
        _skill,
        writer(Skill, agents.configure),
        P.MANAGE_ALL_SKILLS,
        P.MANAGE_ALL_SKILLS,
        (EXTERNAL_ID,),
    ),
    "groups": Entity(
        "group",
        (P.VIEW_ALL_GROUPS,),
        rows_of(Team),
        nothing,
        writer(Team, agents.configure),
        P.MANAGE_ALL_GROUPS,
        P.MANAGE_ALL_GROUPS,
    ),
    "dispositions": Entity(
        "disposition",
        (P.READ_DISPOSITIONS,),
        rows_of(Disposition),
        nothing,
        writer(Disposition, queues.configure),
        P.CREATE_DISPOSITIONS,
        P.UPDATE_DISPOSITIONS,
        (EXTERNAL_ID, SHARED),
    ),
    "reasons": Entity(
        "reason",
        (P.READ_PRESENCE_REASONS,),
        rows_of(NotReadyReason),
        nothing,
        writer(NotReadyReason, agents.configure, _reason),
        P.CREATE_PRESENCE_REASONS,
        P.UPDATE_PRESENCE_REASONS,
        (EXTERNAL_ID, SHARED),
    ),
    "flows": Entity(
        "flow",
        (P.VIEW_ALL_FLOWS,),
        rows_of(Flow),
        _flow,
        writer(Flow, queues.configure),
        P.MANAGE_ALL_FLOWS,
        P.MANAGE_ALL_FLOWS,
    ),
    "business-hours": Entity(
        "business-hours",
        (P.VIEW_ALL_BUSINESS_HOURS,),
        lambda: BusinessHours.objects.prefetch_related("intervals"),
        _hours,
        writer(BusinessHours, queues.configure, _set_hours),
        P.MANAGE_ALL_BUSINESS_HOURS,
        P.MANAGE_ALL_BUSINESS_HOURS,
    ),
    "outbound-identifiers": Entity(
        "outbound-identifier",
        (P.VIEW_ALL_OUTBOUND_IDENTIFIERS,),
        lambda: OutboundIdentifier.objects.order_by("name"),
        _identifier,
        writer(OutboundIdentifier, queues.configure, _set_identifier),
        P.MANAGE_ALL_OUTBOUND_IDENTIFIERS,
        P.MANAGE_ALL_OUTBOUND_IDENTIFIERS,
    ),
    "dispatch-mappings": Entity(
        "dispatch-mapping",
        (P.VIEW_ALL_FLOWS,),
        lambda: FlowRule.objects.filter(flow=None).select_related("to_flow").prefetch_related("conditions"),
        _mapping,
        writer(FlowRule, queues.configure, _set_mapping),
        P.MANAGE_ALL_FLOWS,
        P.MANAGE_ALL_FLOWS,
    ),
    "contacts": Entity(
        "contact",
        (P.CONTACTS_READ,),
        rows_of(CrmRecord, *STAMPS),
        _contact,
        _write_contact,
        P.CONTACTS_CREATE,
        P.CONTACTS_UPDATE,
    ),
    "integrations": Entity("integration", (P.VIEW_ALL_INTEGRATIONS,), rows_of(CallCenter, *STAMPS), _center),
}


def row_of(path: str, identifier: Any) -> Any:
    """Our row of an id that a body named; None if there is none."""
    entity = SIMPLE[path]
    return next((each for each in entity.rows() if id_of(entity.kind, each) == identifier), None)
