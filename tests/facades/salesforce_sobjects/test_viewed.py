"""LastViewedDate and LastReferencedDate are those of whoever asks (sobjects 2.5, P-18)."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewInteraction, record
from apps.facades.salesforce_sobjects.soql import Query
from apps.objects import registry, viewing
from tests.builders import make_user

pytestmark = pytest.mark.usefixtures("in_scope")
T0 = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
FIELDS = "LastViewedDate, LastReferencedDate"


def made(by: User) -> EngagementInteraction:
    return record(NewInteraction({"start_date_time": T0, "communication_channel": "Voice Call"}), by=by)


def ask(text: str, by: User) -> list[dict[str, object]]:
    return [{name: record[name] for name in list(record)[1:]} for record in Query(text, by=by).page().records]


def test_each_user_has_dates_of_their_own():
    anna, ben = make_user("admin"), make_user("admin")
    first, second = made(anna), made(anna)
    sobject = registry.of(first)
    viewing.note(anna, sobject, [first.pk], viewed=True, at=T0)
    viewing.note(anna, sobject, [second.pk], viewed=False, at=T0)
    shown = "2026-03-04T10:20:30.000+0000"
    query = f"SELECT {FIELDS} FROM EngagementInteraction"
    assert ask(f"{query} ORDER BY Name", anna) == [
        {"LastViewedDate": shown, "LastReferencedDate": shown},
        {"LastViewedDate": None, "LastReferencedDate": shown},
    ]
    assert ask(query, ben) == [{"LastViewedDate": None, "LastReferencedDate": None}] * 2
    assert ask("SELECT Id FROM EngagementInteraction WHERE LastViewedDate != null", anna) == [{"Id": first.public_id}]
    assert ask("SELECT Id FROM EngagementInteraction ORDER BY LastViewedDate DESC NULLS LAST LIMIT 1", anna) == [
        {"Id": first.public_id}
    ]


def test_retrieving_shows_the_dates_and_leaves_them_alone():
    anna = make_user("admin")
    one = made(anna)
    client = Client(headers={"authorization": f"Bearer {issue_token(anna)}"})
    for _ in range(2):
        answer = client.get(f"/services/data/v59.0/sobjects/EngagementInteraction/{one.public_id}").json()
        assert answer["LastViewedDate"] is None
    viewing.note(anna, registry.of(one), [one.pk], viewed=True, at=T0)
    answer = client.get(f"/services/data/v59.0/sobjects/EngagementInteraction/{one.public_id}").json()
    assert answer["LastViewedDate"] == "2026-03-04T10:20:30.000+0000"


def test_opening_the_page_of_an_interaction_counts():
    anna = make_user("admin")
    one = made(anna)
    client = Client()
    client.force_login(anna)
    assert client.get(f"/admin/engagements/engagementinteraction/{one.pk}/change/").status_code == 200
    assert viewing.recent(anna, 5) == [("EngagementInteraction", one.pk)]
    assert ask("SELECT LastViewedDate FROM EngagementInteraction", anna)[0]["LastViewedDate"]
