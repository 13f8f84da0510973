"""Sessions, states and directions (cxengage 12.5)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.agents.models import AgentSession, NotReadyReason
from apps.common import clock
from apps.facades.cxengage.operating.standing import reason_id
from tests.builders import make_agent, make_live, make_queue, make_user
from tests.facades.cxengage.toolbar import Toolbar

pytestmark = pytest.mark.django_db


def test_an_agent_comes_takes_a_break_and_goes(in_scope: Any) -> None:
    anna, boris = make_agent("anna"), make_agent("boris")
    queue = make_queue("Support", [anna])
    lunch = NotReadyReason.objects.create(name="Lunch", operation_name="Lunch")
    first, second = Toolbar(anna), Toolbar(boris)
    boss = Toolbar(make_user("supervisor"))
    me = f"presence/{first.id}"

    assert first.get(me).json()["result"]["state"] == "offline"
    started = first.post(f"{me}/session").json()["result"]
    session = first.session = started["sessionId"]
    assert (started["state"], started["direction"], started["availableStates"][0]) == ("not-ready", "inbound", "ready")
    assert first.post(f"{me}/session").json()["result"]["sessionId"] == session
    assert 0 < first.post(f"{me}/heartbeat", sessionId=session).json()["result"]["heartbeatDelay"] < 60

    def state(**values: Any) -> Any:
        return first.post(me, **{"sessionId": session, **values})

    assert state(state="notready", reasonId=str(reason_id(lunch))).json()["result"]["reason"] == "Lunch"
    assert state(state="ready").json()["result"]["agentState"] == "idle"
    malformed: list[dict[str, Any]] = [
        *({}, {"state": "away"}, {"state": 7}, {"state": "ready", "sessionId": "x"}),
        *({"state": "ready", "sessionId": None}, {"state": "notready", "reasonId": str(uuid4())}),
        {"state": "offline", "forceLogout": "yes"},
    ]
    codes = {400: malformed, 404: [{"state": "ready", "sessionId": str(uuid4())}]}
    for code, bodies in codes.items():
        for body in bodies:
            assert state(**body).status_code == code, body
    assert second.post(me, sessionId=session, state="ready").json()["error"]["expectedPermissions"] == [
        "MANAGE_ALL_USER_STATE"
    ]
    assert first.post(f"presence/{uuid4()}", state="ready").status_code == 404
    assert second.post(f"{me}/heartbeat", sessionId=session).status_code == 403

    # outwards, nothing comes in
    outwards = first.post(f"{me}/direction", sessionId=session, direction="outbound", initiatorId=first.id)
    assert outwards.json()["result"]["direction"] == "outbound"
    call = make_live(queue)
    assert first.words(call) == []
    first.post(f"{me}/direction", sessionId=session, direction="inbound")
    assert first.words(call) == ["work-offer"]
    first.does(call, "offer-accept")

    # a supervisor steps in; nobody goes with work in hand, unless it is taken away
    assert boss.post(me, state="notready").status_code == 200
    told = [each for each in first.heard() if each["type"].startswith("resource-")]
    assert {each["type"] for each in told} == {"resource-state-change", "resource-direction-change"}
    assert (told[-1]["state"], told[-1]["supervisorName"]) == ("not-ready", boss.user.name)
    assert "offline" not in told[-1]["availableStates"]
    assert state(state="offline").status_code == 409
    assert boss.post(me, state="offline", forceLogout=True).json()["result"]["state"] == "offline"
    call.refresh_from_db()
    assert call.stage == "queued"
    assert first.post(f"{me}/heartbeat", sessionId=session).status_code == 410
    assert first.start().status_code == 409


def test_a_session_dies_without_heartbeats(in_scope: Any) -> None:
    first = Toolbar(make_agent("anna")).comes()
    AgentSession.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert first.get("interactions").status_code == 403  # asking anything else does not bring it back
    assert first.post(f"presence/{first.id}/heartbeat", sessionId=first.session).status_code == 410


def test_who_only_listens_needs_no_work(in_scope: Any) -> None:
    boss = Toolbar(make_user("supervisor"))
    me = f"presence/{boss.id}"
    assert boss.post(f"{me}/session").status_code == 404
    session = boss.post(f"{me}/session", silentMonitoring=True).json()["result"]["sessionId"]
    assert boss.post(f"{me}/heartbeat", sessionId=session).status_code == 200
    assert boss.post(f"{me}/heartbeat", sessionId=str(uuid4())).status_code == 404
