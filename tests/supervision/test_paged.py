"""Lists of the set-up page by key: no row is twice or missing, whatever comes or goes meanwhile, in any order."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.directory.models import CrmRecord
from apps.queues.models import Queue, SlaVersion
from apps.supervision.admin.base import OperationAdmin
from apps.tenants.models import Tenant
from apps.voice_calls.models import ContactRequest
from tests.builders import make_queue, make_user
from tests.supervision.conftest import browser_of

QUEUES, CALLBACKS, DIRECTORY = (
    f"/admin/{name}/" for name in ("queues/queue", "voice_calls/contactrequest", "directory/crmrecord")
)


@pytest.fixture
def browser(in_scope: Tenant, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(OperationAdmin, "list_per_page", 2)
    return browser_of(make_user(Role.ADMIN))


def found(browser: Client, address: str) -> Any:
    answer = browser.get(address)
    assert answer.status_code == 200, answer
    return answer.context["cl"]


def keys(one: Any) -> list[int]:
    return [row.pk for row in one.result_list]


def paged(browser: Client, base: str, address: str) -> list[int]:
    """All that is come to, forth; and back again the same pages."""
    one = found(browser, base + address)
    pages = [keys(one)]
    while one.older:
        one = found(browser, base + one.older)
        pages.append(keys(one))
    for page in reversed(pages[:-1]):
        one = found(browser, base + one.newer)
        assert keys(one) == page, (address, pages)
    assert not one.newer
    return [key for page in pages for key in page]


def test_every_order_comes_to_every_row_once_forth_and_back(browser: Client) -> None:
    fast, slow = (SlaVersion.objects.create(name=name) for name in ("Fast", "Slow"))
    for number, (sla, priority) in enumerate([(fast, 3), (None, 3), (slow, 1), (None, 9), (fast, 1)]):
        make_queue(f"Queue {number}", sla=sla, priority=priority)
    by_name = list(Queue.objects.order_by("name").values_list("pk", flat=True))
    assert paged(browser, QUEUES, "?all=1") == by_name
    assert paged(browser, QUEUES, "?o=-name") == by_name[::-1]
    by_name.sort()
    for order in ("member_count", "-sla"):
        assert sorted(paged(browser, QUEUES, f"?o={order}")) == by_name, order
    assert f">{len(by_name)} queues<" in browser.get(QUEUES).content.decode()


def test_what_is_empty_stands_together_and_is_paged_through(browser: Client) -> None:
    by, now = make_user(), datetime.now(UTC)
    stamps = dict.fromkeys(("created_by", "last_modified_by", "owner"), by)
    for minutes in (5, None, 1, None, 1):
        due = now + timedelta(minutes=minutes) if minutes else None
        ContactRequest.objects.create(preferred_phone="+442079460018", due_at=due, **stamps)
    for order, fields in (("due_at", ("due_at", "-pk")), ("-due_at", ("-due_at", "-pk"))):
        expected = list(ContactRequest.objects.order_by(*fields).values_list("pk", flat=True))
        assert paged(browser, CALLBACKS, f"?o={order}") == expected, order


def test_rows_that_come_and_go_between_pages_move_no_others(browser: Client) -> None:
    made = [record(f"Nora {letter}") for letter in "BDFH"]
    one = found(browser, DIRECTORY)
    record("Nora A"), record("Nora E")
    made[1].delete()
    later = found(browser, DIRECTORY + one.older)
    assert [row.name for row in later.result_list] == ["Nora E", "Nora F"]
    assert [row.name for row in found(browser, DIRECTORY + later.newer).result_list] == ["Nora A", "Nora B"]
    assert "older_than" not in browser.get(DIRECTORY + one.older).content.decode().partition("rel=")[0]


def record(name: str) -> CrmRecord:
    return CrmRecord.objects.create(object_name="Contact", record_id=name.replace(" ", ""), name=name)


def test_a_position_that_cannot_be_read_is_the_beginning_or_a_place(browser: Client) -> None:
    record("Nora A")
    texts = ["1.2", "{}", "[null,null]", '["\\u0000",1]', '["a","b"]', "[" * 3_000]
    for position in [*texts, json.dumps(["a" * 300, 10**40]), json.dumps(["2026-01-01", 1])]:
        assert browser.get(DIRECTORY, {"older_than": position}).status_code == 200, position
    assert browser.get(CALLBACKS, {"newer_than": '["2026-01-01", 1]', "o": "due_at"}).status_code == 200


def test_what_no_list_offers_is_not_done_to_all(browser: Client) -> None:
    stamps = dict.fromkeys(("created_by", "last_modified_by", "owner"), make_user())
    for _ in range(3):
        ContactRequest.objects.create(preferred_phone="+442079460018", status="New", **stamps)
    ask = {"action": "call_off", "_selected_action": [ContactRequest.objects.latest("id").pk], "select_across": "1"}
    answer = browser.post(CALLBACKS, ask, follow=True)
    assert "This cannot be done to all at once" in answer.content.decode()
    assert "across all pages" not in answer.content.decode()
    assert not ContactRequest.objects.exclude(status="New").exists()
