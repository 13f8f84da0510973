"""A generated history is what the product's own operations could have left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from apps.agents.models import AgentSession, AgentStateSpan
from apps.demo.bulk.generate import fill
from apps.engagements.models import EngagementInteraction, Hook, Note
from apps.queues.invariants import violations
from apps.queues.models import ExitType, Outcome, QueueEntry, SegmentCause, WorkOffer
from apps.queues.models.journal import CancelCause, Segment
from apps.reporting.rollups.reading import cut
from apps.reporting.rollups.rebuilding import rebuild
from apps.reporting.windows import Window
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import VoiceCall
from tests.engagements.test_counting import everything
from tests.reporting.agreeing import agree

pytestmark = pytest.mark.django_db
UNTIL = datetime(2026, 3, 7, 12, tzinfo=UTC)
CONTACTS = 700

_OVERLAPPING = """
    select count(*) from queues_workoffer one join queues_workoffer other
    on one.agent_id = other.agent_id and one.id < other.id
    and one.offered_at < other.ended_at and other.offered_at < one.ended_at"""
_OUTSIDE = """
    select count(*) from queues_workoffer part join agents_agentsession session on session.id = part.session_id
    where part.offered_at < session.started_at or part.ended_at > session.ended_at"""


@contextmanager
def as_superuser() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        (role,) = cursor.fetchone() or ("",)
        cursor.execute("reset role")
        yield
        cursor.execute("set local session_replication_role = origin")
        cursor.execute(f"set role {connection.ops.quote_name(role)}")


def test_a_generated_history(db: None) -> None:
    """So many as asked for, of every kind; in order, and nobody at two places at once."""
    tenant, told = Tenant.objects.create(name="Long ago"), list[int]()
    with as_superuser():
        fill(tenant, CONTACTS - 100, 4, UNTIL, told.append)
        fill(tenant, 100, 2, UNTIL, told.append, seed=2)  # before the others, not into them
    assert told == sorted(told[:4]) + sorted(told[4:])
    assert (len(told), told[3], told[5]) == (6, CONTACTS - 100, 100)
    assert violations(tenant) == []
    list(rebuild(tenant, end=UNTIL + timedelta(days=1)))
    with scope(tenant):
        days = Window(UNTIL - timedelta(days=3), UNTIL)
        assert cut(days, finely=True).rest == []
        agree(days, [["queue"], ["agent"], ["day", "channel"]], at=UNTIL + timedelta(days=1))
        assert EngagementInteraction.objects.count() == everything().total == CONTACTS
        assert not EngagementInteraction.objects.filter(closed_at__gte=UNTIL).exists()
        versions = EngagementInteraction.pgh_event_model.objects.filter(pgh_obj__isnull=False)  # type: ignore[attr-defined]
        assert versions.count() == CONTACTS
        assert set(WorkOffer.objects.values_list("outcome", flat=True)) == set(Outcome)
        causes = set(WorkOffer.objects.values_list("cancel_cause", flat=True))
        assert causes >= {CancelCause.AGENT_LOST, CancelCause.CUSTOMER_LEFT}
        exits = set(QueueEntry.objects.values_list("exit_type", flat=True))
        assert exits >= {ExitType.SUCCESS, ExitType.ABANDON, ExitType.TIMEOUT, ExitType.CALLBACK}
        assert set(Segment.objects.values_list("cause", flat=True)) == set(SegmentCause)
        for model in (VoiceCall, Note, Hook, AgentStateSpan, AgentSession):
            assert model._default_manager.exists()
        with connection.cursor() as cursor:
            for statement in (_OVERLAPPING, _OUTSIDE):
                cursor.execute(statement)
                assert cursor.fetchone() == (0,)
