"""RealtimeAlertEvent: posted, told as an event, and never read again (voice 10)."""

import pytest

from apps.events.models import Event
from apps.facades.genesys.topics import Topics
from apps.tenants.scope import scope
from tests.facades.salesforce_sobjects.records.client import errors

NAME = "RealtimeAlertEvent"
ALERT = {
    "Name": "Caller upset",
    "Description": "Three raised voices in a minute",
    "Source": "Voice analytics",
    "Severity": "High",
    "Payload": '{"call": "leg-1"}',
    "EventDateTime": "2025-09-08T08:15:00.000Z",
}


def told(tenant):
    with scope(tenant):
        return list(Event.objects.filter(name="alert.raised"))


def test_posted_it_is_told(api, admin, tenant):
    answer = api.post(NAME.upper(), ALERT)
    assert (answer.status_code, "Location" in answer) == (201, False)
    assert answer.json() == {"id": answer.json()["id"], "success": True, "errors": []}
    (event,) = told(tenant)
    assert (event.actor_id, event.interaction_id, event.audience) == (admin.pk, None, [])
    assert event.data == {
        "alert": {
            "id": answer.json()["id"],
            "name": "Caller upset",
            "description": "Three raised voices in a minute",
            "source": "Voice analytics",
            "severity": "High",
            "payload": '{"call": "leg-1"}',
            "event_at": "2025-09-08T08:15:00+00:00",
        }
    }
    assert api.create(NAME, ALERT) != answer.json()["id"]


def test_without_a_time_it_is_now(api, tenant):
    api.create(NAME, {"Name": "Queue full"})
    (event,) = told(tenant)
    assert event.data["alert"]["event_at"] == event.at.isoformat()
    assert event.data["alert"]["severity"] is None


def test_who_listens_for_interactions_hears_nothing_of_it(api, admin, tenant):
    api.create(NAME, ALERT)
    (event,) = told(tenant)
    assert list(Topics().messages(event, admin, base_url="https://desk.example")) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Name": "x" * 256}, "STRING_TOO_LONG"),
        ({"Name": ["x"]}, "JSON_PARSER_ERROR"),
        ({"Payload": "a\0b"}, "JSON_PARSER_ERROR"),
        ({"Payload": {"call": "leg-1"}}, "JSON_PARSER_ERROR"),
        ({"EventDateTime": "soon"}, "JSON_PARSER_ERROR"),
        ({"Colour": "red"}, "INVALID_FIELD"),
    ],
)
def test_what_is_refused_is_not_told(api, tenant, changes, code):
    assert errors(api.post(NAME, {**ALERT, **changes})) == (400, [code])
    assert told(tenant) == []


def test_it_is_posted_and_nothing_else(api, agent_api, tenant):
    made = api.create(NAME, ALERT)
    for answer in (api.get(f"{NAME}/{made}"), api.patch(f"{NAME}/{made}", ALERT), api.delete(f"{NAME}/{made}")):
        assert errors(answer) == (405, ["METHOD_NOT_ALLOWED"])
    assert errors(api.get(f"/services/data/v59.0/query?q=SELECT+Name+FROM+{NAME}")) == (400, ["INVALID_TYPE"])
    described = api.read(f"{NAME}/describe")
    assert (described["createable"], described["queryable"], described["retrieveable"]) == (True, False, False)
    assert errors(agent_api.post(NAME, ALERT)) == (403, ["INSUFFICIENT_ACCESS_OR_READONLY"])
    assert len(told(tenant)) == 1
