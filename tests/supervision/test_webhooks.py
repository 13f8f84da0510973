"""The webhooks' screens: set up, secrets renewed, events sent again and skipped."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.common import clock
from apps.supervision.admin import paged
from apps.supervision.admin.base import OperationAdmin
from apps.tenants.models import Tenant
from apps.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from tests.builders import make_user
from tests.supervision.conftest import browser_of

LIST, LOG = (reverse(f"admin:webhooks_webhook{what}_changelist") for what in ("endpoint", "delivery"))
ADD = reverse("admin:webhooks_webhookendpoint_add")
FORM = {"name": "Data lake", "url": "https://hooks.example.com/in", "is_active": "on", "event_names": ["work.accepted"]}


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user("admin")


@pytest.fixture
def browser(admin: User) -> Client:
    return browser_of(admin)


@pytest.fixture
def endpoint(browser: Client) -> WebhookEndpoint:
    assert browser.post(ADD, FORM).status_code == 200
    return WebhookEndpoint.objects.get()


def delivery(
    endpoint: WebhookEndpoint, state: str, *, at: datetime | None = None, event_id: int = 7
) -> WebhookDelivery:
    now = at or clock.now()
    made = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_xid=endpoint.position_xid,
        event_id=event_id,
        event_name="work.accepted",
        event_at=now,
        state=state,
        first_attempt_at=now,
        last_attempt_at=now,
        tries=1,
    )
    WebhookAttempt.objects.create(delivery=made, at=now, status=503, duration_ms=12, excerpt="<b>closed</b>")
    return made


def test_its_secret_is_shown_when_it_is_made_and_not_again(browser: Client) -> None:
    made = browser.post(ADD, FORM)
    endpoint = WebhookEndpoint.objects.get()
    assert endpoint.event_names == ["work.accepted"]
    assert endpoint.secret in made.content.decode()
    renewed = browser.post(LIST, {"action": "renew_secret", "_selected_action": [endpoint.pk]})
    now = WebhookEndpoint.objects.get()
    assert (now.former_secret, now.secret in renewed.content.decode()) == (endpoint.secret, True)
    page = browser.get(reverse("admin:webhooks_webhookendpoint_change", args=[endpoint.pk])).content.decode()
    assert not any(secret in page for secret in (now.secret, endpoint.secret))
    assert f"{now.secret[:10]}…; until" in page
    assert "Delivers." in page
    assert browser.post(ADD, FORM | {"name": "data lake 2", "url": "https://10.0.0.8/in"}).context["adminform"].errors


def test_what_went_wrong_is_told(browser: Client, endpoint: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.update(is_active=False, switched_off_because="Nothing was delivered for 5 days.")
    assert "Nothing was delivered for 5 days." in browser.get(LIST).content.decode()
    page = reverse("admin:webhooks_webhookdelivery_change", args=[delivery(endpoint, "given_up").pk])
    assert "&lt;b&gt;closed&lt;/b&gt;" in browser.get(page).content.decode()
    assert "503" in browser.get(LOG).content.decode()


def test_a_delivery_is_sent_again_or_skipped(browser: Client, endpoint: WebhookEndpoint) -> None:
    made = delivery(endpoint, "waiting")
    browser.post(LOG, {"action": "skip", "_selected_action": [made.pk]})
    assert (WebhookDelivery.objects.get().state, WebhookEndpoint.objects.get().position_id) == ("given_up", 7)
    answer = browser.post(LOG, {"action": "skip", "_selected_action": [made.pk]}, follow=True)
    assert "not being tried any more" in answer.content.decode()
    browser.post(LOG, {"action": "send_again", "_selected_action": [made.pk]})
    assert WebhookDelivery.objects.get().asked_again_at


def test_a_range_is_sent_again_in_a_few_statements(browser: Client, endpoint: WebhookEndpoint) -> None:
    for number in range(4):
        delivery(endpoint, "delivered", at=clock.now() - timedelta(hours=number), event_id=number)
    until = timezone.localtime(clock.now() - timedelta(minutes=90))
    old = f"{LOG}?last_attempt_at_to_0={until:%Y-%m-%d}&last_attempt_at_to_1={until:%H:%M:%S}"
    ask = {"action": "send_again", "_selected_action": [WebhookDelivery.objects.get(event_id=3).pk], "select_across": 1}
    with CaptureQueriesContext(connection) as ran:
        browser.post(old, ask)
    assert sum('UPDATE "webhooks_' in str(query["sql"]) for query in ran) == 1
    asked = WebhookDelivery.objects.filter(asked_again_at__isnull=False)
    assert sorted(asked.values_list("event_id", flat=True)) == [2, 3]
    for bad in ("last_attempt_at_to_0=soon", "last_attempt_at_from_0=0001-01-01", "last_attempt_at_to_0=2026-02-30"):
        assert browser.get(f"{LOG}?{bad}").status_code in (200, 302)
    WebhookEndpoint.objects.update(is_active=False)
    assert "is switched off" in browser.post(LOG, ask, follow=True).content.decode()


def test_all_are_sent_again_at_once_where_that_is_offered(
    browser: Client, endpoint: WebhookEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OperationAdmin, "list_per_page", 2)
    for number in range(4):
        delivery(endpoint, "delivered", event_id=number)
    first = WebhookDelivery.objects.get(event_id=3).pk
    ask = {"action": "send_again", "_selected_action": [first], "select_across": "1"}
    monkeypatch.setattr(paged, "_COUNTED_TO", 3)
    assert "across all pages" not in browser.get(LOG).content.decode()
    answer = browser.post(LOG, ask, follow=True)
    assert "This cannot be done to all at once: tick the rows that are meant." in answer.content.decode()
    assert not WebhookDelivery.objects.filter(asked_again_at__isnull=False).exists()
    monkeypatch.setattr(paged, "_COUNTED_TO", 4)
    assert "Select all 4" in browser.get(LOG).content.decode()
    assert "4 are sent again" in browser.post(LOG, ask, follow=True).content.decode()


def test_they_are_for_administrators(in_scope: Tenant, endpoint: WebhookEndpoint) -> None:
    assert browser_of(make_user("supervisor")).get(LIST).status_code == 403
