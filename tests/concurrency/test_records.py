"""Several clients write the same record at the same moment."""

from typing import Any

import pytest

from apps.common.errors import Invalid
from apps.engagements import operations
from apps.engagements.operations import Changes, NewInteraction, NewTopic
from apps.facades.salesforce_sobjects import writing
from apps.objects import registry
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from tests.builders import make_tenant, make_user
from tests.concurrency.race import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
START = "2025-09-08T08:15:00Z"
CALL = {
    "CallType": "Inbound",
    "FromPhoneNumber": "1",
    "ToPhoneNumber": "2",
    "CallStartDateTime": START,
}
CONTACT = {"StartDateTime": START, "CommunicationChannel": "Voice Call"}


@pytest.mark.parametrize(
    ("name", "field", "body"),
    [("EngagementInteraction", "ExternalIdentifier", CONTACT), ("VoiceCall", "VendorCallKey", CALL)],
)
def test_two_upserts_of_one_new_key_make_one_record(name: str, field: str, body: Any) -> None:
    tenant = make_tenant()
    with scope(tenant):
        by = make_user("integration")
    sobject = registry.named(name)

    def upsert(key: str) -> writing.Upserted:
        with scope(tenant):
            column = writing.key_column(sobject, field)
            assert column is not None
            return writing.upsert(sobject, column, key, body, by)

    for number in range(5):
        done = race(lambda key=f"pbx-{number}": upsert(key), lambda key=f"pbx-{number}": upsert(key))
        with scope(tenant):
            assert sobject.rows().count() == number + 1
        created = [each for each in done if isinstance(each, writing.Upserted) and each.created]
        assert len(created) == 1
        for other in (each for each in done if each not in created):  # most fields of a call are written once
            assert isinstance(other, writing.Rejected if name == "VoiceCall" else writing.Upserted)


def test_two_topics_do_not_come_to_stand_below_each_other() -> None:
    tenant = make_tenant()
    with scope(tenant):
        by = make_user("integration")
        values = {"start_date_time": START, "communication_channel": "Voice Call"}
        # each in a contact of its own, so that no lock on the contact keeps them apart
        contacts = [operations.record(NewInteraction(values), by=by) for _ in range(2)]
        topics = [operations.add_topic(NewTopic({"engagement": each, "name": "x"}), by=by) for each in contacts]

    def put_below(topic: EngagementTopic, parent: EngagementTopic) -> Any:
        with scope(tenant):
            return operations.revise_topic(topic, Changes({"parent_topic": parent}), by=by)

    first, second = topics
    done = race(lambda: put_below(first, second), lambda: put_below(second, first))
    assert {type(each) for each in done} == {Invalid, EngagementTopic}
