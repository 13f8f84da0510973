"""Finding a contact by whatever somebody has in hand."""

import pytest

from apps.accounts.roles import Role
from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.engagements.search import matching
from apps.tenants.models import Tenant
from apps.voice_calls.models import VoiceCall
from tests.builders import make_live, make_user

pytestmark = pytest.mark.usefixtures("in_scope")

CONTACT = "0031t00000MariaAAA"


@pytest.fixture
def wanted(in_scope: Tenant) -> EngagementInteraction:
    """A call by María, and another contact that nothing here may find."""
    make_live(customer="+441514960000", external_identifier="other")
    found = make_live(customer="020 7946 0991", external_identifier="pbx-20260304-140452-7")
    by = make_user(Role.INTEGRATION)
    CrmRecord.objects.create(
        object_name="Contact", record_id=CONTACT, name="María del Pilar Etxeberria", email="Maria@example.com"
    )
    EngagementAttendee.objects.create(
        engagement=found,
        external_attendee_id=CONTACT,
        start_date_time=found.start_date_time,
        owner=by,
        created_by=by,
        last_modified_by=by,
    )
    VoiceCall.objects.create(
        interaction=found,
        vendor_call_key="conn-77",
        call_type="Inbound",
        call_start_date_time=found.start_date_time,
        from_phone_number="020 7946 0991",
        to_phone_number="020 7183 8750",
        owner_user=by,
        created_by=by,
        last_modified_by=by,
    )
    return found


def found_by(text: str) -> list[EngagementInteraction]:
    return list(EngagementInteraction.objects.filter(matching(text)))


@pytest.mark.parametrize(
    "number",
    [
        *("020 7946 0991", "+44 20 7946 0991", "(020) 7946-0991", "+442079460991", "0044 20 7946 0991"),
        *(
            "+44 (0)20 7946 0991",
            "+44\u00a020\u00a07946\u00a00991",
            "020\u20137946\u20110991",
            "020.7946.0991",
            "020/79460991",
        ),
        *("tel:+44-20-7946-0991", "\u202a+44 20 7946 0991\u202c", "\u202f020\u202f7946\u202f0991"),
    ],
)
def test_by_a_phone_number_in_any_form(wanted: EngagementInteraction, number: str) -> None:
    assert found_by(number) == [wanted]


def test_by_every_dialects_id(wanted: EngagementInteraction) -> None:
    call = VoiceCall.objects.get()
    attendee = EngagementAttendee.objects.get()
    ids = [
        wanted.name,
        wanted.name.lower(),
        f"EI-{wanted.pk}",
        wanted.public_id,  # type: ignore[attr-defined]
        wanted.public_id[:15],  # type: ignore[attr-defined]
        str(wanted.uuid),
        wanted.uuid.hex.upper(),
        wanted.genesys_id,
        call.public_id,  # type: ignore[attr-defined]
        call.name,
        str(call.uuid),
        attendee.public_id,  # type: ignore[attr-defined]
        attendee.name,
    ]
    assert {text: found_by(text) for text in ids} == {text: [wanted] for text in ids}


@pytest.mark.parametrize("reference", ["pbx-20260304-140452-7", " pbx-20260304-140452-7 ", "conn-77", CONTACT])
def test_by_what_others_call_it(wanted: EngagementInteraction, reference: str) -> None:
    assert found_by(reference) == [wanted]


@pytest.mark.parametrize("name", ["María del Pilar Etxeberria", "etxeberria", "maria@EXAMPLE.com"])
def test_by_the_customers_name_or_address(wanted: EngagementInteraction, name: str) -> None:
    assert found_by(name) == [wanted]


@pytest.mark.parametrize(
    "text", ["nobody", "PBX-20260304-140452-7", "EI-9999999999999999999", "IXFFFFFFFFFFFFFFF", "9eI" + "z" * 12, "0"]
)
def test_finds_nothing_rather_than_something_else(wanted: EngagementInteraction, text: str) -> None:
    assert found_by(text) == []
