"""Chats: who is there, what is said, once and in order (genesys 11)."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.common.errors import NotAllowed
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.messaging import operations
from apps.messaging.selectors import conversation
from apps.queues import operations as queues
from apps.queues.models import Queue
from tests.builders import make_live, make_user
from tests.desktop import BASE_URL, Desktop

CHATS = "/v2/me/chats"


@pytest.fixture
def visitor(in_scope: None) -> User:
    return make_user("integration")


@pytest.fixture
def chat(desk: Desktop, queue: Queue, visitor: User) -> EngagementInteraction:
    """A chat that Alice is offered, whose customer has written a line."""
    live = make_live(queue, channel="chat", customer="ann@customer.example")
    operations.say_as_customer(live, "Hello?", by=visitor, nickname="Ann")
    return live


def accept(desk: Desktop, chat: EngagementInteraction) -> str:
    path = f"me/chats/{chat.genesys_id}"
    assert desk.post(path, operationName="Accept", nickname="Alice of Support")[0] == 200
    return path


def lines(desk: Desktop) -> list[Any]:
    told = (message.get("messages", []) for message in desk.told(CHATS))
    return [line for messages in told for line in messages]


def test_what_follows_an_accept(desk: Desktop, chat: EngagementInteraction) -> None:
    accept(desk, chat)
    invited, chatting, there, history = desk.told(CHATS)
    assert [each["notificationType"] for each in (invited, chatting, there, history)] == [
        "StatusChange",
        "StatusChange",
        "ParticipantsUpdated",
        "NewMessages",
    ]
    assert (chatting["chat"]["state"], there["messageType"]) == ("Chatting", "ChatStateChangeMessage")
    customer, agent = there["chat"]["participants"]
    assert (customer["type"], customer["nickname"]) == ("Customer", "Ann")
    assert (agent["type"], agent["nickname"]) == ("Agent", "Alice of Support")
    assert history["messageType"] == "MessageLogUpdated"
    assert (history["chatPath"], history["chatUri"]) == (
        f"/chats/{chat.genesys_id}",
        f"{BASE_URL}/api/v2/chats/{chat.genesys_id}",
    )
    (line,) = history["messages"]
    assert {key: line[key] for key in ("index", "from", "text", "type", "visibility")} == {
        "index": 1,
        "from": customer,
        "text": "Hello?",
        "type": "Text",
        "visibility": "All",
    }
    assert isinstance(line["timestampSeconds"], int)
    assert desk.get(f"chats/{chat.genesys_id}")["chat"] == there["chat"]
    assert desk.item() == desk.told()[-1]["interaction"]


def test_each_line_is_told_once_and_in_order(desk: Desktop, chat: EngagementInteraction, visitor: User) -> None:
    path = accept(desk, chat)
    for number in range(3):
        operations.say_as_customer(chat, f"customer {number}", by=visitor)
        status, answer = desk.post(path, operationName="SendMessage", text=f"agent {number}")
        assert (status, set(answer)) == (200, {"statusCode", "referenceId"})
        assert desk.told(CHATS)[-1]["referenceId"] == answer["referenceId"]
    said = lines(desk)
    assert [line["index"] for line in said] == [1, 2, 3, 4, 5, 6, 7]
    assert [line["text"] for line in said[1:3]] == ["customer 0", "agent 0"]
    assert [said.text for said in conversation(chat)] == [line["text"] for line in said]


def test_a_line_with_an_id_is_kept_once(chat: EngagementInteraction, visitor: User) -> None:
    assert operations.say_as_customer(chat, "Again", by=visitor, message_id="m1")
    assert operations.say_as_customer(chat, "Again", by=visitor, message_id="m1") is None
    assert ConversationEntry.objects.filter(interaction=chat).count() == 2


def test_typing_is_told_and_not_kept(desk: Desktop, chat: EngagementInteraction, visitor: User) -> None:
    path = accept(desk, chat)
    assert desk.post(path, operationName="SendStartTypingNotification")[0] == 200
    assert desk.post(path, operationName="SendStopTypingNotification")[0] == 200
    operations.type_on(chat, by=visitor, started=True)
    told = [(line["type"], line["from"]["nickname"]) for line in lines(desk)[1:]]
    assert told == [
        ("TypingStarted", "Alice of Support"),
        ("TypingStopped", "Alice of Support"),
        ("TypingStarted", "Ann"),
    ]
    assert ConversationEntry.objects.filter(interaction=chat).count() == 1


def test_a_colleague_is_asked_in_hears_everything_and_is_sent_out(
    desk: Desktop, second: Desktop, chat: EngagementInteraction
) -> None:
    path = accept(desk, chat)
    desk.post(path, operationName="SendCustomNoticeToAgents", noticeText="Difficult")
    queues.add_participant(chat, second.user.agent, by=desk.user.agent)
    accept(second, chat)
    assert [(line["text"], line["visibility"]) for line in lines(second)] == [
        ("Hello?", "All"),
        ("Difficult", "Agents"),
    ]
    assert len(desk.told(CHATS)[-1]["chat"]["participants"]) == 3
    body = {
        "operationName": "RemoveParticipantFromConference",
        "targetUri": f"{BASE_URL}/api/v2/users/{second.user.uuid}",
    }
    assert second.post(path, **body)[1]["statusCode"] == 2
    assert desk.post(path, **body)[1]["statusCode"] == 0
    assert [each["nickname"] for each in desk.told(CHATS)[-1]["chat"]["participants"]] == ["Ann", "Alice of Support"]
    assert second.post(path, operationName="SendMessage", text="Still here?")[1]["statusCode"] == 2


def test_leaving_ends_the_chat(desk: Desktop, chat: EngagementInteraction, visitor: User) -> None:
    path = accept(desk, chat)
    assert desk.post(path, operationName="Leave")[1]["statusCode"] == 0
    assert desk.told(CHATS)[-1]["chat"]["participants"] == []
    with pytest.raises(NotAllowed):
        operations.say_as_customer(chat, "Wait!", by=visitor)
    assert desk.post(path, operationName="SendMessage", text="Sorry")[1]["statusCode"] == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"operationName": "SendMessage"}, 1),
        ({"operationName": "SendMessage", "text": " "}, 1),
        ({"operationName": "SendMessage", "text": 7}, 10),
        ({"operationName": "SendMessage", "text": "a\u0000"}, 10),
        ({"operationName": "SendMessage", "text": "a" * 10_001}, 10),
        ({"operationName": "SendMessage", "text": "a", "visibility": "Nobody"}, 10),
        ({"operationName": "SendCustomNoticeToAgents"}, 1),
        ({"operationName": "RemoveParticipantFromConference"}, 1),
        ({"operationName": "RemoveParticipantFromConference", "userUri": "/users/x"}, 6),
        ({"operationName": "Reply"}, 10),
    ],
)
def test_bad_input(desk: Desktop, chat: EngagementInteraction, body: dict[str, Any], code: int) -> None:
    path = accept(desk, chat)
    told = len(desk.told(CHATS))
    assert desk.post(path, **body)[1]["statusCode"] == code
    assert len(desk.told(CHATS)) == told


def test_only_who_takes_part_may_speak(desk: Desktop, second: Desktop, chat: EngagementInteraction) -> None:
    path = f"me/chats/{chat.genesys_id}"
    assert desk.post(path, operationName="SendMessage", text="Not yet")[1]["statusCode"] == 2
    assert second.post(path, operationName="SendMessage", text="Not mine")[1]["statusCode"] == 6


@pytest.mark.parametrize(("ending", "left"), [("CompleteTransfer", ["Ann", "Bob"]), ("CompleteConference", 3)])
def test_a_consulted_colleague_takes_over_or_stays(
    desk: Desktop, second: Desktop, chat: EngagementInteraction, ending: str, left: Any
) -> None:
    path = accept(desk, chat)
    assert desk.post(path, operationName=ending)[1]["statusCode"] == 2
    target = str(second.user.uuid)
    assert desk.post(path, operationName="InitiateConsulation", targetUri=target)[1]["statusCode"] == 0
    assert ending not in desk.get(path)["chat"]["capabilities"]
    assert second.post(path, operationName="Accept")[1]["statusCode"] == 0
    assert ending in desk.get(path)["chat"]["capabilities"]
    assert ending not in second.get(path)["chat"]["capabilities"]
    assert desk.post(path, operationName=ending)[1]["statusCode"] == 0
    there = [each["nickname"] for each in second.get(f"chats/{chat.genesys_id}")["chat"]["participants"]]
    assert (there if isinstance(left, list) else len(there)) == left
