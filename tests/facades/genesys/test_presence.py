"""How an agent becomes eligible for work (genesys 13)."""

import pytest

from apps.agents.models import Agent, AgentSession, NotReadyReason
from apps.queues.models import Queue
from apps.tenants.scope import scope
from tests.builders import make_live, make_tenant, make_user
from tests.desktop import Desktop


@pytest.fixture
def new(alice: Agent, queue: Queue) -> Desktop:
    """Alice's desktop before anything."""
    return Desktop(alice.user)


def channel_states(desk: Desktop) -> dict[str, str]:
    return {each["channel"]: each["userState"]["state"] for each in desk.get("me/channels")["channels"]}


def test_the_whole_way_to_the_first_item(new: Desktop, queue: Queue) -> None:
    waiting = make_live(queue, channel="work_item").genesys_id
    me = new.get("me?subresources=features,devices,channels,settings")["user"]
    assert (me["userName"], me["roles"]) == ("alice", ["agent"])
    assert {feature["id"] for feature in me["features"]} == {"api-multimedia", "api-voice"}
    assert "interaction-workspace" in me["settings"]
    assert set(channel_states(new).values()) == {"LoggedOut"}
    new.start("workitem", "chat")
    assert channel_states(new) == {"chat": "NotReady", "workitem": "NotReady"}
    assert new.get("me/workitems?fields=*")["workitems"] == []
    new.expect("POST", "me/channels/workitem", operationName="Ready")
    assert channel_states(new) == {"chat": "NotReady", "workitem": "Ready"}
    assert new.item()["id"] == waiting


def test_who_is_not_ready_is_never_invited(new: Desktop, queue: Queue) -> None:
    new.start("workitem").expect("POST", "me", operationName="NotReady")
    make_live(queue, channel="work_item")
    assert new.get("me/interactions")["uris"] == []
    assert new.told() == []
    new.expect("POST", "me", operationName="Ready")
    assert new.item()["state"] == "Invited"


def test_states_of_the_tenants_own(new: Desktop) -> None:
    NotReadyReason.objects.create(name="Out to lunch", operation_name="OutToLunch", work_mode="aux")
    assert new.get("settings/agent-states")["settings"] == [
        {"operationName": "Ready", "displayName": "Ready", "state": "Ready"},
        {"operationName": "NotReady", "displayName": "Not ready", "state": "NotReady"},
        {
            "operationName": "OutToLunch",
            "displayName": "Out to lunch",
            "state": "NotReady",
            "reason": "Out to lunch",
        },
    ]
    new.start("email").expect("POST", "me/channels/email", operationName="OutToLunch")
    state = {
        "id": "st-out-to-lunch",
        "displayName": "Out to lunch",
        "state": "NotReady",
        "reason": "Out to lunch",
        "workMode": "AuxWork",
    }
    channels = [{"channel": "email", "dndState": "Off", "userState": state}]
    assert new.get("me/channels")["channels"] == channels
    message = new.told("/v2/me/channels")[-1]
    assert message == {"messageType": "ChannelStateChangeMessageV2", "channels": channels}


def test_one_desktop_at_a_time(desk: Desktop) -> None:
    status, answer = desk.post("me", operationName="StartContactCenterSession", channels=["chat"])
    assert (status, answer["statusCode"]) == (409, 19)


def test_some_channels_start_and_some_do_not(new: Desktop) -> None:
    status, answer = new.post("me", operationName="StartContactCenterSession", channels=["chat", "fax"])
    assert (status, answer["statusCode"]) == (200, 7)
    assert [each["statusCode"] for each in answer["channels"]] == [0, 10]
    assert channel_states(new) == {"chat": "NotReady"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"operationName": "StartContactCenterSession"}, 1),
        ({"operationName": "StartContactCenterSession", "channels": "voice"}, 10),
        ({"operationName": "StartContactCenterSession", "channels": []}, 10),
        ({"operationName": "StartContactCenterSession", "channels": ["fax"]}, 10),
        ({"operationName": "StartContactCenterSession", "channels": [["voice"]]}, 10),
        ({"operationName": "Nonsense"}, 10),
        ({"operationName": "a\x00"}, 10),
        ({"operationName": 7}, 10),
        ({}, 1),
        ({"operationName": "Ready"}, 2),  # no session yet
        ({"operationName": "EndContactCenterSession"}, 2),
    ],
)
def test_refusals_start_nothing(new: Desktop, body: dict[str, object], code: int) -> None:
    response = new.request("POST", "me", body)
    assert response.json()["statusCode"] == code
    assert set(response.json()) == {"statusCode", "statusMessage"}
    assert not AgentSession.objects.exists()


def test_the_device_at_the_place_is_the_agents_own(new: Desktop, alice: Agent) -> None:
    start = {"operationName": "StartContactCenterSession", "channels": ["voice"], "place": "desk 7"}
    assert new.post("me", **start, devicePath="/devices/another")[1]["statusCode"] == 10
    assert not AgentSession.objects.exists()
    new.expect("POST", "me", **start, devicePath=f"/devices/{alice.uuid}")


def test_channels_outside_the_session(new: Desktop) -> None:
    new.start("chat")
    assert new.post("me/channels/email", operationName="Ready")[0] == 404
    assert new.post("me/channels/fax", operationName="Ready")[1]["statusCode"] == 6


def test_ending_while_working_is_refused(desk: Desktop, queue: Queue) -> None:
    public_id = make_live(queue, channel="chat").genesys_id
    desk.operate(public_id, "Accept")
    assert desk.post("me", operationName="EndContactCenterSession")[1]["statusCode"] == 2
    desk.operate(public_id, "Complete")
    desk.expect("POST", "me", operationName="EndContactCenterSession")
    logged_out = desk.told("/v2/me/channels")[-1]["channels"]
    assert {each["userState"]["state"] for each in logged_out} == {"LoggedOut"}


def test_only_agents_have_a_session(alice: Agent) -> None:
    supervisor = Desktop(make_user("supervisor"))
    assert supervisor.post("me", operationName="Ready")[1]["statusCode"] == 5
    assert supervisor.get("me?subresources=*")["user"]["roles"] == ["supervisor"]


def test_people_and_queues(new: Desktop, queue: Queue, bob: Agent) -> None:
    make_user("integration")
    people = {each["userName"] for each in new.get("users?fields=*")["users"]}
    assert people == {"alice", "bob"}
    assert new.get(f"users/{bob.user.uuid}")["user"]["firstName"] == "Bob"
    (found,) = new.get("queues?fields=*")["queues"]
    assert (found["id"], found["name"]) == (str(queue.uuid), "Support")
    assert new.get("me/queues")["uris"] == [found["uri"]]
    assert new.get(f"queues/{queue.uuid}")["queue"] == found
    assert new.request("GET", f"users/{queue.uuid}").json()["statusCode"] == 6


def test_an_agent_sees_nobody_of_another_tenant(new: Desktop) -> None:
    with scope(make_tenant("Elsewhere")):
        stranger = make_user("agent", "stranger")
    assert "stranger" not in str(new.get("users?fields=*"))
    assert new.request("GET", f"users/{stranger.uuid}").status_code == 404
