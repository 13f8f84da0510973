"""Business hours, overflow, entry rules and callbacks in the administration screens."""

from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.queues import rulebook
from apps.queues.models import BusinessHours, FlowCondition, FlowRule, Holiday, HolidayList, OpenInterval, OverflowRule
from apps.supervision.admin.hours import picture
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import ContactRequest
from tests.builders import configured, make_queue, make_user
from tests.supervision.conftest import browser_of
from tests.supervision.test_setup import NO_MEMBERS, QUEUE, inline, problems, url
from tests.telephony import Phone, make_call_center


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def browser(admin: User) -> Client:
    return browser_of(admin)


def office(**values: Any) -> BusinessHours:
    hours: BusinessHours = configured(BusinessHours(**{"name": "Office", "time_zone": "Europe/London", **values}))
    for weekday in range(5):
        configured(OpenInterval(hours=hours, weekday=weekday, opens=time(9), closes=time(17, 30)))
    return hours


def test_hours_are_written_with_their_intervals_and_shown(browser: Client) -> None:
    rows = inline("intervals", {"weekday": 0, "opens": "22:00", "closes": "06:00"})
    sent = {"name": "Night", "time_zone": "Europe/London", "holidays": ""}
    assert browser.post(url(BusinessHours, "add"), sent | rows).status_code == 302
    hours = BusinessHours.objects.get()
    assert hours.intervals.get().opens == time(22)
    page = browser.get(url(BusinessHours, "change", hours)).content.decode()
    assert "22:00–24:00" in page
    assert "00:00–06:00" in page
    assert "Closed" in browser.get(url(BusinessHours, "changelist")).content.decode()


@pytest.mark.parametrize(
    ("sent", "row", "said"),
    [
        ({"time_zone": "Mars/Olympus"}, {}, "no such time zone"),
        ({"name": "OFFICE"}, {}, "already"),
        ({}, {"closes": ""}, "required"),
        ({}, {"weekday": 9}, "valid choice"),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    browser: Client, sent: dict[str, Any], row: dict[str, Any], said: str
) -> None:
    office()
    rows = inline("intervals", {"weekday": 0, "opens": "09:00", "closes": "12:00", **row})
    body = {"name": "Night", "time_zone": "UTC", "holidays": "", **sent}
    assert said in problems(browser.post(url(BusinessHours, "add"), body | rows))
    assert BusinessHours.objects.count() == 1


def test_the_picture_shows_nights_holidays_and_days_that_are_closed(in_scope: Tenant) -> None:
    days = configured(HolidayList(name="England"))
    configured(Holiday(holiday_list=days, name="Christmas", date=date(2020, 12, 25), is_yearly=True))
    hours = office(holidays=days)
    configured(OpenInterval(hours=hours, weekday=3, opens=time(20), closes=time(2)))
    week = rulebook.current().weeks[hours.pk]
    shown = {
        day.date.day: (day.name, [bar.text for bar in day.bars])
        for day in picture(week, days.days.all(), date(2026, 12, 21))
    }
    assert shown[24] == ("", ["09:00–17:30", "20:00–24:00"])
    assert shown[25] == ("Christmas", [])
    assert shown[26] == ("", [])
    assert shown[2][1] == []
    assert shown[1][1] == ["00:00–02:00", "09:00–17:30"]


def test_a_list_of_holidays(browser: Client) -> None:
    rows = inline("days", {"date": "2026-12-24", "name": "Eve", "is_yearly": "on", "opens": "09:00", "closes": "12:00"})
    assert browser.post(url(HolidayList, "add"), {"name": "England"} | rows).status_code == 302
    assert Holiday.objects.get().opens == time(9)
    half = inline("days", {"date": "2026-12-24", "name": "Eve", "opens": "09:00", "closes": ""})
    assert "when it closes" in problems(browser.post(url(HolidayList, "add"), {"name": "Wales"} | half))


def test_hours_that_a_queue_has_stay_and_others_go(browser: Client) -> None:
    used, free = office(), office(name="Free")
    queue = make_queue("Support", hours=used)
    for hours in (used, free):
        browser.post(url(BusinessHours, "delete", hours), {"post": "yes"})
    assert list(BusinessHours.objects.all()) == [used]
    assert queue.hours == used


def test_a_queue_gets_overflow_rules(browser: Client) -> None:
    spare = make_queue("Spare")
    rule = {"position": 0, "trigger": "waiting", "threshold": 60, "to_queue": spare.pk, "raise_priority": 5}
    sent = QUEUE | NO_MEMBERS | {"when_closed": "refuse", "hours": office().pk}
    assert browser.post(url(type(spare), "add"), sent | inline("overflow_rules", rule)).status_code == 302
    made = OverflowRule.objects.get()
    assert (made.threshold, made.to_queue, made.queue.when_closed) == (60, spare, "refuse")
    assert rulebook.current().overflow[made.queue_id] == [made]
    bad = inline("overflow_rules", {**rule, "threshold": ""})
    body = sent | {"name": "Other", "developer_name": "Other"}
    assert "how many seconds" in problems(browser.post(url(type(spare), "add"), body | bad))


RULE = {"flow": "", "position": 1, "name": "VIP", "is_active": "on", "queue": "", "agent": "", "to_flow": ""}


def rule_rows(*conditions: dict[str, Any]) -> dict[str, Any]:
    return inline("conditions", *conditions) | inline("skills")


def test_an_entry_rule_with_its_conditions(browser: Client) -> None:
    queue = make_queue("VIP desk")
    condition = {"fact": "Customer", "comparison": "starts", "value": "+4420", "hours": ""}
    sent = RULE | {"queue": queue.pk, "priority": 500, "recording": "off"} | rule_rows(condition)
    assert browser.post(url(FlowRule, "add"), sent).status_code == 302
    page = browser.get(url(FlowRule, "changelist")).content.decode()
    for said in ("Every arrival", "VIP desk, priority 500, recording off", "Customer starts with +4420"):
        assert said in page


def test_conditions_that_say_nothing_are_refused(browser: Client) -> None:
    sent = RULE | {"queue": make_queue().pk, "priority": "", "recording": ""}
    for condition in ({"fact": "", "comparison": "contains"}, {"fact": "Reason", "comparison": "open"}):
        rows = rule_rows({"value": "", "hours": "", **condition})
        assert "which fact" in problems(browser.post(url(FlowRule, "add"), sent | rows))
    assert not FlowRule.objects.exists()


def attempt(browser: Client, **facts: Any) -> str:
    answer = browser.get(reverse("admin:queues_flowrule_try"), facts)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_trying_says_which_rule_takes_a_contact_and_how_the_queue_stands(browser: Client) -> None:
    queue = make_queue("VIP desk", hours=office(), when_closed="callback")
    rule = configured(FlowRule(name="Londoners", queue=queue, priority=500, recording="on"))
    configured(FlowCondition(rule=rule, fact="UserData.Account.Tier", comparison="is", value="gold"))
    configured(FlowCondition(rule=rule, fact="FromPhoneNumber", comparison="starts", value="020"))
    facts = {"channel": "voice", "customer": "+442079460123", "more": "UserData.Account.Tier=Gold\nDepartment__c"}
    day = attempt(browser, **facts, at="2026-11-23T12:00")
    for said in ("Queue VIP desk", "Londoners", "The queue is open then", "Priority 500", "Recording on"):
        assert said in day
    assert "It takes no calls then: callback" in attempt(browser, **facts, at="2026-11-22T12:00")
    assert "No rule holds" in attempt(browser, channel="voice", customer="+3312345678")
    for broken in ("soon", "0001-01-01T00:00"):
        assert "At: " in attempt(browser, at=broken)


def test_nobody_tries_the_rules_of_another_tenant(browser: Client, other_tenant: Tenant) -> None:
    with scope(other_tenant):
        configured(FlowRule(name="Theirs", queue=make_queue("Theirs")))
    assert "Theirs" not in attempt(browser, channel="voice")


def test_callbacks_are_shown_put_off_and_called_off(browser: Client) -> None:
    make_call_center(make_queue("Support"))
    phone = Phone()
    phone.create(vendorCallKey="k")
    phone.send("POST", "/voiceCalls/k/requestCallback", {"callbackNumber": "+441632960888"})
    assert "still on the line" in browser.get(url(ContactRequest, "changelist")).content.decode()
    phone.update("k", {"disconnectReason": {"value": "CALLBACK", "isError": False}})
    wish = ContactRequest.objects.get()
    assert "Waits in Support" in browser.get(url(ContactRequest, "changelist")).content.decode()
    later = {"due_at_0": "2199-01-01", "due_at_1": "15:00"}
    assert browser.post(url(ContactRequest, "change", wish), later).status_code == 302
    assert not wish.callback.queue_entries.get().is_routable
    chosen = {"action": "call_off", "_selected_action": [wish.pk]}
    browser.post(url(ContactRequest, "changelist"), chosen)
    wish.refresh_from_db()
    assert wish.status == "Abandoned"
    assert "done" in browser.post(url(ContactRequest, "changelist"), chosen, follow=True).content.decode()
