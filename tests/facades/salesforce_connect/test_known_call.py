"""An adapter writes down a contact whose call its telephone system has announced already (M-19)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import VoiceCall
from tests.builders import make_queue
from tests.facades.salesforce_connect.conftest import Connect, small
from tests.telephony import CALLER, Phone, make_call_center, new_call

JANE = "003000000000001AAA"


@pytest.fixture
def call(tenant: Tenant, user: User) -> VoiceCall:
    with scope(tenant):
        make_call_center(make_queue())
        CrmRecord.objects.create(object_name="Contact", record_id=JANE, name="Jane", phone=CALLER, phone_key=CALLER)
    phone = Phone(tenant)
    assert phone.send("POST", "/voiceCalls", new_call(vendorCallKey="leg-1")).status_code == 201
    with scope(tenant):
        return VoiceCall.objects.get()


def start(call: VoiceCall) -> str:
    return call.call_start_date_time.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_the_calls_contact_is_completed(connect: Connect, tenant: Tenant, call: VoiceCall) -> None:
    body = small(
        communicationChannel="Voice Call",
        externalIdentifierId=" leg-1 ",
        startDateTime=start(call),
        reason="Card lost",
        customFieldsList=[{"key": "samplePercentage__c", "value": 5}],
        engagementAttendees=[
            {"externalAttendeeId": "somebody else", "startDateTime": start(call)},
            {"externalAttendeeId": JANE, "startDateTime": start(call), "role": "Self", "isVerified": True},
        ],
    )
    response = connect.create(body)
    assert response.status_code == 201, response.content
    ids = response.json()["engagementInteraction"]
    with scope(tenant):
        found = EngagementInteraction.objects.get()
        assert (found.public_id, found.pk) == (ids["id"], call.interaction_id)
        assert (found.stage, found.status, found.reason) == ("queued", "New", "Card lost")
        assert (found.external_identifier, found.custom_fields) == ("leg-1", {"samplePercentage__c": 5})
        jane, other = EngagementAttendee.objects.order_by("pk")
        assert [each["id"] for each in ids["engagementAttendees"]] == [other.public_id, jane.public_id]
        assert (jane.external_attendee_id, jane.role, jane.is_verified) == (JANE, "Self", True)
        assert [each["id"] for each in ids["engagementTopics"]] == [EngagementTopic.objects.get().public_id]
    # Afterwards its identifier is taken.
    assert connect.create(body).json()[0]["errorCode"] == "DUPLICATE_VALUE"


def test_a_completed_status_ends_it(connect: Connect, tenant: Tenant, call: VoiceCall) -> None:
    connect.created(externalIdentifierId="leg-1", communicationChannel="Voice Call", status="Completed")
    with scope(tenant):
        assert EngagementInteraction.objects.get().stage == "ended"


def test_what_is_refused_leaves_it_as_it_was(connect: Connect, tenant: Tenant, call: VoiceCall) -> None:
    body = small(externalIdentifierId="leg-1", sentiment="Furious", engagementTopics=[{"name": "x" * 256}])
    assert [(error["errorCode"], error["fields"]) for error in connect.create(body).json()] == [
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["sentiment"]),
        ("STRING_TOO_LONG", ["engagementTopics[0].name"]),
    ]
    with scope(tenant):
        assert EngagementInteraction.objects.get().external_identifier is None
        assert EngagementAttendee.objects.count() == 1


@pytest.mark.parametrize("other", ["leg-2", None, "LEG-1"])
def test_another_contact_is_another_contact(connect: Connect, tenant: Tenant, call: VoiceCall, other: Any) -> None:
    connect.created(externalIdentifierId=other)
    with scope(tenant):
        assert EngagementInteraction.objects.count() == 2


def test_a_contact_with_an_identifier_of_its_own_is_left_alone(
    connect: Connect, tenant: Tenant, call: VoiceCall
) -> None:
    with scope(tenant):
        EngagementInteraction.objects.update(external_identifier="crm-7")
    connect.created(externalIdentifierId="leg-1")
    with scope(tenant):
        assert EngagementInteraction.objects.count() == 2


def test_the_number_of_statements_does_not_depend_on_how_many_take_part(
    connect: Connect, tenant: Tenant, call: VoiceCall
) -> None:
    def statements(count: int) -> int:
        key = f"leg-of-{count}"
        assert Phone(tenant).send("POST", "/voiceCalls", new_call(vendorCallKey=key)).status_code == 201
        people = [JANE, *(f"guest {each}" for each in range(count))]
        body = small(
            externalIdentifierId=key,
            engagementAttendees=[{"externalAttendeeId": each, "startDateTime": start(call)} for each in people],
            engagementTopics=[{"name": f"Topic {each}"} for each in range(count)],
        )
        with CaptureQueriesContext(connection) as captured:
            assert connect.create(body).status_code == 201
        return len(captured)

    assert statements(20) == statements(1)
