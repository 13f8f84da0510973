"""A supervisor sees what is flagged, everywhere, and puts it right."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.permissions import DEFAULTS, Permission
from apps.accounts.roles import Role
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import sweeps
from apps.tenants.models import Tenant
from tests.builders import PASSWORD, make_live, make_queue, make_user
from tests.supervision.conftest import browser_of

LIST = "/admin/engagements/engagementinteraction/"


@pytest.fixture
def stuck(in_scope: Tenant) -> Any:
    """A call that has waited since yesterday, flagged by the sweeper."""
    call = make_live(make_queue("Support"))
    since = clock.now() - timedelta(hours=20)
    EngagementInteraction.objects.filter(pk=call.pk).update(system_modstamp=since, stage_since=since, opened_at=since)
    Event.objects.filter(interaction_id=call.pk).update(at=since)
    assert sweeps.flag_stuck_work(in_scope) == 1
    call.refresh_from_db()
    return call


def test_a_flag_is_seen_and_the_call_repaired(
    screens: Client, page: Callable[..., str], stuck: Any, supervisor: User, in_scope: Tenant
) -> None:
    other, address = make_live(), f"{LIST}{stuck.pk}/quality/"
    for asked in ({"flag": "any"}, {"flag": "Queue"}):
        found = page(LIST, **asked)
        assert stuck.name in found
        assert other.name not in found
    assert stuck.name not in page(LIST, flag="Stuck")
    assert "A wait never ended" in page(f"{LIST}{stuck.pk}/change/")
    shown = page(address)
    assert "1 wait," in shown
    assert "A wait never ended" in shown
    assert screens.post(address, {"do": "repair", "ended_at": "yesterday"}).status_code == 422
    late = timezone.localtime(clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S")
    assert "still to come" in screens.post(address, {"do": "repair", "ended_at": late}, follow=True).content.decode()
    ended = (clock.now() - timedelta(hours=1)).replace(microsecond=0)
    told = ended.astimezone(supervisor.zone).strftime("%Y-%m-%dT%H:%M:%S")  # on the supervisor's clock
    done = screens.post(address, {"do": "repair", "ended_at": told}, follow=True).content.decode()
    assert "Repaired" in done
    stuck.refresh_from_db()
    assert (stuck.stage, stuck.flag_type) == ("ended", "Queue")
    assert stuck.closed_at == stuck.queue_entries.get().left_at >= ended
    row = _cxengage(in_scope, f"interactions/{stuck.uuid}")
    assert (row["flagged"], row["flagType"]) == (True, "Queue")
    assert row["flagTimestamp"]
    assert row["queues"][0]["queueExitType"] == "interaction-end"
    assert _cxengage(in_scope, "interactions?flagged=true")["total"] == 1
    assert "repaired: legs, waits" in page(f"{LIST}{stuck.pk}/change/", tab="journal")
    table: Any = screens.get(f"{LIST}table.csv", {"flag": "any"})
    heading, line = b"".join(table.streaming_content).decode().strip().splitlines()
    assert (heading.split(",")[-1], line.split(",")[-1]) == ("Flag", "Queue")
    log = browser_of(make_user(Role.ADMIN)).get("/admin/audit/auditentry/").content.decode()
    assert "Repaired" in log
    assert supervisor.name in log
    screens.post(address, {"do": "unflag"})
    assert "flagged" not in _cxengage(in_scope, f"interactions/{stuck.uuid}")
    screens.post(address, {"do": "flag"})
    assert _cxengage(in_scope, f"interactions/{stuck.uuid}")["flagType"] == "forced - no reason provided"
    assert screens.post(address, {"do": "dance"}).status_code == 404


def test_who_may_not_repair_is_shown_no_way_to_it(stuck: Any) -> None:
    granted = sorted(DEFAULTS[Role.SUPERVISOR] - {Permission.MANAGE_DATA_QUALITY})
    reader = browser_of(make_user(Role.SUPERVISOR, granted=granted))
    shown = reader.get(f"{LIST}{stuck.pk}/change/").content.decode()
    assert "A wait never ended" in shown
    assert "/quality/" not in shown
    assert reader.post(f"{LIST}{stuck.pk}/quality/", {"do": "unflag"}).status_code == 403
    assert reader.get(f"{LIST}{stuck.pk}/quality/").status_code == 403


def _cxengage(tenant: Tenant, path: str) -> Any:
    user = User.objects.filter(tenant=tenant, role=Role.INTEGRATION).first() or make_user(Role.INTEGRATION)
    key = base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
    answer = Client().get(f"/v1/tenants/{tenant.uuid}/{path}", headers={"Authorization": f"Basic {key}"})
    assert answer.status_code == 200, answer.content
    return answer.json()
