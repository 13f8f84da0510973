"""Without the permission, people see the end of a phone number, wherever it is told, and can still look for it."""

import base64
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts import operations as accounts
from apps.accounts.hiding import in_html, in_text, in_value, restored
from apps.accounts.models import User
from apps.accounts.permissions import DEFAULTS, Permission
from apps.accounts.roles import Role
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.events.stream import _message
from apps.objects import registry
from apps.tenants.models import Tenant
from tests.builders import PASSWORD, make_live, make_queue, make_user

NUMBER, END = "+442079460199", "•••0199"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (NUMBER, END),
        ("call 020 7946 0199 now, or (+44 20 7946-0199).", f"call {END} now, or ({END})."),
        ("(020) 7946-0199 or 415-555-0199", f"{END} or {END}"),
        ("?q=%2B442079460199&page=2", f"?q={END}&page=2"),
        *(
            (same, same)
            for same in ("EI-000000042", "0.1234567", "01a1ff65-b530-774a", "2026-03-04", "00:05:10", "112")
        ),
    ],
)
def test_numbers_in_a_text(told: str, shown: str) -> None:
    assert in_text(told) == shown


def test_a_page_keeps_its_programs_and_what_was_looked_for() -> None:
    kept = f'<script>call("{NUMBER}")</script><input type="search" value="{NUMBER}"><i style="left:0.1234567%"></i>'
    assert in_html(kept) == kept
    page = f'<p title="{NUMBER}"><bdi>{NUMBER}</bdi></p><a href="?q=%2B442079460199">all</a>'
    assert in_html(page) == f'<p title="{END}"><bdi>{END}</bdi></p><a href="?q={END}">all</a>'


def test_a_text_of_ones_own_quotes_what_was_shown_and_changes_no_number() -> None:
    known = f"Call {NUMBER}, or 020 7946 0111, or {NUMBER[:-4]}5199."
    assert restored(f"She said: {in_text(known)} I called {END}.", known) == f"She said: {known} I called {END}."
    assert restored("Nothing of it.", known) == "Nothing of it."


def test_values_are_known_by_their_names_where_they_have_no_country_code() -> None:
    told = {"PhoneNumber": "7946 0199", "Id": "0000794601", "from": "2026-03-04", "n": [{"customer": "02079460199"}]}
    shown = {"PhoneNumber": END, "Id": "0000794601", "from": "2026-03-04", "n": [{"customer": END}]}
    assert in_value(told) == shown


@pytest.fixture
def supervisor(in_scope: Tenant) -> User:
    granted = sorted(DEFAULTS[Role.SUPERVISOR] - {Permission.PHONE_NUMBERS_READ})
    return make_user(Role.SUPERVISOR, granted=granted)


@pytest.fixture
def contact(in_scope: Tenant) -> EngagementInteraction:
    one = make_live(make_queue(), customer=NUMBER)
    EngagementInteraction.objects.filter(pk=one.pk).update(phone_number=NUMBER)
    one.refresh_from_db()
    return one


def asked(user: User, address: str, method: str = "GET", body: str = "", kind: str = "application/json") -> Any:
    client = Client()
    client.force_login(user)
    basic = base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
    header = f"Bearer {accounts.issue_token(user)}" if address.startswith("/services") else f"Basic {basic}"
    return client.generic(method, address, body, kind, headers={"Authorization": header})


def said(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


@pytest.mark.django_db
def test_screens_exports_and_dialects(supervisor: User, contact: EngagementInteraction, tenant: Tenant) -> None:
    listed = "admin:engagements_engagementinteraction"
    public_id = registry.of(contact).id_of(contact.pk)
    addresses = [
        f"{reverse(f'{listed}_changelist')}?q=020+7946+0199",
        reverse(f"{listed}_change", args=[contact.pk]),
        reverse(f"{listed}_table", args=["csv"]),
        f"/services/data/v66.0/sobjects/EngagementInteraction/{public_id}",
        "/services/data/v66.0/query?q=SELECT+PhoneNumber+FROM+EngagementInteraction",
        f"/services/data/v66.0/connect/service-excellence/engagement-interactions/{public_id}",
        f"/v1/tenants/{tenant.uuid}/interactions/{contact.uuid}",
        f"/api/v2/interactions/{contact.genesys_id}",
    ]
    everything = make_user(Role.SUPERVISOR)
    for address in addresses:
        assert NUMBER[-8:] in said(asked(everything, address)), address
        told = said(asked(supervisor, address))
        assert END in told, address
        assert NUMBER[-8:] not in told.replace("7946 0199", ""), address
    integration = make_user(Role.INTEGRATION, granted=[Permission.INTERACTIONS_API_READ_ALL])
    assert NUMBER in said(asked(integration, addresses[-2]))


@pytest.mark.django_db
def test_events(supervisor: User, contact: EngagementInteraction) -> None:
    event = Event.objects.filter(interaction_id=contact.pk).latest("id")
    assert NUMBER in _message(event, make_user(Role.SUPERVISOR))
    assert NUMBER not in _message(event, supervisor)


@pytest.mark.django_db
def test_what_is_masked_is_never_saved(supervisor: User, contact: EngagementInteraction) -> None:
    address = f"/services/data/v66.0/sobjects/EngagementInteraction/{registry.of(contact).id_of(contact.pk)}"
    for body in ('{"PhoneNumber": "•••0199"}', r'{"PhoneNumber": "\u2022\u2022\u20220199"}'):
        assert asked(supervisor, address, "PATCH", body).status_code == 403
    form = reverse("admin:engagements_engagementinteraction_edit", args=[contact.pk])
    kind = "application/x-www-form-urlencoded"
    assert asked(supervisor, form, "POST", "phone_number=%E2%80%A2%E2%80%A2%E2%80%A20199", kind).status_code == 403
    table = SimpleUploadedFile("numbers.csv", f"Name,PhoneNumber\nAda,{END}\n".encode())
    client = Client()
    client.force_login(supervisor)
    imported = reverse("admin:imports_importedinteraction_changelist")
    assert client.post(imported, {"file": table}).status_code == 403
    assert client.post(imported, {"file": SimpleUploadedFile("numbers.csv", b"Name\n" * 2_000_000)}).status_code == 302
    contact.refresh_from_db()
    assert contact.phone_number == NUMBER
