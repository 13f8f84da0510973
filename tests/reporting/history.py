"""Journals that are written straight into the database, so that a test says what happened, to the millisecond."""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from apps.agents.models import Agent, AgentSession, AgentStateSpan, SpanState
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Hold, HoldKind, Queue, QueueEntry, Segment, WorkOffer
from tests.builders import make_user

BEGIN = datetime(2026, 3, 4, 9, tzinfo=UTC)


def at(seconds: float, begin: datetime = BEGIN) -> datetime:
    return begin + timedelta(milliseconds=round(seconds * 1000))


class History:
    """Writes contacts with their stays, parts and holds; what is not said is over, answered by nobody, and plain."""

    def __init__(self, begin: datetime = BEGIN) -> None:
        self.begin = begin

    @cached_property
    def writer(self) -> Any:
        return make_user("integration")

    def at(self, seconds: float | None) -> datetime | None:
        return None if seconds is None else at(seconds, self.begin)

    def contact(
        self,
        start: float,
        end: float | None,
        *,
        left: float | None = None,
        left_from: str | None = None,
        channel: str = "voice",
        direction: str = "inbound",
        **values: Any,
    ) -> Any:
        """A contact with its first leg. Without an end it waits in the flow."""
        by = dict.fromkeys(("owner", "created_by", "last_modified_by"), self.writer)
        made = EngagementInteraction.objects.create(
            start_date_time=self.at(start),
            opened_at=self.at(start),
            closed_at=self.at(end),
            customer_left_at=self.at(left),
            customer_left_from=left_from,
            channel=channel,
            direction=direction,
            communication_channel="Phone",
            **{"stage": "ended" if end is not None else "flow", **by, **values},
        )
        self.leg(made, start, end, number=0)
        return made

    def leg(
        self, contact: Any, start: float, end: float | None, *, number: int, cause: str = "start", **values: Any
    ) -> Segment:
        return Segment.objects.create(
            interaction=contact,
            number=number,
            cause=cause,
            started_at=self.at(start),
            ended_at=self.at(end),
            end_type="success" if end is not None else None,
            **values,
        )

    def stay(
        self, contact: Any, queue: Queue, entered: float, left: float | None, exit_type: str | None, **values: Any
    ) -> QueueEntry:
        return QueueEntry.objects.create(
            interaction=contact,
            segment=values.pop("segment", None) or contact.segments.last(),
            queue=queue,
            sla=queue.sla,
            channel=contact.channel,
            entry_type="ivr",
            entered_at=self.at(entered),
            left_at=self.at(left),
            exit_type=exit_type,
            **{"length_at_entry": 1, **values},
        )

    def part(
        self,
        agent: Agent,
        contact: Any,
        stay: QueueEntry | None,
        offered: float,
        answered: float,
        outcome: str = "accepted",
        *,
        talk: float | None = None,
        left: float | None = None,
        ended: float | None = None,
        **values: Any,
    ) -> WorkOffer:
        """What was accepted is worked on until `left`, and over at `ended`."""
        accepted = outcome == "accepted"
        state = "ended" if ended is not None or not accepted else "wrap_up" if left is not None else "working"
        return WorkOffer.objects.create(
            interaction=contact,
            segment=values.pop("segment", None) or contact.segments.last(),
            queue_entry=stay,
            agent=agent,
            session=self.session(agent),
            state=state,
            outcome=outcome,
            cancel_cause="withdrawn" if outcome == "cancelled" else None,
            offered_at=self.at(offered),
            answered_at=self.at(answered),
            talk_started_at=self.at(talk),
            left_at=self.at(left),
            ended_at=self.at(ended) if accepted else self.at(answered),
            **values,
        )

    def hold(self, part: WorkOffer, start: float, end: float | None, kind: str = HoldKind.CUSTOMER) -> Hold:
        return Hold.objects.create(
            interaction_id=part.interaction_id,
            segment_id=part.segment_id,
            offer=part,
            kind=kind,
            started_at=self.at(start),
            ended_at=self.at(end),
        )

    def session(self, agent: Agent) -> AgentSession:
        """The agent's only one."""
        found = AgentSession.objects.filter(agent=agent).first()
        return found or AgentSession.objects.create(
            agent=agent, started_at=self.begin, ended_at=self.at(10**8), lease_until=self.begin
        )

    def spans(self, agent: Agent, *states: tuple[float, SpanState | None]) -> None:
        """The agent's states from these seconds on; None signs out, and the last goes on if it is another."""
        for (start, state), (end, _) in zip(states, [*states[1:], (None, None)], strict=True):
            if state:
                AgentStateSpan.objects.create(
                    agent=agent,
                    session=self.session(agent),
                    state=state,
                    started_at=self.at(start),
                    ended_at=self.at(end),
                )
