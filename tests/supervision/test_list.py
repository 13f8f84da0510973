"""The list of interactions: what it shows, how it is narrowed, and to whom."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.supervision.conftest import browser_of

LIST = "/admin/engagements/engagementinteraction/"
T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)

Page = Callable[..., str]


def listed(html: str) -> list[str]:
    return re.findall(r'rowheader"><a[^>]*>(EI-\d+)</a>', html)


def test_shows_what_a_supervisor_looks_for(page: Page, supervisor: User) -> None:
    agent = ready(make_agent("Tomas"), at=T0)
    queue = make_queue("Claims (motor)", [agent])
    CrmRecord.objects.create(
        object_name="Contact", record_id="003000000000001AAA", name="María <Etxeberria>", phone_key="+442079460123"
    )
    live = make_live(queue, at=T0)
    operations.accept(live, by=agent, at=T0 + timedelta(seconds=9))

    html = page(LIST)
    assert listed(html) == [live.name]
    for text in ["María &lt;Etxeberria&gt;", "+442079460123", "Claims (motor)", "Tomas", "In Progress", "Handled"]:
        assert text in html
    assert "15:00:00" in html, "the viewer's clock"
    assert "Europe/Berlin" in html


def test_newest_first_and_older_by_a_link(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.supervision.records.listing.PAGE_SIZE", 2)
    names = [make_live(at=T0 + timedelta(minutes=minute)).name for minute in range(3)]
    first = page(LIST, channel="voice")
    assert listed(first) == [names[2], names[1]]
    older = re.search(r'rel="next" href="\?([^"]+)"', first)
    assert older
    assert "channel=voice" in older[1]
    second = page(LIST + "?" + older[1].replace("&amp;", "&"))
    assert listed(second) == [names[0]]
    assert 'rel="prev"' in second


@pytest.fixture
def two(supervisor: User) -> dict[str, Any]:
    """A voice contact that an agent took, and a later chat that waits elsewhere."""
    agent = ready(make_agent(), "voice", at=T0)
    claims, billing = make_queue("Claims", [agent]), make_queue("Billing")
    taken = make_live(claims, at=T0)
    operations.accept(taken, by=agent, at=T0)
    waiting = make_live(billing, channel="chat", at=T0 + timedelta(hours=9, minutes=30))  # 00:30 in Berlin
    return {"agent": agent, "claims": claims, "billing": billing, "taken": taken, "waiting": waiting}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"status": "In Progress"}, "taken"),
        ({"status": "New"}, "waiting"),
        ({"channel": "chat"}, "waiting"),
        ({"stage": "handled"}, "taken"),
        ({"stage": "queued"}, "waiting"),
        ({"queue": "claims"}, "taken"),
        ({"queue": "billing"}, "waiting"),
        ({"agent": "agent"}, "taken"),
        ({"until": "2026-03-04"}, "taken"),
        ({"since": "2026-03-05"}, "waiting"),
        ({"since": "2026-03-05", "until": "2026-03-05", "stage": "live"}, "waiting"),
    ],
)
def test_is_narrowed(two: dict[str, Any], page: Page, asked: dict[str, str], expected: str) -> None:
    asked = {name: str(two[value].uuid) if value in two else value for name, value in asked.items()}
    html = page(LIST, **asked)
    assert listed(html) == [two[expected].name]
    assert "Remove the filter" in html


def test_finds_by_an_id_of_another_system(two: dict[str, Any], page: Page) -> None:
    assert listed(page(LIST, q=two["taken"].genesys_id)) == [two["taken"].name]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"q": "nobody of this name"}, "Nothing matches"),
        ({"since": "yesterday"}, "Enter a valid date"),
        ({"queue": "no-uuid"}, "A filter could not be read"),
        ({"status": "Invented"}, "A filter could not be read"),
        ({"older_than": "1.00000000-0000-0000-0000-000000000000"}, "Nothing further back"),
    ],
)
def test_says_why_it_is_empty(two: dict[str, Any], page: Page, asked: dict[str, str], said: str) -> None:
    html = page(LIST, **asked)
    assert said in html
    assert listed(html) == []


def test_an_empty_house_says_so(page: Page) -> None:
    assert "No contact yet" in page(LIST)


def test_another_tenants_contacts_and_names_are_nowhere(
    page: Page, screens: Client, other_tenant: Tenant, in_scope: Tenant
) -> None:
    with scope(other_tenant):
        make_agent("Zacharias")
        theirs = make_live(make_queue("Theirs"))
        EngagementInteraction.objects.filter(pk=theirs.pk).update(status="Elsewhere")
    html = page(LIST)
    assert listed(html) == []
    assert "Theirs" not in html
    assert "Zacharias" not in html
    assert listed(page(LIST, q=theirs.public_id)) == []
    assert screens.get(f"{LIST}{theirs.pk}/change/").status_code == 404


def test_takes_as_many_queries_for_many_as_for_one(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = make_queue()
    make_live(queue)
    with CaptureQueriesContext(connection) as one:
        page(LIST)
    for _ in range(12):
        make_live(queue)
    with CaptureQueriesContext(connection) as many:
        page(LIST)
    assert len(many) == len(one)
    assert "count(" not in " ".join((query["sql"] or "").lower() for query in many.captured_queries)


def test_agents_are_told_that_it_is_not_theirs_and_strangers_sign_in(in_scope: Tenant) -> None:
    assert browser_of(make_user(Role.AGENT)).get(LIST, follow=True).status_code == 403
    assert browser_of(make_user(Role.INTEGRATION)).get(LIST, follow=True).status_code == 403
    answer = Client().get(LIST, follow=True)
    assert answer.redirect_chain[-1][0] == f"/sign-in?next={LIST}"


def test_the_screens_begin_with_it(screens: Client) -> None:
    assert screens.get("/admin/")["Location"] == LIST


def test_nothing_is_added_or_deleted_here(screens: Client, in_scope: Tenant) -> None:
    live = make_live()
    assert screens.post(LIST, {"action": "delete_selected", "_selected_action": live.pk}).status_code == 405
    for path in (f"{LIST}add/", f"{LIST}{live.pk}/delete/"):
        assert screens.get(path).status_code == 404
    assert screens.post(f"{LIST}{live.pk}/change/", {"status": "Completed"}).status_code == 405
