"""What agents' states became, for tools that watch adherence (cxengage 11.2)."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict

from apps.accounts.models import User
from apps.accounts.roles import Reach
from apps.agents.models import AgentChannel, AgentStateSpan, SpanState
from apps.agents.reach import agents_within
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.facades.cxengage import parameters
from apps.facades.cxengage.payloads.formats import Row, agent_id, moment
from apps.facades.cxengage.realtime.agents import capacity_of
from apps.facades.cxengage.realtime.intervals import page_of
from apps.queues.models import Segment, SegmentCause
from apps.reporting.windows import Window

_LONGEST = timedelta(minutes=10)
_KEPT = timedelta(days=3)
_DELAY = timedelta(seconds=15)
_EVENTS = {
    SpanState.OFFLINE: "agent-logged-out",
    SpanState.NOT_READY: "agent-not-ready",
    SpanState.READY: "agent-ready",
    SpanState.BUSY: "agent-busy",
    SpanState.AFTER_CALL_WORK: "agent-wrap-up",
}


def _window(query: QueryDict) -> Window:
    start, end = parameters.time_range(query)
    if start is None or end is None:
        missing = "end" if start else "start"
        raise Invalid(FieldProblem(Problem.REQUIRED, [missing], "is required"))
    if end - start > _LONGEST:
        raise Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["end"], "must be 10 minutes after the start at the latest"))
    if start < clock.now() - _KEPT:
        raise Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["start"], "must not be longer ago than 3 days"))
    return Window(start, min(end, clock.now() - _DELAY))


def reply(query: QueryDict, by: User) -> Row:
    """Changes of state within the range, oldest first, of the agents within reach."""
    window = _window(query)
    limit, offset, page = parameters.paging(query, default=parameters.LARGEST_LIMIT)
    spans = AgentStateSpan.objects.filter(channel=None, started_at__gte=window.start, started_at__lt=window.end)
    spans = spans if by.reach == Reach.ALL else spans.filter(agent__in=agents_within(by))
    found = spans.select_related("agent__user", "session", "reason").order_by("started_at", "pk")
    told = list(found.prefetch_related(Prefetch("session__channels", AgentChannel.objects.order_by("channel"))))
    following: dict[int, int] = {}
    for span in reversed(told):
        span.next_id, following[span.agent_id] = following.get(span.agent_id), span.pk  # type: ignore[attr-defined]
    shown = told[offset : offset + limit]
    rows = [_row(span, transfers) for span, transfers in _with_transfers(shown, window)]
    return {**page_of(window, limit, offset, page, total=len(told)), "results": rows}


def _with_transfers(spans: list[Any], window: Window) -> list[tuple[Any, list[Row]]]:
    """Each with the work that the agent handed on while in this state."""
    agents = {span.agent_id for span in spans}
    legs = Segment.objects.filter(by_agent__in=agents, started_at__gte=window.start, started_at__lt=window.end).exclude(
        cause__in=[SegmentCause.START, SegmentCause.ADD]
    )
    handed = list(legs.select_related("interaction", "to_agent__user").order_by("started_at", "pk"))

    def of(span: Any) -> list[Row]:
        return [
            {"interactionId": str(leg.interaction.uuid), "toAgentId": agent_id(leg.to_agent)}
            for leg in handed
            if leg.by_agent_id == span.agent_id
            and span.started_at <= leg.started_at
            and (span.ended_at is None or leg.started_at < span.ended_at)
        ]

    return [(span, of(span)) for span in spans]


def _row(span: Any, transfers: list[Row]) -> Row:
    return {
        "eventId": span.pk,
        "nextEventId": span.next_id,
        "platformAgentId": span.agent.user_id,
        "agentId": agent_id(span.agent),
        "agentName": span.agent.user.name,
        "sessionId": str(span.session.uuid),
        "eventType": _EVENTS[SpanState(span.state)],
        "eventTimestamp": moment(span.started_at),
        "loginTimestamp": moment(span.session.started_at),
        "reason": span.reason.name if span.reason else None,
        "capacity": capacity_of(span.session),
        "transfers": transfers,
    }
