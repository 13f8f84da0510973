"""Workbins: who sees which, what is put in and taken out, and who is told (genesys 10)."""

from typing import Any

import pytest

from apps.agents.models import Agent, Team
from apps.queues.models import Queue, Workbin
from tests.builders import make_live, make_user
from tests.desktop import BASE_URL, Desktop

OK = {"status": "ok"}


@pytest.fixture
def parked(desk: Desktop, queue: Queue) -> str:
    """A chat that Alice has put into her first workbin."""
    public_id = make_live(queue, channel="chat").genesys_id
    desk.operate(public_id, "Accept")
    assert desk.operate(public_id, "PlaceInWorkbin", workbin="In progress") == (200, OK)
    return public_id


def workbin_of(desk: Desktop, name: str = "In progress") -> Any:
    return next(each for each in desk.get("me/workbins?fields=*")["workbins"] if each["workbinName"] == name)


def test_every_agent_has_workbins(desk: Desktop) -> None:
    Workbin.objects.create(name="Papers", kind="place")
    team = Team.objects.create(name="Motor")
    Workbin.objects.create(name="Motor", kind="group", team=team)
    mine = desk.get("me/workbins?fields=*")["workbins"]
    assert [(each["workbinName"], each["type"]) for each in mine] == [
        ("Drafts", "Agent"),
        ("In progress", "Agent"),
        ("Papers", "Place"),
    ]
    assert set(mine[0]) == {"id", "uri", "path", "workbinName", "displayName", "type", "ownerUri"}
    assert len(desk.get("workbins")["uris"]) == 3
    supervisor = Desktop(make_user("supervisor"))
    assert len(supervisor.get("workbins?fields=*")["workbins"]) == 6
    assert [each["type"] for each in supervisor.get("workbins?agentGroup=motor&fields=*")["workbins"]] == ["AgentGroup"]


def test_who_was_here_before_there_were_workbins_gets_them_by_signing_in(desk: Desktop) -> None:
    desk.expect("POST", "me", operationName="EndContactCenterSession")
    Workbin.objects.all().delete()
    desk.start("chat")
    assert [each["workbinName"] for each in desk.get("me/workbins?fields=*")["workbins"]] == ["Drafts", "In progress"]


def test_what_is_put_in_lies_there_without_capabilities(desk: Desktop, parked: str) -> None:
    assert list(dict.fromkeys(desk.states())) == ["Invited", "Chatting", "InWorkbin"]
    public_id = workbin_of(desk)["id"]
    for query, keys in (("*", {"chats", "emails", "workitems", "smssessions", "openmedia"}), ("chat", {"chats"})):
        held = desk.get(f"me/workbins/{public_id}?subresources={query}")["workbin"]
        assert keys <= set(held)
        (chat,) = held["chats"]
        assert (chat["id"], chat["state"], chat["capabilities"]) == (parked, "InWorkbin", [])
    assert desk.get(f"workbins/{public_id}/chats?fields=id")["chats"] == [{"id": parked}]
    assert desk.get(f"workbins/{public_id}/emails?fields=*")["emails"] == []
    assert desk.get("me/interactions")["uris"] == []


def test_its_owner_is_told_without_asking(desk: Desktop, second: Desktop, parked: str) -> None:
    (told,) = desk.told("/v2/me/workbins")
    assert (told["messageType"], told["action"]) == ("WorkbinStateChangeMessage", "ItemAdded")
    assert told["id"] == workbin_of(desk)["id"]
    assert told["chatStateResourceV2"]["id"] == parked
    assert second.told("/v2/me/workbins") == []


def test_pulling_makes_the_caller_the_owner(desk: Desktop, parked: str) -> None:
    path = f"me/workbins/{workbin_of(desk)['id']}"
    status, answer = desk.post(path, operationName="PullChat", id=parked, nickname="Al")
    assert (status, set(answer)) == (200, {"statusCode", "referenceId"})
    item = desk.item()
    assert (item["state"], item["ownerUri"]) == ("Chatting", f"{BASE_URL}/api/v2/users/{desk.user.uuid}")
    assert desk.told("/v2/me/workbins")[-1]["action"] == "ItemRemoved"
    assert answer["referenceId"] in [told.get("referenceId") for told in desk.told()]
    assert desk.post(path, operationName="PullChat", id=parked)[1]["statusCode"] == 6
    assert desk.post(path, operationName="AddInteraction", id=parked)[0] == 200
    assert desk.states()[-1] == "InWorkbin"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"operationName": "PullEmail"}, 1),
        ({"operationName": "PullEmail", "id": 5}, 10),
        ({"operationName": "PullInteraction", "id": "nonsense"}, 6),
        ({"operationName": "PullNothing", "id": "x"}, 10),
        ({"operationName": "Add", "id": "x"}, 10),
        ({"operationName": "AddChat", "id": "\x00"}, 6),
        ({"operationName": "AddChat", "id": "x", "saveLAR": 7}, 10),
        ({}, 1),
    ],
)
def test_refusals(desk: Desktop, parked: str, body: Any, code: int) -> None:
    answer = desk.post(f"me/workbins/{workbin_of(desk)['id']}", **body)[1]
    assert answer["statusCode"] == code
    assert set(answer) == {"statusCode", "statusMessage"}


def test_the_medium_is_part_of_the_request(desk: Desktop, parked: str) -> None:
    path = f"me/workbins/{workbin_of(desk)['id']}"
    assert desk.post(path, operationName="PullEmail", id=parked)[1]["statusCode"] == 6


def test_the_workbin_is_named_in_several_ways(desk: Desktop, queue: Queue, alice: Agent) -> None:
    team = Team.objects.create(name="Motor")
    alice.team = team
    alice.save()
    Workbin.objects.create(name="Shared", kind="group", team=team)
    drafts = workbin_of(desk, "Drafts")["id"]
    for ref in (drafts, "drafts", {"id": drafts}, {"name": "Drafts"}, {"name": "Shared", "agentGroup": "Motor"}):
        public_id = make_live(queue, channel="work_item").genesys_id
        desk.operate(public_id, "Accept")
        assert desk.operate(public_id, "PlaceInWorkbin", workbin=ref) == (200, OK)
    assert len(desk.get(f"workbins/{drafts}/workitems")["uris"]) == 4
    assert desk.told("/v2/me/workbins")[-1]["id"] == drafts


@pytest.mark.parametrize(
    ("ref", "status"), [(None, 400), (5, 400), ({}, 400), ({"name": 5}, 400), ("Nowhere", 404), ("\x00", 404)]
)
def test_workbins_that_are_none(desk: Desktop, queue: Queue, ref: Any, status: int) -> None:
    public_id = make_live(queue, channel="work_item").genesys_id
    desk.operate(public_id, "Accept")
    for operation in ("PlaceInWorkbin", "GetWorkbinContent"):
        got, answer = desk.operate(public_id, operation, workbin=ref)
        assert (got, answer["status"]) == (status, "error")


def test_somebody_elses_is_forbidden(desk: Desktop, second: Desktop, parked: str) -> None:
    theirs = workbin_of(desk)["id"]
    assert second.request("GET", f"workbins/{theirs}").json()["statusCode"] == 5
    assert second.post(f"workbins/{theirs}", operationName="PullChat", id=parked)[1]["statusCode"] == 5
    assert second.request("GET", f"users/{desk.user.uuid}/workbins").json()["statusCode"] == 5


def test_the_content_comes_over_cometd(desk: Desktop, queue: Queue, parked: str) -> None:
    public_id = make_live(queue, channel="work_item").genesys_id
    assert desk.operate(public_id, "GetWorkbinContent", workbin="In progress") == (200, OK)
    told = desk.told()[-1]
    assert (told["messageType"], told["notificationType"]) == ("WorkbinContentMessage", "WorkbinContent")
    assert told["workbin"] == workbin_of(desk)["id"]
    assert [(each["id"], each["state"], each["capabilities"]) for each in told["interactions"]] == [
        (parked, "InWorkbin", [])
    ]


def test_watching_a_shared_workbin(desk: Desktop, second: Desktop, queue: Queue) -> None:
    place = Workbin.objects.create(name="Papers", kind="place")
    status, answer = second.post(f"me/workbins/{place.uuid}", operationName="Subscribe")
    assert status == 200
    (told,) = second.told("/v2/me/workbins")
    assert told == {
        "messageType": "WorkbinSubscriptionStateChangeMessage",
        "id": str(place.uuid),
        "stateResource": "Subscribed",
        "referenceId": answer["referenceId"],
    }
    public_id = make_live(queue, channel="email").genesys_id
    desk.operate(public_id, "Accept")
    desk.operate(public_id, "PlaceInWorkbin", workbin={"name": "Papers"})
    assert second.told("/v2/me/workbins")[-1]["emailStateResourceV2"]["id"] == public_id
    assert desk.told("/v2/me/workbins") == []
    second.expect("POST", f"me/workbins/{place.uuid}", operationName="Unsubscribe")
    heard = len(second.told("/v2/me/workbins"))
    desk.expect("POST", f"workbins/{place.uuid}", operationName="PullEmail", id=public_id)
    assert len(second.told("/v2/me/workbins")) == heard


def test_watching_several(desk: Desktop) -> None:
    ids = [str(Workbin.objects.create(name=name, kind="place").uuid) for name in ("One", "Two")]
    status, answer = desk.post(f"me/workbins?workbinIds={','.join(ids)}", operationName="Subscribe")
    assert (status, list(answer["referenceIds"])) == (200, ids)
    status, answer = desk.post(f"me/workbins?workbinIds={ids[0]},nonsense", operationName="Subscribe")
    assert (status, answer["statusCode"], set(answer["referenceIds"])) == (200, 7, {ids[0], "nonsense"})
    assert desk.told("/v2/me/workbins")[-1]["stateResource"] == "RequestFailed"
    assert desk.post("me/workbins?workbinIds=nonsense", operationName="Subscribe")[1]["statusCode"] == 6
    assert desk.post("me/workbins", operationName="Subscribe")[1]["statusCode"] == 1


def test_a_supervisor_moves_an_agents_work(desk: Desktop, second: Desktop, parked: str, bob: Agent) -> None:
    supervisor = Desktop(make_user("supervisor"))
    path = f"users/{desk.user.uuid}/workbins"
    theirs = {each["workbinName"]: each["id"] for each in supervisor.get(f"{path}?fields=*")["workbins"]}
    (chat,) = supervisor.get(f"{path}/{theirs['In progress']}?subresources=chat")["workbin"]["chats"]
    assert chat["id"] == parked
    supervisor.expect("POST", f"{path}/{theirs['Drafts']}", operationName="AddChat", id=parked)
    assert [each["action"] for each in desk.told("/v2/me/workbins")[-2:]] == ["ItemRemoved", "ItemAdded"]
    bobs = supervisor.get(f"users/{bob.user.uuid}/workbins?fields=*")["workbins"][0]["id"]
    supervisor.expect("POST", f"users/{bob.user.uuid}/workbins/{bobs}", operationName="AddChat", id=parked)
    assert second.told("/v2/me/workbins")[-1]["action"] == "ItemAdded"
    assert supervisor.post(f"workbins/{bobs}", operationName="PullChat", id=parked)[1]["statusCode"] == 5
    second.expect("POST", f"me/workbins/{bobs}", operationName="PullChat", id=parked)
    assert second.item()["state"] == "Chatting"
