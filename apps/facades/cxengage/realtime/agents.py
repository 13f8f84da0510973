"""Lists of agents: where they stand, what they did today, what they have room for (cxengage 10.4, 10.5)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Min, OuterRef, QuerySet, Subquery

from apps.agents.models import Agent, AgentSession, AgentStateSpan
from apps.common import clock
from apps.facades.cxengage.operating.standing import agent_state, reason_id
from apps.facades.cxengage.payloads.formats import CHANNEL_TYPES, DIRECTIONS, Row, agent_id
from apps.queues.models import OfferState, WorkOffer
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.evaluating import table
from apps.reporting.statistics.present import AGENTS_NOW
from apps.reporting.windows import today

_OFFERS = ("work-offers-count", "work-accepted-count", "work-rejected-count", "work-accepted-rate")
_TODAY = (
    "resource-conversation-starts-count",
    "resource-talk-time",
    "resource-customer-hold-time",
    "resource-wrap-up-time",
    "resource-handle-time",
    "work-accept-time",
    "resource-logged-in-time",
)
_CHANNELS = {"voice": "voice", "sms": "sms", "email": "email", "messaging": "messaging", "work-item": "workItem"}


def sessions(where: Where, at: datetime) -> "QuerySet[Any, Any]":
    """Who is signed in, with `busy`, `ready`, and since when the present state lasts (X-51)."""
    work = WorkOffer.objects.filter(agent=OuterRef("agent"), takes_place=True).exclude(state=OfferState.ENDED)
    span = AgentStateSpan.objects.filter(session=OuterRef("pk"), channel=None, ended_at=None)
    first = work.order_by().values("agent").annotate(since=Min("offered_at"))
    found: QuerySet[Any, Any] = AGENTS_NOW.rows(at).annotate(
        busy=F("is_busy"),
        ready=F("is_ready"),
        busy_since=Subquery(first.values("since")),
        stands_since=Subquery(span.values("started_at")[:1]),
        works_on=Subquery(work.order_by("offered_at").values("interaction__direction")[:1]),
    )
    if where.agents is not None:
        found = found.filter(agent__in=where.agents)
    found = found.select_related("agent__user", "agent__team")
    return found.prefetch_related("agent__skills", "channels__reason").order_by("agent__user__last_name", "pk")


def state_of(session: Any) -> str:
    return agent_state(is_busy=session.busy, is_ready=session.ready)


def states(where: Where) -> Row:
    at = clock.now()
    offers = _by_agent([*_OFFERS, "resource-away-time", "resource-away-rate"], where)
    return {"json": [_state(each, offers.get(each.agent_id, {}), at) for each in sessions(where, at)]}


def _state(session: Any, figures: Mapping[str, Any], at: datetime) -> Row:
    since = (session.busy_since if session.busy else session.stands_since) or session.started_at
    reasons = [each.reason.name for each in session.channels.all() if each.reason and not each.is_ready]
    return {
        **_who(session.agent),
        "currentState": state_of(session),
        "currentStateDuration": max(0, round((at - since).total_seconds() * 1000)),
        "agentReasonName": reasons[0] if reasons and not session.ready else None,
        "direction": DIRECTIONS[session.works_on] if session.busy and session.works_on else None,
        "offeredWorkOffers": _value(figures, "work-offers-count", "count") or 0,
        "acceptedWorkOffers": _value(figures, "work-accepted-count", "count") or 0,
        "rejectedWorkOffers": _value(figures, "work-rejected-count", "count") or 0,
        "acceptedWorkOffersRate": _value(figures, "work-accepted-rate", "percent"),
        "awayTime": _value(figures, "resource-away-time", "total") or 0,
        "awayRate": _value(figures, "resource-away-rate", "percent"),
        **_groups(session.agent),
    }


def details(where: Where) -> Row:
    """Agents of whom there is anything today."""
    figures = _by_agent(_TODAY, where)
    agents = Agent.objects.filter(pk__in=figures).select_related("user", "team").prefetch_related("skills")
    return {"json": [_details(each, figures[each.pk]) for each in agents.order_by("user__last_name", "pk")]}


def _details(agent: Agent, figures: Mapping[str, Any]) -> Row:
    return {
        **_who(agent),
        "conversationStarts": _value(figures, "resource-conversation-starts-count", "count"),
        "avgResourceTalkTime": _value(figures, "resource-talk-time", "avg"),
        "avgResourceHoldDuration": _value(figures, "resource-customer-hold-time", "avg"),
        "avgResourceWrapUpDuration": _value(figures, "resource-wrap-up-time", "avg"),
        "avgTimeToAnswer": _value(figures, "work-accept-time", "avg"),
        "avgHandleTime": _value(figures, "resource-handle-time", "avg"),
        "avgResourceLoggedInTime": _value(figures, "resource-logged-in-time", "total"),
        **_groups(agent),
    }


def capacities(where: Where) -> Row:
    """Of each who is signed in, what fits and what is there (cxengage 10.5)."""
    return {"resourceCapacity": [capacity_row(each) for each in sessions(where, clock.now())]}


def capacity_row(session: Any) -> Row:
    reason = next((each.reason for each in session.channels.all() if each.reason), None)
    return {
        "agentId": agent_id(session.agent),
        "sessionId": str(session.uuid),
        "state": state_of(session),
        "presence": "ready" if session.ready else "not-ready",
        "reasonId": str(reason_id(reason)) if reason else None,
        "reasonName": reason.name if reason else None,
        "capacity": capacity_of(session),
    }


def capacity_of(session: AgentSession) -> list[Row]:
    """A row for each of the dialect's channels; ours that are one there add up."""
    sums: dict[str, list[int]] = {}
    for each in session.channels.all():
        load, capacity = sums.setdefault(CHANNEL_TYPES[each.channel], [0, 0])
        sums[CHANNEL_TYPES[each.channel]] = [load + each.load, capacity + each.capacity]
    return [
        {
            "channels": [_CHANNELS[name]],
            "allocation": round(100 * load / capacity, 2) if capacity else 0,
            "load": load,
            "capacity": capacity,
        }
        for name, (load, capacity) in sums.items()
    ]


def _by_agent(names: Iterable[str], where: Where) -> dict[int, Mapping[str, Any]]:
    only = Where(agents=where.agents)  # of a queue or channel there is no time signed in
    return {line.of["agent"]: line.figures for line in table(names, today(), by=["agent"], where=only)}


def _value(figures: Mapping[str, Any], name: str, key: str) -> Any:
    return figures[name][key] if name in figures else None


def _who(agent: Agent) -> Row:
    return {"agentId": agent_id(agent), "agentName": agent.user.name}


def _groups(agent: Agent) -> Row:
    groups = [{"id": str(agent.team.uuid), "name": agent.team.name}] if agent.team else []
    return {"groups": groups, "skills": [{"id": str(each.uuid), "name": each.name} for each in agent.skills.all()]}
