"""Rows below a form of the set-up: few or many, a page of them at a time."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.roles import Role
from apps.queues.models import Queue
from apps.supervision.admin.base import SetupInline
from apps.tenants.models import Tenant
from apps.voice_calls.models import CallCenter, CallCenterRoutingMap, NumberRoute
from tests.builders import make_queue, make_user
from tests.setup_forms import Form
from tests.supervision.conftest import browser_of

PAGE = 5


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SetupInline, "per_page", PAGE)


@pytest.fixture
def browser(in_scope: Tenant) -> Client:
    return browser_of(make_user(Role.ADMIN))


@pytest.fixture
def center(browser: Client, in_scope: Tenant) -> CallCenter:
    queue = make_queue("Claims")
    integration = make_user(Role.INTEGRATION)
    center = CallCenter.objects.create(name="Harbour", internal_name="Harbour", integration_user=integration)
    add(center, queue, range(1))
    return center


def add(center: CallCenter, queue: Queue, numbers: Any) -> None:
    NumberRoute.objects.bulk_create(
        NumberRoute(call_center=center, number=f"+4930{number:06}", phone_key=f"4930{number:06}", queue=queue)
        for number in numbers
    )
    CallCenterRoutingMap.objects.bulk_create(
        CallCenterRoutingMap(call_center=center, developer_name=f"Q{number:06}", external_id=number, queue=queue)
        for number in numbers
    )


def test_many_rows_are_shown_and_saved_by_the_page_with_the_queries_of_one(browser: Client, center: CallCenter) -> None:
    def queries_of(act: Any) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            act()
        return len(seen)

    few = Form(browser, center)
    shown, saved = queries_of(lambda: browser.get(few.url)), queries_of(few.saves)
    add(center, Queue.objects.get(), range(1, 3 * PAGE))
    many = Form(browser, center, "?routes-page=2")
    assert queries_of(lambda: browser.get(many.url)) <= shown + 1
    assert queries_of(many.saves) <= saved + 1

    assert many.sent["routes-INITIAL_FORMS"] == str(PAGE)
    assert many.sent["routes-0-number"] == f"+4930{PAGE:06}"
    assert "routes-page=3" in many.page
    many.saves(**{"routes-0-number": "+49301234567", "routes-1-DELETE": "on"})
    numbers = NumberRoute.objects.filter(call_center=center)
    assert numbers.count() == 3 * PAGE - 1
    assert numbers.filter(number="+49301234567").exists()


def test_a_forged_number_of_rows_is_refused_with_a_sentence(browser: Client, center: CallCenter) -> None:
    form = Form(browser, center)
    assert "At most 10 rows" in form.save(**{"routes-TOTAL_FORMS": 2001}).content.decode()
    for total in ("x", 10**9):
        answer = form.save(**{"routes-TOTAL_FORMS": total, "routes-INITIAL_FORMS": 10**9})
        assert answer.status_code == 200
        assert answer.context["errors"]


def test_a_page_that_is_none_is_the_first(browser: Client, center: CallCenter) -> None:
    for page in ("0", "²", "9" * 30, "31"):
        assert Form(browser, center, f"?routes-page={page}").sent["routes-INITIAL_FORMS"] == "1"


def test_many_rows_are_looked_through_by_name_and_those_found_are_saved(browser: Client, center: CallCenter) -> None:
    assert "routes-find" not in Form(browser, center).page
    add(center, Queue.objects.get(), range(1, 3 * PAGE))
    NumberRoute.objects.filter(number=f"+4930{7:06}").update(queue=make_queue("Complaints, Galway"))
    found = Form(browser, center, "?routes-find=galway+compl")
    assert found.sent["routes-INITIAL_FORMS"] == "1"
    assert found.sent["routes-0-number"] == f"+4930{7:06}"
    assert found.sent["routing_map-INITIAL_FORMS"] == str(PAGE)
    assert 'form="routes-finder" maxlength="100" value="galway compl"' in found.page
    found.saves(**{"routes-0-number": "+49301234567"})
    assert NumberRoute.objects.filter(call_center=center).count() == 3 * PAGE
    assert NumberRoute.objects.filter(queue__name="Complaints, Galway", number="+49301234567").exists()

    many = Form(browser, center, "?routes-find=%2B4930&routes-page=2")
    assert many.sent["routes-0-number"] == f"+4930{PAGE:06}"
    assert "routes-find=%2B4930&amp;routes-page=3" in many.page
    none = Form(browser, center, "?routes-find=%00nobody")
    assert "Nothing matches" in none.page
    none.saves()
    assert NumberRoute.objects.filter(call_center=center).count() == 3 * PAGE


def test_what_others_added_meanwhile_is_told_whatever_is_looked_for(browser: Client, center: CallCenter) -> None:
    add(center, Queue.objects.get(), range(1, 3 * PAGE))
    found = Form(browser, center, "?routes-find=000007")
    found.saves(name="Harbour 2")
    add(center, Queue.objects.get(), [99])
    assert "000099" in found.shows(found.save(name="Harbour 3"))
