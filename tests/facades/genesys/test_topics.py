"""Topics: who may hear which, and that messages say what reading afresh would (genesys 8, 15.9, 17.1)."""

from typing import Any

import pytest

from apps.events.models import Event
from apps.facades.genesys.topics import Topics
from apps.queues import operations
from apps.queues.models import Queue
from tests.builders import make_live, make_user
from tests.desktop import BASE_URL, Desktop

pytestmark = pytest.mark.usefixtures("in_scope")

EVERYBODY = [
    "/v2/me",
    "/v2/me/interactions",
    "/v2/me/anything/at/all",
    "/v2/me/*",
    "/v2/me/**",
    "/**",
    "/v2/**",
    "/notifications/services",
    "/notifications/**",
]
SUPERVISORS = ["/v2/users", "/v2/users/**", "/v2/users/x"]
NOBODY = ["/meta/**", "/v2/*", "/*", "/v2/meadow", "/v2/usersx", "/foo", "/v1/**", "/notifications/*"]


@pytest.mark.parametrize("role", ["agent", "supervisor", "admin", "integration"])
def test_subscriptions(role: str) -> None:
    user = make_user(role)
    assert all(Topics().allows(user, pattern) for pattern in EVERYBODY)
    assert not any(Topics().allows(user, pattern) for pattern in NOBODY)
    supervises = role in ("supervisor", "admin")
    assert [Topics().allows(user, pattern) for pattern in SUPERVISORS] == [supervises] * 3


@pytest.mark.parametrize("channel", ["voice", "chat", "email", "sms", "work_item", "video"])
def test_an_item_equals_the_last_events_resource(desk: Desktop, queue: Queue, channel: str) -> None:
    live = make_live(queue, channel=channel, subject="Meter", user_data={"Priority": "2"})
    if channel == "video":
        desk.expect("POST", "me/channels/workitem", operationName="Ready")
    public_id = live.genesys_id
    steps: list[tuple[str, dict[str, Any]]] = [
        ("Accept", {}),
        ("AttachUserData", {"userData": {"Account": {"Tier": "gold"}}}),
        ("DeleteUserData", {"keys": ["Priority"]}),
    ]
    assert desk.item() == desk.told()[-1]["interaction"]
    for operation, body in steps:
        assert desk.operate(public_id, operation, **body)[0] == 200
        assert desk.item() == desk.told()[-1]["interaction"]
    operations.hang_up(live, by=None)
    assert desk.item() == desk.told()[-1]["interaction"]
    desk.operate(public_id, "Complete")
    assert desk.get(f"interactions/{public_id}")["interaction"] == desk.told()[-1]["interaction"]


def test_a_refused_and_a_missed_item_equal_theirs(desk: Desktop, second: Desktop, queue: Queue) -> None:
    public_id = make_live(queue, channel="email").genesys_id
    desk.operate(public_id, "Reject")
    second.operate(public_id, "Reject")
    for each in (desk, second):
        assert each.get(f"interactions/{public_id}")["interaction"] == each.told()[-1]["interaction"]


def test_who_left_in_the_queue_revokes_the_invitation(desk: Desktop, queue: Queue) -> None:
    live = make_live(queue, channel="voice")
    operations.abandon(live)
    assert desk.states() == ["Invited", "Revoked"]
    assert desk.told("/v2/me/calls")[-1]["call"]["state"] == "Completed"


def test_every_message_comes_on_both_topics(desk: Desktop, queue: Queue) -> None:
    desk.operate(make_live(queue, channel="chat").genesys_id, "Accept")
    generic, chat = desk.told()[-1], desk.told("/v2/me/chats")[-1]
    assert generic["messageType"] == "InteractionStateChangeMessage"
    assert chat["messageType"] == "ChatStateChangeMessage"
    assert generic["interaction"]["state"] == chat["chat"]["state"] == "Chatting"


def test_the_reference_is_for_who_asked(desk: Desktop, second: Desktop, queue: Queue) -> None:
    public_id = make_live(queue, channel="email").genesys_id
    desk.operate(public_id, "Reject")
    assert desk.told()[0].keys() == {"messageType", "notificationType", "interaction"}
    assert isinstance(desk.told()[1]["referenceId"], int)
    assert "referenceId" not in second.told()[0]


def test_nobody_hears_of_others(desk: Desktop, second: Desktop, queue: Queue) -> None:
    desk.operate(make_live(queue, channel="email").genesys_id, "Accept")
    for event in Event.objects.filter(name__startswith="work."):
        assert not list(Topics().messages(event, second.user, base_url=BASE_URL))
    assert all(list(Topics().messages(event, make_user(), base_url="")) == [] for event in Event.objects.all())


def test_rendering_touches_no_table(desk: Desktop, queue: Queue, django_assert_num_queries: Any) -> None:
    desk.operate(make_live(queue, channel="voice").genesys_id, "Accept")
    events = list(Event.objects.all())
    with django_assert_num_queries(0):
        assert [message for event in events for message in Topics().messages(event, desk.user, base_url="")]
