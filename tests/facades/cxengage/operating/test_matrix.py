"""Who may do what, when: the codes of X-66, one interaction in each condition, and bad input in between."""

from typing import Any
from uuid import uuid4

import pytest

from apps.queues import operations
from apps.queues.models import WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_user
from tests.facades.cxengage.toolbar import Toolbar

pytestmark = pytest.mark.django_db
NOBODY = "8e2f5b54-0a5a-4d7e-9a3b-6f6c2f2f7a11"


def test_interrupts_are_answered_by_what_the_interaction_and_the_caller_are(in_scope: Any) -> None:
    anna, boris = make_agent("anna"), make_agent("boris")
    queue = make_queue("Support", [anna], wrap_up_s=0)
    first, second = Toolbar(anna).comes(), Toolbar(boris).comes()
    waiting = make_live(make_queue("Nobody's"))
    offered = make_live(queue)
    supervisor, unknown = Toolbar(make_user("supervisor")), str(uuid4())

    cases: list[tuple[Any, Toolbar, Any, str, dict[str, Any]]] = [
        # not part of it
        (403, second, offered, "offer-accept", {}),
        (403, second, waiting, "customer-hold", {}),
        (403, first, offered, "offer-accept", {"resourceId": second.id}),  # in somebody else's name
        (403, supervisor, offered, "remove-resource", {"targetResource": first.id}),
        (403, first, offered, "silent-monitoring", {"activeExtension": {"type": "pstn", "value": "1"}}),
        # unknown
        (404, first, unknown, "offer-accept", {}),
        (404, first, "no-uuid", "offer-accept", {}),
        # body wrong
        (400, first, offered, "offer-acept", {}),
        (400, first, offered, "offer-accept", {"resourceId": 7}),
        (400, first, offered, "offer-accept", {"resourceId": "abc"}),
        (400, first, offered, "offer-accept", {"resourceId": None}),
        (400, first, offered, "offer-accept", {"resourceId": first.id, "more": "\x00"}),
        # not now: it is offered, not accepted
        (409, first, offered, "customer-hold", {}),
        (409, first, offered, "wrapup-end", {}),
        (409, first, offered, "wrapup-off", {}),
        (409, first, offered, "work-cancel", {}),
        (409, first, offered, "interaction-hook-add", {"hookType": "a", "hookSubType": "b", "hookId": "c"}),
        (409, first, offered, "customer-transfer", {"transferQueueId": str(queue.uuid)}),
        (200, first, offered, "interaction-focused", {}),
        (200, first, offered, "offer-accept", {}),
        (200, first, offered, "offer-accept", {}),
        # working
        (409, first, offered, "send-sms", {"message": "hello"}),
        (409, first, offered, "send-email", {"artifactId": NOBODY}),
        (200, first, offered, "recording-stop", {}),
        (200, first, offered, "recording-start", {}),
        (200, first, offered, "mute-resource", {"targetResource": first.id}),
        (200, first, offered, "unmute-resource", {}),
        (404, first, offered, "mute-resource", {"targetResource": NOBODY}),
        (200, first, offered, "customer-hold", {}),
        (200, first, offered, "resume-all", {}),
        (409, first, offered, "disposition-select", {"disposition": {"name": "Unheard of", "selected": True}}),
        (400, first, offered, "disposition-select", {"disposition": "Solved"}),
        (200, first, offered, "disposition-select", {}),
        (400, first, offered, "interaction-hook-add", {"hookType": "zendesk"}),
        (400, first, offered, "interaction-hook-add", {"hookType": "z" * 81, "hookSubType": "b", "hookId": "c"}),
        (404, first, offered, "interaction-hook-drop", {"hookType": "a", "hookSubType": "b", "hookId": "c"}),
        (404, first, offered, "interaction-contact-selected", {"contactId": NOBODY}),
        (400, first, offered, "interaction-contact-selected", {}),
        (400, first, offered, "customer-transfer", {}),
        (400, first, offered, "customer-transfer", {"transferType": "hot", "transferQueueId": str(queue.uuid)}),
        (400, first, offered, "customer-transfer", {"transferQueueId": NOBODY, "transferResourceId": NOBODY}),
        (400, first, offered, "customer-transfer", {"transferExtension": {"type": "fax", "value": "1"}}),
        (404, first, offered, "customer-transfer", {"transferQueueId": NOBODY}),
        (404, first, offered, "customer-transfer", {"transferResourceId": NOBODY}),
        (409, first, offered, "customer-transfer", {"transferResourceId": first.id}),
        (409, first, offered, "transfer-cancel", {"transferType": "warm-transfer"}),
        (409, first, offered, "transfer-cancel", {"transferType": "cold-transfer"}),
        (409, first, offered, "work-cancel", {}),
        (404, first, offered, "remove-resource", {"targetResource": NOBODY}),
        (404, first, offered, "remove-resource", {"targetResource": second.id}),
        (200, supervisor, offered, "silent-monitoring", {"activeExtension": {"type": "pstn", "value": "1"}}),
        (200, supervisor, offered, "remove-resource", {"targetResource": supervisor.id}),
        (200, first, offered, "wrapup-on", {}),
        (200, first, offered, "remove-resource", {"targetResource": first.id}),
        # wrapping up: the queue asks for none, the agent for some
        (409, first, offered, "customer-hold", {}),
        (200, first, offered, "remove-resource", {"targetResource": first.id}),  # repeated
        (200, first, offered, "wrapup-end", {}),
        (410, first, offered, "wrapup-end", {}),
        (410, first, offered, "customer-resume", {}),
    ]
    for expected, who, on, kind, keys in cases:
        answer = who.interrupt(on, kind, **keys)
        assert answer.status_code == expected, (kind, keys, answer.content)
        body = answer.json()
        if expected == 200:
            assert body["result"]["timestamp"].endswith("Z")
            continue
        assert set(body) == {"error"}
        assert isinstance(body["error"]["message"], str)
        assert ("expectedPermissions" in body["error"]) == (expected == 403)
    (monitor,) = supervisor.get(f"interactions/{offered.uuid}").json()["monitors"]
    assert (monitor["agentId"], monitor["endTimestamp"] >= monitor["startTimestamp"]) == (supervisor.id, True)
    gone = first.interrupt(offered, "silent-monitoring").json()["error"]
    assert gone["message"] == "The interaction has ended."


def test_an_offer_that_ran_out_cannot_be_taken(in_scope: Any) -> None:
    anna = make_agent("anna")
    first = Toolbar(anna).comes()
    call = make_live(make_queue("Support", [anna]))
    WorkOffer.objects.update(deadline_at=WorkOffer.objects.get().offered_at)
    assert first.interrupt(call, "offer-accept").status_code == 409  # though nobody has noticed yet
    operations.time_out(WorkOffer.objects.get(interaction=call), at=None)
    first.post(f"presence/{first.id}", sessionId=first.session, state="notready")
    assert first.interrupt(call, "offer-accept").status_code == 409
    assert first.interrupt(call, "remove-resource", targetResource=first.id).status_code == 409
    assert first.words(call)[:2] == ["work-offer", "work-rejected"]


def test_bodies_that_are_none_and_tenants_that_are_others(in_scope: Any, other_tenant: Tenant) -> None:
    anna = make_agent("anna")
    first = Toolbar(anna).comes()
    call = make_live(make_queue("Support", [anna]))
    with scope(other_tenant):
        stranger = make_live(channel="work_item", by=make_user("integration"))
    path = f"interactions/{call.uuid}/interrupts"
    for body in ([], "text", 7, None, {"interruptType": 7}, {"interruptType": "offer-accept", "interrupt": []}):
        assert first.call("POST", path, body).status_code == 400, body
    for content in (b"{", b"\xff", b"[" * 100_000):
        assert first.call("POST", path, content).status_code == 400
    assert first.interrupt(stranger, "offer-accept").status_code == 404
    first.tenant_id = str(other_tenant.uuid)
    assert first.interrupt(stranger, "offer-accept").status_code == 403
    first.tenant_id = NOBODY
    assert first.interrupt(call, "offer-accept").status_code == 403
    first.tenant_id = "x"
    assert first.interrupt(call, "offer-accept").status_code == 404
