"""The webhooks' screens: set up, secrets renewed, events sent again and skipped."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.common import clock
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
    assert browser.post(ADD, FORM).status_code == 302
    return WebhookEndpoint.objects.get()


def delivery(endpoint: WebhookEndpoint, state: str) -> WebhookDelivery:
    now = clock.now()
    made = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event_xid=endpoint.position_xid,
        event_id=7,
        event_name="work.accepted",
        event_at=now,
        state=state,
        first_attempt_at=now,
        last_attempt_at=now,
        tries=1,
    )
    WebhookAttempt.objects.create(delivery=made, at=now, status=503, duration_ms=12, excerpt="<b>closed</b>")
    return made


def test_one_is_set_up_and_shows_its_secret(browser: Client, endpoint: WebhookEndpoint) -> None:
    assert endpoint.event_names == ["work.accepted"]
    page = browser.get(reverse("admin:webhooks_webhookendpoint_change", args=[endpoint.pk])).content.decode()
    assert endpoint.secret in page
    assert "Delivers." in page
    assert browser.post(ADD, FORM | {"name": "data lake 2", "url": "https://10.0.0.8/in"}).context["adminform"].errors
    browser.post(LIST, {"action": "renew_secret", "_selected_action": [endpoint.pk]})
    renewed = WebhookEndpoint.objects.get()
    assert (renewed.former_secret, renewed.secret != endpoint.secret) == (endpoint.secret, True)


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


def test_they_are_for_administrators(in_scope: Tenant, endpoint: WebhookEndpoint) -> None:
    assert browser_of(make_user("supervisor")).get(LIST).status_code == 403
