"""What becomes of an agent's state without, or against, the agent's own doing (genesys 13, 16)."""

from datetime import timedelta
from typing import Any

import pytest

from apps.agent_desktop.selectors.state import channel_states
from apps.agents.models import Agent, AgentChannel, AgentSession
from apps.common import clock
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import invariants, operations, sweeps
from apps.queues.models import OfferState, Queue, Workbin, WorkOffer
from apps.tenants.models import LostWork, Tenant
from tests.builders import make_live, make_user
from tests.desktop import Desktop

pytestmark = pytest.mark.usefixtures("in_order_at_the_end")


def channels_told(desk: Desktop) -> dict[str, Any]:
    """The channels as the desktop has last heard of them."""
    return {each["channel"]: each for each in desk.told("/v2/me/channels")[-1]["channels"]}


def state_of(desk: Desktop, channel: str) -> Any:
    return next(each for each in desk.get("me/channels")["channels"] if each["channel"] == channel)


def vanish(agent: Agent, tenant: Tenant) -> None:
    """The agent's client is not heard of for an hour, and the worker looks."""
    AgentSession.objects.filter(agent=agent).update(lease_until=clock.now() - timedelta(hours=1))
    sweeps.expire_leases(tenant)
    sweeps.give_up_lost_work(tenant)
    sweeps.expire_leases(tenant)


def start(desk: Desktop, *channels: str, **more: str) -> Any:
    return desk.post("me", operationName="StartContactCenterSession", channels=list(channels), **more)[1]


def accepted(queue: Queue, agent: Agent, channel: str = "chat") -> EngagementInteraction:
    live = make_live(queue, channel=channel)
    operations.accept(live, by=agent)
    return live


def test_who_does_nothing_is_warned_and_signed_out(desk: Desktop, alice: Agent, queue: Queue, in_scope: Tenant) -> None:
    in_scope.inactivity_logout_min = 30
    in_scope.save()
    cookie = Desktop(alice.user)
    cookie.client.cookies, cookie.headers = desk.client.cookies, {}
    assert desk.get("settings/interaction-workspace")["settings"]["security.inactivity-timeout"] == 30
    live = accepted(queue, alice)

    def idle(minutes: int) -> list[Any]:
        then = clock.now() - timedelta(minutes=minutes)
        AgentSession.objects.filter(agent=alice).update(active_at=then)
        AgentSession.objects.filter(agent=alice, warned_at__isnull=False).update(warned_at=then)
        sweeps.log_off_inactive_agents(in_scope)
        return [told["notificationType"] for told in desk.told("/v2/me")]

    assert idle(40) == []  # at work
    operations.complete(live, by=alice)
    assert idle(40) == []  # just done
    WorkOffer.objects.update(left_at=None)
    assert idle(28) == []
    assert idle(29) == idle(29) == ["InactivityWarning"]
    assert desk.told("/v2/me")[-1]["secondsLeft"] == 60
    desk.expect("POST", "me", operationName="KeepAlive")
    assert idle(30) == ["InactivityWarning"] * 2
    assert cookie.request("GET", "me").status_code == 200
    idle(31)
    assert {each["userState"]["state"] for each in channels_told(desk).values()} == {"LoggedOut"}
    assert (cookie.request("GET", "me").status_code, cookie.get("me")["statusCode"]) == (401, 20)
    assert desk.request("GET", "me").status_code == cookie.request("GET", "me").status_code == 200


def test_after_call_work_begins_and_ends(desk: Desktop, alice: Agent, queue: Queue) -> None:
    call = accepted(queue, alice, "voice")
    operations.hang_up(call, by=alice)
    assert channels_told(desk)["voice"]["userState"]["workMode"] == "AfterCallWork"
    assert state_of(desk, "voice") == channels_told(desk)["voice"]
    operations.complete(call, by=alice)
    assert channels_told(desk)["voice"]["userState"] == {"id": "st-ready", "displayName": "Ready", "state": "Ready"}


def test_missed_offers_set_not_ready_and_say_so(desk: Desktop, alice: Agent, queue: Queue, in_scope: Tenant) -> None:
    in_scope.misses_until_not_ready = 1
    make_live(queue, channel="chat")
    operations.time_out(WorkOffer.objects.get())
    told = channels_told(desk)["chat"]["userState"]
    assert (told["state"], told["reason"]) == ("NotReady", "missed offers")
    chat = AgentChannel.objects.filter(agent=alice, channel="chat")
    assert channel_states(chat, [])[0].says == "Set not ready: you missed offers"
    desk.expect("POST", "me/channels/chat", operationName="NotReady")
    assert "reason" not in state_of(desk, "chat")["userState"]


def test_nothing_is_offered_while_not_to_be_disturbed(desk: Desktop, queue: Queue, in_scope: Tenant) -> None:
    desk.expect("POST", "me/channels/chat", operationName="DoNotDisturbOn")
    assert channels_told(desk)["chat"]["dndState"] == "On"
    assert channels_told(desk)["chat"]["userState"]["state"] == "Ready"
    assert channels_told(desk)["voice"]["dndState"] == "Off"
    make_live(queue, channel="chat")
    sweeps.route(in_scope)
    desk.expect("POST", "me/channels/chat", operationName="Ready")
    assert desk.get("me/interactions")["uris"] == []
    desk.expect("POST", "me/channels/chat", operationName="DoNotDisturbOff")
    assert desk.item()["state"] == "Invited"


def test_do_not_disturb_at_the_device(desk: Desktop) -> None:
    (device,) = desk.get("me/devices")["devices"]
    assert (device["doNotDisturb"], device["capabilities"]) == ("Off", ["DoNotDisturbOn"])
    path = f"me/devices/{device['id']}"
    desk.expect("POST", path, operationName="DoNotDisturbOn")
    device = desk.get(path)["device"]
    assert (device["doNotDisturb"], device["capabilities"]) == ("On", ["DoNotDisturbOff"])
    assert state_of(desk, "voice")["dndState"] == "On"
    assert desk.post(path, operationName="Ready")[1]["statusCode"] == 10
    told = desk.told("/v2/me/devices")[-1]
    assert told == {"messageType": "DeviceStateChangeMessage", "devices": [device]}
    assert desk.get(device["path"].lstrip("/"))["device"] == device
    assert (device["phoneNumber"], device["deviceState"]) == ("alice", "Active")
    assert desk.post("me/devices/another", operationName="DoNotDisturbOn")[1]["statusCode"] == 6


def test_a_supervisor_sets_a_state(desk: Desktop, alice: Agent, queue: Queue) -> None:
    boss = Desktop(make_user("supervisor"))
    path = f"users/{alice.user.uuid}/channels"
    boss.expect("POST", f"{path}/chat", operationName="NotReady")
    assert boss.get(path)["channels"] == desk.get("me/channels")["channels"]
    assert channels_told(desk)["chat"]["userState"]["reason"] == "set by a supervisor"
    assert Event.objects.latest("id").actor_id == boss.user.pk
    waiting = make_live(queue, channel="chat")
    boss.expect("POST", f"users/{alice.user.uuid}", operationName="Ready")
    assert desk.item()["id"] == waiting.genesys_id
    features = {feature["id"] for feature in boss.get("me?subresources=features")["user"]["features"]}
    assert "api-supervisor-agent-control" in features


def test_a_supervisor_logs_an_agent_off(desk: Desktop, alice: Agent, queue: Queue) -> None:
    chat = accepted(queue, alice)
    boss = Desktop(make_user("admin"))
    boss.expect("POST", f"users/{alice.user.uuid}", operationName="EndContactCenterSession")
    chat.refresh_from_db()
    assert (chat.stage, chat.handler) == (Stage.QUEUED, None)
    assert {each["userState"]["state"] for each in channels_told(desk).values()} == {"LoggedOut"}
    assert boss.post(f"users/{alice.user.uuid}", operationName="EndContactCenterSession")[1]["statusCode"] == 2


def test_who_may_not_set_the_states_of_others(desk: Desktop, bob: Agent, queue: Queue) -> None:
    path = f"users/{bob.user.uuid}"
    for method, where in (("POST", path), ("POST", f"{path}/channels/chat"), ("GET", f"{path}/channels")):
        assert desk.request(method, where, {"operationName": "Ready"}).json()["statusCode"] == 5
    boss = Desktop(make_user("supervisor"))
    assert boss.post(f"users/{queue.uuid}/channels/chat", operationName="Ready")[1]["statusCode"] == 6
    assert boss.post(f"{path}/channels/fax", operationName="Ready")[1]["statusCode"] == 6
    assert boss.post(f"{path}/channels/chat", operationName="Ready")[1]["statusCode"] == 2  # not signed in
    assert boss.post(f"{path}/channels/chat")[1]["statusCode"] == 1


def test_where_the_agent_sits(alice: Agent) -> None:
    desk = Desktop(alice.user)
    assert start(desk, "voice", place=7)["statusCode"] == 10
    assert start(desk, "voice", place="x" * 81)["statusCode"] == 10
    assert start(desk, "voice", place="a\x00")["statusCode"] == 10
    assert start(desk, "voice", place="Window seat", loginCode="4711")["statusCode"] == 0
    session = AgentSession.objects.get()
    assert (session.place, session.login_code) == ("Window seat", "4711")


def test_a_client_that_vanished_starts_again_and_finds_its_work(
    desk: Desktop, alice: Agent, queue: Queue, in_scope: Tenant
) -> None:
    in_scope.lost_work = LostWork.KEEP
    chat = accepted(queue, alice)
    assert start(desk, "chat")["statusCode"] == 19
    vanish(alice, in_scope)
    assert channels_told(desk)["chat"]["userState"]["reason"] == "lost connection"
    desk.get("me?subresources=*")  # as a desktop begins
    assert start(desk, "chat", "email")["statusCode"] == 0
    assert {each["channel"] for each in desk.get("me/channels")["channels"]} == {"chat", "email"}
    assert desk.item()["id"] == chat.genesys_id
    assert start(desk, "chat")["statusCode"] == 19
    assert AgentSession.objects.count() == 1


@pytest.mark.parametrize(
    ("setting", "channel", "stage"),
    [
        (LostWork.REQUEUE, "chat", Stage.QUEUED),
        (LostWork.PARK, "chat", Stage.PARKED),
        (LostWork.PARK, "voice", Stage.QUEUED),
        (LostWork.KEEP, "chat", Stage.HANDLED),
    ],
)
def test_the_work_of_a_client_that_vanished(
    setting: str, channel: str, stage: str, desk: Desktop, alice: Agent, queue: Queue, in_scope: Tenant
) -> None:
    in_scope.lost_work = setting
    Workbin.objects.get_or_create(name="In progress", kind="agent", agent=alice)
    live = accepted(queue, alice, channel)
    make_live(queue, channel="email")
    vanish(alice, in_scope)
    live.refresh_from_db()
    assert live.stage == stage
    assert not WorkOffer.objects.filter(state=OfferState.OFFERED).exists()
    assert (AgentSession.objects.get().ended_at is None) == (stage == Stage.HANDLED)
    assert invariants.violations(in_scope, overdue_s=0) == []


def test_work_without_a_way_back_is_over(desk: Desktop, alice: Agent, in_scope: Tenant) -> None:
    call = operations.open_outbound(channel="voice", by=alice, customer="+442079460123")
    vanish(alice, in_scope)
    call.refresh_from_db()
    assert call.stage == Stage.ENDED
