"""History that was brought in counts as what happened here does: in roll-ups, and in CxEngage's record and list."""

import base64
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.common import clock
from apps.imports.working import Import
from apps.queues.invariants import violations
from apps.reporting.rollups.following import follow
from apps.reporting.rollups.reading import cut
from apps.reporting.statistics.evaluating import evaluate
from apps.reporting.windows import Window
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_agent, make_queue, make_user
from tests.reporting.agreeing import agree

BEGIN = (clock.now() - timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
MAPPING: dict[str, Any] = {
    "columns": {
        "Call": "ExternalIdentifier",
        "Began": "StartDateTime",
        "Over": "EndDateTime",
        "Line": "queue",
        "Who": "agent",
        "Taken": "answered",
        "Hold": "holdSeconds",
        "ACW": "wrapUpSeconds",
    },
    "constants": {"CommunicationChannel": "Voice Call", "Type": "Inbound"},
    "timeZone": "UTC",
}
FIGURES = ("queue-entries-count", "queue-abandons-count", "resource-handle-time", "customer-hold-time")


def at(seconds: int) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def bring(tenant: Tenant, by: Any, path: Path, taken_after: int, gone_after: int) -> None:
    rows = [
        ("c-1", 0, 300, "Support", "tomas", at(taken_after), 30, 45),
        ("c-2", gone_after - 50, gone_after, "Support", "", "", "", ""),
        ("c-3", 3600, 5400, "", "", "", "", ""),
    ]
    lines = [",".join(str(each) for each in (key, at(start), at(end), *rest)) for key, start, end, *rest in rows]
    path.write_text("\n".join([",".join(MAPPING["columns"]), *lines, ""]))
    importing = Import(tenant, by, path, MAPPING, dry=False)
    list(importing.run(path.with_suffix(".errors")))
    assert importing.tally.left_out == 0


def figures(tenant: Tenant) -> list[Any]:
    """From roll-ups alone, which say what the rows say."""
    for _ in range(3):
        follow(tenant)
    window = Window(BEGIN - timedelta(hours=1), BEGIN + timedelta(hours=3))
    with scope(tenant):
        assert cut(window, finely=True).rest == []
        agree(window, [[], ["queue"], ["agent"], ["quarter"]], at=clock.now())
        counts = evaluate(FIGURES, window)
        assert violations(tenant) == []
    return [next(iter(each.values())) if len(each) == 1 else each["total"] for each in counts]


@pytest.mark.django_db(transaction=True)
def test_imported_history_is_in_figures_and_in_cxengage(tenant: Tenant, tmp_path: Path) -> None:
    with scope(tenant):
        admin, reader = make_user(Role.ADMIN), make_user(Role.INTEGRATION)
        make_queue("Support", [make_agent("tomas")])
    follow(tenant)  # before anything was brought in: what comes lies in its past
    bring(tenant, admin, tmp_path / "calls.csv", taken_after=20, gone_after=110)
    assert figures(tenant) == [2, 1, 280_000 + 45_000, 30_000]
    bring(tenant, admin, tmp_path / "again.csv", taken_after=50, gone_after=4310)
    assert figures(tenant) == [2, 1, 250_000 + 45_000, 30_000]
    key = base64.b64encode(f"{reader.username}:{PASSWORD}".encode()).decode()
    found = Client().get(f"/v1/tenants/{tenant.uuid}/interactions", headers={"Authorization": f"Basic {key}"}).json()
    assert found["total"] == 3
    gone, noted, taken = found["results"]
    assert (noted["interactionTime"], "queues" in noted) == (1800.0, False)
    assert (gone["customerAbandonTime"], gone["queues"][0]["queueExitType"]) == (50.0, "abandon")
    assert (taken["customerTalkTime"], taken["customerHoldTime"], taken["interactionTime"]) == (220.0, 30.0, 345.0)
    assert [segment["segmentNumber"] for segment in taken["segments"]] == [0]
    assert taken["agents"][0]["agentWrapUpTime"] == 45.0
    assert taken["queues"][0]["slaTime"] == 50.0
