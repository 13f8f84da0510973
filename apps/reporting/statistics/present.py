"""What is so now: who waits, who is in conversation, where agents stand. Read off what is open, whatever is past."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from apps.agents.models import AgentChannel, AgentSession
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues.models import OfferState, QueueEntry, WorkOffer
from apps.reporting.expressions import Between, instant
from apps.reporting.statistics.contacts import last_queue
from apps.reporting.statistics.measures import Fact, Fold, Measure, extremes


def _waiting(at: datetime) -> "QuerySet[Any]":
    waiting = QueueEntry.objects.filter(queue__isnull=False, left_at=None, interaction__deleted_at=None)
    return waiting.alias(waited=Between(F("entered_at"), instant(at)))


def _live(at: datetime) -> "QuerySet[Any]":
    talks = WorkOffer.objects.filter(
        interaction=OuterRef("pk"), state=OfferState.WORKING, talk_started_at__isnull=False
    ).order_by()
    return EngagementInteraction.objects.live().alias(
        in_queue=last_queue(),
        talks_since=Subquery(talks.values("interaction").annotate(since=Min("talk_started_at")).values("since")),
        age=Between(F("opened_at"), instant(at)),
        talked=Between(F("talks_since"), instant(at)),
    )


def _sessions(at: datetime) -> "QuerySet[Any]":
    work = WorkOffer.objects.filter(agent=OuterRef("agent"), takes_place=True).exclude(state=OfferState.ENDED)
    ready = AgentChannel.objects.filter(session=OuterRef("pk"), is_ready=True)
    return AgentSession.objects.filter(ended_at=None).alias(is_busy=Exists(work), is_ready=Exists(ready))


_OF_A_CONTACT = {"queue": "in_queue", "agent": "handler_id", "channel": "channel", "direction": "direction"}
_OF_A_STAY = {"queue": "queue_id", "channel": "channel", "direction": "interaction__direction"}

WAITING_NOW = Fact("waiting now", _waiting, None, _OF_A_STAY, since="entered_at")
LIVE_NOW = Fact("live now", _live, None, _OF_A_CONTACT, "pk", since="opened_at")
AGENTS_NOW = Fact("agents now", _sessions, None, {"agent": "agent_id"}, None, since="started_at")

WAITING = Measure("waiting", WAITING_NOW)
WAITED, WAITED_LEAST, WAITED_MOST = extremes("waited", WAITING_NOW, F("waited"))

RUNNING = Measure("running", LIVE_NOW)
_IN_FLOW = Q(stage=Stage.FLOW)
IN_FLOW = Measure("in_flow", LIVE_NOW, only=_IN_FLOW)
FLOW_TIME, FLOW_TIME_LEAST, FLOW_TIME_MOST = extremes("flow_time", LIVE_NOW, F("age"), _IN_FLOW)
_TALKS = Q(talks_since__isnull=False)
TALKING = Measure("talking", LIVE_NOW, only=_TALKS)
TALKED = Measure("talked_sum", LIVE_NOW, Fold.SUM, F("talked"), _TALKS)

LOGGED_IN = Measure("logged_in", AGENTS_NOW)
BUSY = Measure("busy", AGENTS_NOW, only=Q(is_busy=True))
IDLE = Measure("idle", AGENTS_NOW, only=Q(is_busy=False, is_ready=True))
AWAY = Measure("away", AGENTS_NOW, only=Q(is_busy=False, is_ready=False))
