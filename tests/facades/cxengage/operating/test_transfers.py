"""Handing on, cold and warm, to agents, queues and extensions; and starting contacts."""

from typing import Any
from uuid import uuid4

import pytest

from apps.queues.models import Flow, OutboundIdentifier
from tests.builders import make_agent, make_live, make_queue, make_user
from tests.facades.cxengage.conftest import Get
from tests.facades.cxengage.toolbar import Toolbar

pytestmark = pytest.mark.django_db
OUTSIDE = {"type": "pstn", "value": "+441632960999"}


def test_work_is_handed_on_in_every_way(in_scope: Any, get: Get) -> None:
    anna, boris = make_agent("anna"), make_agent("boris")
    queue = make_queue("Support", [anna], wrap_up_s=0)
    first, second = Toolbar(anna).comes(), Toolbar(boris).comes()

    def taken() -> Any:
        call = make_live(queue)
        first.does(call, "offer-accept")
        return call

    cold = taken()
    first.does(cold, "customer-transfer", transferResourceId=second.id)  # cold, unless it says otherwise
    assert first.interrupt(cold, "transfer-cancel", transferResourceId=second.id).status_code == 409
    assert first.words(cold)[-1] == "work-ended"
    assert second.heard(cold)[0]["resource"]["isTransferResource"] is True
    second.does(cold, "resource-disconnect")
    first.does(cold, "resource-disconnect")  # it comes back to the queue, and is refused there

    warm = taken()
    keys = {"transferType": "warm-transfer", "transferResourceId": second.id}
    first.does(warm, "customer-transfer", **keys)
    first.does(warm, "customer-transfer", **keys)  # repeated
    other = {"transferType": "warm-transfer", "transferQueueId": str(queue.uuid)}
    assert first.interrupt(warm, "customer-transfer", **other).status_code == 409
    first.does(warm, "transfer-cancel", **keys)
    assert second.words(warm) == ["work-offer", "work-rejected"]
    first.does(warm, "customer-transfer", transferType="warm-transfer", transferExtension=OUTSIDE)
    assert first.interrupt(warm, "customer-transfer", **keys).status_code in (200, 409)
    first.does(warm, "transfer-cancel", transferType="warm-transfer", transferExtension=OUTSIDE)
    first.does(warm, "customer-transfer", transferExtension=OUTSIDE)
    row = get(f"interactions/{warm.uuid}").json()
    assert row["segments"][0]["segmentEndType"] == "success"
    assert [row["segments"][-1][key] for key in ("segmentExtensionType", "segmentExtensionValue")] == [
        *OUTSIDE.values()
    ]
    assert "endTimestamp" not in row  # the telephone system has the customer still


def test_contacts_are_started_once(in_scope: Any) -> None:
    anna, boris = make_agent("anna"), make_agent("boris")
    first, second = Toolbar(anna).comes(), Toolbar(boris).comes()
    shown = OutboundIdentifier.objects.create(name="Sales", value="+442071838750", channel="voice")
    key = str(uuid4())
    body: dict[str, Any] = {
        "id": key,
        "metadata": {"campaign": "spring"},
        "interaction": {"resourceId": first.id, "outboundIdentifierId": str(shown.uuid), "popUri": "https://crm/1"},
    }
    made = first.start(**body)
    assert (made.status_code, made.json()["interactionId"], made.json()["direction"]) == (201, key, "agent-initiated")
    assert made.json()["contactPoint"] == made.json()["outboundIdentifier"]["outboundIdentifierValue"]
    again = first.start(**body)
    assert (again.status_code, again.json()["interactionId"]) == (200, key)
    assert second.start(id=key).status_code == 409
    assert first.words()[-5:] == ["work-initiated", "screen-pop", "work-accepted", "disposition-codes", "wrapup"]
    assert first.start().status_code == 409  # one call at a time
    first.does(key, "work-cancel")
    assert first.interrupt(key, "work-cancel").status_code == 410
    plain = first.start()
    assert plain.json()["contactPoint"] == "click to call"

    text = first.start(channelType="sms", interaction={"resourceId": first.id, "message": "Your engineer is near."})
    first.does(text.json()["id"], "send-sms", message="Still near.")
    assert first.get(f"interactions/{text.json()['id']}/artifacts").json()["results"][0]["artifactType"] == (
        "messaging-transcript"
    )

    refused: dict[str, Any] = {
        "no id": {"id": None},
        "no uuid": {"id": "7"},
        "channel": {"channelType": "fax"},
        "customer": {"customer": ""},
        "number": {"customer": 7},
        "flow": {"flowId": str(uuid4())},
        "identifier": {"interaction": {"outboundIdentifierId": str(uuid4())}},
        "metadata": {"metadata": "x"},
        "body": {"interaction": []},
    }
    for name, values in refused.items():
        assert first.start(**values).status_code == 400, name
    assert first.start(interaction={"resourceId": second.id}).status_code == 403
    assert first.start(direction="inbound").status_code == 403


def test_contacts_come_in_by_their_flow(in_scope: Any) -> None:
    anna = make_agent("anna")
    first = Toolbar(anna).comes()
    queue = make_queue("Support", [anna])
    flow = Flow.objects.create(name="Chats", developer_name="Chats", queue=queue)
    service = Toolbar(make_user("integration"))
    came = service.start(
        channelType="messaging",
        direction="inbound",
        source="smooch",
        flowId=str(flow.uuid),
        interaction={"message": "Hello?", "customerMetadata": {"name": "Ada"}},
    )
    assert (came.status_code, came.json()["flowName"]) == (201, "Chats")
    assert first.heard()[-1]["type"] == "send-message" or "work-offer" in first.words()
    first.does(came.json()["id"], "offer-accept")
    assert came.json()["direction"] == "inbound"
