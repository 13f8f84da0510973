"""Contacts and calls are found by whatever somebody has in hand, also by who is shown numbers in part."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import DEFAULTS, Permission
from apps.accounts.roles import Role
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.tenants.models import Tenant
from apps.voice_calls.models import ContactRequest, VoiceCall
from tests.builders import make_live, make_user
from tests.supervision.conftest import browser_of

LISTS = ("admin:engagements_engagementinteraction_changelist", "admin:voice_calls_voicecall_changelist")
CALLBACKS = reverse("admin:voice_calls_contactrequest_changelist")
DIRECTORY = reverse("admin:directory_crmrecord_changelist")


def a_call(customer: str, **held: Any) -> EngagementInteraction:
    live = make_live(customer=customer, **held)
    by = make_user(Role.INTEGRATION)
    VoiceCall.objects.create(
        interaction=live,
        vendor_call_key=f"conn-{live.pk}",
        call_type="Inbound",
        call_start_date_time=live.start_date_time,
        from_phone_number=customer,
        owner_user=by,
        created_by=by,
        last_modified_by=by,
    )
    return live


@pytest.fixture
def viewer(in_scope: Tenant) -> Client:
    """Sees everything but whole numbers."""
    granted = sorted(DEFAULTS[Role.SUPERVISOR] - {Permission.PHONE_NUMBERS_READ})
    return browser_of(make_user(Role.SUPERVISOR, granted=granted))


@pytest.mark.parametrize("address", LISTS)
def test_contacts_and_calls_are_found_by_who_is_shown_numbers_in_part(viewer: Client, address: str) -> None:
    CrmRecord.objects.create(object_name="Contact", record_id="0031t00000MariaAAA", name="Mar\u00eda Etxeberria")
    a_call("+441514960000", external_identifier="other")
    wanted = a_call("020 7946 0991", external_identifier="pbx-7")
    EngagementInteraction.objects.filter(pk=wanted.pk).update(initiating_attendee_id="0031t00000MariaAAA")
    call = VoiceCall.objects.get(interaction=wanted)
    named = ["etxeb mar"] if address == LISTS[0] else []  # a name leads to contacts, not to their calls
    spellings = ("020 7946 0991", "+442079460991", "(020) 7946-0991", "+44\u00a020\u00a07946\u20110991")
    for text in (*spellings, wanted.name, call.name, "pbx-7", f"conn-{wanted.pk}", *named):
        answer = viewer.get(reverse(address), {"q": text})
        (line,) = answer.context["list"].rows
        assert line.record.pk in (wanted.pk, call.pk), text
        assert text in spellings or "7946 0991" not in answer.content.decode()


def test_callbacks_are_narrowed_by_their_documented_fields(screens: Client, supervisor: User) -> None:
    stamps = dict.fromkeys(("created_by", "last_modified_by", "owner"), supervisor)
    one = ContactRequest.objects.create(preferred_phone="+442079460018", available_callback_attempts=3, **stamps)
    other = ContactRequest.objects.create(preferred_phone="+442079460019", is_callback=True, **stamps)

    def names(**asked: Any) -> set[str]:
        page = screens.get(CALLBACKS, {"all": 1, **asked}).content.decode()
        return {each.name for each in (one, other) if each.name in page}

    assert names() == {one.name, other.name}
    for found, asked in (
        (one, {"PreferredPhone": "020 7946 0018"}),
        (one, {"AvailableCallbackAttempts_min": "2"}),
        (other, {"IsCallback": "true"}),
        (one, {"IsCallback": "false", "OwnerId": supervisor.last_name}),
    ):
        assert names(**asked) == {found.name}, asked
    assert names(CreatedDate_to="2001-01-01") == set()
    answer = screens.get(CALLBACKS, {"CreatedDate_from": "soon"}, follow=True)
    assert "A filter could not be read" in answer.content.decode()
    file = screens.get(f"{CALLBACKS}export.csv", {"IsCallback": "true"})
    assert b"".join(file.streaming_content).count(b"CR-") == 1  # type: ignore[attr-defined]
    screens.post(f"{CALLBACKS}views/?IsCallback=true", {"do": "save", "name": "Callbacks"})
    assert "Is Callback: Yes" in screens.get(f"{CALLBACKS}views/?IsCallback=true").content.decode()


def test_the_directory_is_narrowed_by_its_fields(screens: Client) -> None:
    rows = {
        "Nora Smith": {"object_name": "Contact", "phone": "020 7946 0991", "phone_key": "+442079460991"},
        "Harbour Ltd": {"object_name": "Account", "email": "till@harbour.example"},
    }
    for number, (name, held) in enumerate(rows.items()):
        CrmRecord.objects.create(name=name, record_id=f"00300000000000{number}AAA", **held)
    for asked, expected in (
        ({"of_object": "Account"}, "Harbour Ltd"),
        ({"Phone": "+44 (20) 7946 0991"}, "Nora Smith"),
        ({"Email": "HARBOUR.ex"}, "Harbour Ltd"),
        ({"CreatedDate_from": "2000-01-01", "of_object": "Contact"}, "Nora Smith"),
    ):
        page = screens.get(DIRECTORY, asked).content.decode()
        assert [name for name in rows if name in page] == [expected], asked


def test_the_filters_are_reached_however_wide_the_window_is(screens: Client) -> None:
    (classes,) = re.findall(r'id="filters-open" class="([^"]*)"', screens.get(CALLBACKS).content.decode())
    assert "hidden" not in classes
