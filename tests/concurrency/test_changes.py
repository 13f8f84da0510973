"""Who follows changes loses none and sees none twice, whatever order the writers commit in."""

import threading
from datetime import UTC, datetime

import pytest

from apps.accounts.models import User
from apps.engagements.operations import NewInteraction, record
from apps.events.reader import Position
from apps.objects import changes
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.concurrency.test_reader import in_thread

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
VALUES = {"start_date_time": datetime(2026, 3, 4, tzinfo=UTC), "communication_channel": "Voice Call"}


def read(tenant: Tenant, after: Position) -> tuple[list[str], Position]:
    with scope(tenant):
        batch = changes.read(after, changes.followed())
    told = [change for change in batch.changes if change.sobject.name == "EngagementInteraction"]
    return [change.values["Reason"] for change in told], batch.position


def make(by: User, reason: str) -> None:
    record(NewInteraction({**VALUES, "reason": reason}), by=by)


def test_a_slow_transaction_is_waited_for(tenant: Tenant) -> None:
    with scope(tenant):
        anna = make_user("admin")
        start = changes.earliest()
    has_written, may_commit = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with scope(tenant):
            make(anna, "slow")
            has_written.set()
            may_commit.wait(10)

    slow = in_thread(write_slowly)
    has_written.wait(10)
    with scope(tenant):
        make(anna, "quick")
    early, place = read(tenant, start)
    assert early == []
    may_commit.set()
    slow.join()
    late, place = read(tenant, place)
    assert late == ["slow", "quick"]
    assert read(tenant, place)[0] == []
