"""Many contacts written down by several clients at once."""

from typing import Any

import pytest

from apps.common.errors import Invalid
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewInteraction, record
from apps.engagements.operations.many import record_many
from apps.facades.salesforce_sobjects import writing
from apps.objects import registry
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from tests.builders import make_tenant, make_user
from tests.concurrency.race import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency]


def test_the_same_identifiers_in_opposite_orders() -> None:
    """Each waits for what the other has inserted: one of them is told so by the database, and asks again."""
    tenant = make_tenant()
    with scope(tenant):
        by = make_user("integration")

    def write(numbers: range) -> list[EngagementInteraction | Invalid]:
        values = {"start_date_time": "2025-09-08T08:15:00Z", "communication_channel": "Web Chat"}
        with scope(tenant):
            drafts = [NewInteraction({**values, "external_identifier": f"pbx-{number}"}) for number in numbers]
            return record_many(drafts, by=by)

    forth, back = race(lambda: write(range(200)), lambda: write(range(199, -1, -1)))
    written = [isinstance(row, EngagementInteraction) for row in forth]
    assert [isinstance(row, EngagementInteraction) for row in reversed(back)] == [not each for each in written]
    with scope(tenant):
        assert EngagementInteraction.objects.count() == 200


def test_two_collections_with_the_same_new_keys_make_one_record_of_each() -> None:
    """Names are not unique: no constraint would tell them apart."""
    tenant = make_tenant()
    with scope(tenant):
        by = make_user("admin")
        values = {"start_date_time": "2025-09-08T08:15:00Z", "communication_channel": "Web Chat"}
        contact = record(NewInteraction(values), by=by).public_id  # type: ignore[attr-defined]
    topics = registry.named("EngagementTopic")

    def write(numbers: range) -> list[Any]:
        with scope(tenant):
            key = writing.key_column(topics, "Name")
            assert key is not None
            bodies = [{"EngagementId": contact, "Name": f"Topic {number}"} for number in numbers]
            return writing.upsert_many(topics, key, bodies, by)

    outcomes = race(lambda: write(range(50)), lambda: write(range(49, -1, -1)))
    assert all(isinstance(each, writing.Upserted) for outcome in outcomes for each in outcome)
    with scope(tenant):
        assert EngagementTopic.objects.count() == 50
