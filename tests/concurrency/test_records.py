"""Several clients write the same record at the same moment."""

from typing import Any

import pytest

from apps.common.errors import Invalid
from apps.engagements import operations
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes, NewInteraction, NewTopic
from apps.facades.salesforce_sobjects import writing
from apps.objects import registry
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from tests.builders import make_tenant, make_user
from tests.concurrency.race import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]
CONTACT = {"StartDateTime": "2025-09-08T08:15:00Z", "CommunicationChannel": "Voice Call"}


def test_two_upserts_of_one_new_key_make_one_record() -> None:
    tenant = make_tenant()
    with scope(tenant):
        by = make_user("integration")
    sobject = registry.named("EngagementInteraction")

    def upsert(reason: str) -> writing.Upserted:
        with scope(tenant):
            key = writing.key_column(sobject, "ExternalIdentifier")
            assert key is not None
            return writing.upsert(sobject, key, "pbx-1", {**CONTACT, "Reason": reason}, by)

    for _ in range(5):
        done = race(lambda: upsert("one"), lambda: upsert("two"))
        with scope(tenant):
            [row] = EngagementInteraction.objects.all()
            assert {each.id for each in done} == {row.public_id}  # type: ignore[attr-defined]
            assert sorted(each.created for each in done) == [False, True]
            operations.delete(row, by=by)


def test_two_topics_do_not_come_to_stand_below_each_other() -> None:
    tenant = make_tenant()
    with scope(tenant):
        by = make_user("integration")
        values = {"start_date_time": CONTACT["StartDateTime"], "communication_channel": "Voice Call"}
        # each in a contact of its own, so that no lock on the contact keeps them apart
        contacts = [operations.record(NewInteraction(values), by=by) for _ in range(2)]
        topics = [operations.add_topic(NewTopic({"engagement": each, "name": "x"}), by=by) for each in contacts]

    def put_below(topic: EngagementTopic, parent: EngagementTopic) -> Any:
        with scope(tenant):
            return operations.revise_topic(topic, Changes({"parent_topic": parent}), by=by)

    first, second = topics
    done = race(lambda: put_below(first, second), lambda: put_below(second, first))
    assert {type(each) for each in done} == {Invalid, EngagementTopic}
