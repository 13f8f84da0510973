"""Whatever arrives at the resources for several records: a documented answer, and nothing half written."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.engagements.models import EngagementInteraction
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.facades.salesforce_sobjects.records.client import CONTACT, Api, errors

BASE = "/services/data/v59.0"
COMPOSITE = f"{BASE}/composite"
NESTED = f"{BASE}/sobjects/EngagementInteraction/@{{a.id}}"
ODD_TEXTS = ["", "\x00", "x" * 300, "@{a}", "@{a.id}", "ü\U0001f600", "9eI00000000zzzz", "2025-13-01T00:00:00Z", "%00"]

odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(ODD_TEXTS)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
records = st.fixed_dictionaries(
    {},
    optional={
        "attributes": odd | st.fixed_dictionaries({"type": odd | st.just("EngagementInteraction"), "referenceId": odd}),
        "id": odd,
        "ExternalIdentifier": odd,
        "StartDateTime": odd | st.just(CONTACT["StartDateTime"]),
        "CommunicationChannel": odd | st.just("Voice Call"),
        "Owner": odd,
        "OwnerId": odd,
        "EngagementTopics": odd | st.just({"records": [{}]}),
    },
)
steps = st.fixed_dictionaries(
    {},
    optional={
        "method": odd | st.sampled_from(["GET", "POST", "PATCH", "DELETE", "PUT"]),
        "url": odd
        | st.sampled_from(
            [f"{COMPOSITE}/sobjects", f"{BASE}/sobjects/EngagementInteraction/@{{a.id}}", "v59.0/limits"]
        ),
        "referenceId": odd | st.sampled_from("abc"),
        "body": odd | records,
        "richInput": odd | records,
        "httpHeaders": odd | st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=1),
    },
)
bodies = odd | st.fixed_dictionaries(
    {"allOrNone": odd | st.booleans()},
    optional={
        "records": odd | st.lists(records, max_size=3),
        "compositeRequest": odd | st.lists(steps, max_size=3),
        "batchRequests": odd | st.lists(steps, max_size=3),
        "ids": odd,
        "fields": odd,
    },
)
places = st.sampled_from(
    [
        ("POST", COMPOSITE),
        ("POST", f"{COMPOSITE}/batch"),
        ("POST", f"{COMPOSITE}/tree/EngagementInteraction"),
        ("POST", f"{COMPOSITE}/sobjects"),
        ("PATCH", f"{COMPOSITE}/sobjects"),
        ("PATCH", f"{COMPOSITE}/sobjects/EngagementInteraction/ExternalIdentifier"),
        ("PATCH", f"{COMPOSITE}/sobjects/EngagementInteraction/Id"),
        ("POST", f"{COMPOSITE}/sobjects/EngagementInteraction"),
    ]
)


def statuses(answer: Any) -> set[int]:
    """Of the answer and of the answers in it."""
    body = answer.json()
    inner = body.get("compositeResponse", body.get("results", [])) if isinstance(body, dict) else []
    return {answer.status_code, *(each.get("httpStatusCode", each.get("statusCode", 200)) for each in inner)}


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=places, body=bodies)
def test_never_a_fault(api: Api, place: tuple[str, str], body: Any) -> None:
    found = statuses(api.send(*place, body))
    assert all(status < 500 for status in found), (found, body)


@pytest.mark.parametrize("depth", [30, 300, 3_000, 100_000])
@pytest.mark.parametrize("name", ["records", "compositeRequest", "batchRequests"])
def test_deep_bodies(api: Api, depth: int, name: str) -> None:
    item = {
        "attributes": {"type": "EngagementInteraction", "referenceId": "a"},
        "method": "POST",
        "url": "v59.0/sobjects/EngagementInteraction"
        if name == "batchRequests"
        else f"{BASE}/sobjects/EngagementInteraction",
        "referenceId": "a",
        "Reason": "DEEP",
        "body": {"Reason": "DEEP"},
        "richInput": {"Reason": "DEEP"},
    }
    text = json.dumps({name: [item]}).replace('"DEEP"', '{"a":' * depth + "1" + "}" * depth).encode()
    for path in ("", "/batch", "/sobjects", "/tree/EngagementInteraction"):
        assert all(status < 500 for status in statuses(api.send("POST", COMPOSITE + path, text)))


def test_long_bodies(api: Api, tenant: Tenant) -> None:
    record = {"attributes": {"type": "EngagementInteraction", "referenceId": "a"}, **CONTACT}
    long, too_long = {**record, "Reason": "x" * 2_000_000}, {**record, "Reason": "x" * 10_000_000}
    results = api.post(f"{COMPOSITE}/sobjects", {"records": [long]}).json()
    assert results[0]["errors"][0]["statusCode"] == "STRING_TOO_LONG"
    assert len(results[0]["errors"][0]["message"]) < 5_000
    for path in ("", "/batch", "/sobjects", "/tree/EngagementInteraction"):
        assert errors(api.post(COMPOSITE + path, {"records": [too_long]})) == (413, ["REQUEST_TOO_LONG"])
    with scope(tenant):
        assert not EngagementInteraction.objects.exists()
