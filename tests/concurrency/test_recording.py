"""Many contacts written down by several clients at once."""

import pytest

from apps.common.errors import Invalid
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewInteraction
from apps.engagements.operations.many import record_many
from apps.tenants.scope import scope
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
