"""What is said in a call, and what is noticed in it (voice 5 and 7)."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.common import clock
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.events.models import Event
from apps.queues import operations
from apps.queues.models import Hold
from apps.voice_calls.models import ConversationSignal, VoiceCall
from tests.builders import make_agent, ready

pytestmark = pytest.mark.usefixtures("looking")
KEY = "leg-1"


@pytest.fixture
def call(phone, center) -> VoiceCall:
    start = clock.now() - timedelta(minutes=5)
    phone.create(vendorCallKey=KEY, startTime=start.isoformat())
    return VoiceCall.objects.get()


def ms(ago: float = 60) -> int:
    """Milliseconds since 1970, so many seconds ago."""
    return int((clock.now() - timedelta(seconds=ago)).timestamp() * 1000)


def line(number: int = 1, **changes) -> dict:
    body = {
        "messageId": f"m-{number}",
        "participantId": f"{KEY}END_USER",
        "senderType": "END_USER",
        "startTime": ms(100 - number),
        "endTime": ms(99 - number),
        "content": f"line {number}",
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not ...}


def say(phone, body, key: str = KEY, **options):
    return phone.send("POST", f"/voiceCalls/{key}/messages", body, **options)


def said() -> list[str]:
    return list(ConversationEntry.objects.values_list("text", flat=True))


def failed(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["errorCode"]


def test_lines_are_read_in_the_order_they_were_said(phone, call):
    for number in (3, 1, 2, 1, 3):
        answer = say(phone, line(number))
        assert (answer.status_code, answer.json()) == (202, {"result": "Accepted"})
    assert said() == ["line 1", "line 2", "line 3"]


def test_a_published_transcriber_s_request(phone, call):
    answer = phone.send(
        "POST",
        f"/voiceCalls/{KEY}/messages/",
        line(participantId="+441632960777", callCenterApiName="NorthHarbourCC"),
        content_type="application/json; utf-8",
    )
    assert answer.status_code == 202
    assert ConversationEntry.objects.get().participant == f"{KEY}END_USER"


@pytest.mark.parametrize(
    ("kind", "sent", "stored"),
    [
        ("END_USER", "+44", ("END_USER", f"{KEY}END_USER")),
        ("external_user", "partner-7", ("EXTERNAL_USER", "partner-7")),
        ("SUPERVISOR", KEY, ("SUPERVISOR", f"{KEY}SUPERVISOR")),
        ("VIRTUAL_AGENT", KEY, ("VIRTUAL_AGENT", f"{KEY}VIRTUAL_AGENT")),
        ("HUMAN_AGENT", "Mira", ("VIRTUAL_AGENT", f"{KEY}VIRTUAL_AGENT")),
    ],
)
def test_who_speaks(phone, call, kind, sent, stored):
    say(phone, line(senderType=kind, participantId=sent))
    entry = ConversationEntry.objects.get()
    assert (entry.sender_kind, entry.participant) == stored


def test_a_rep_by_id(phone, call, center):
    user = User.objects.get(pk=center.integration_user_id)
    say(phone, line(senderType="HUMAN_AGENT", participantId=user.public_id))
    assert ConversationEntry.objects.get().participant == user.public_id


@pytest.mark.parametrize("name", ["messageId", "participantId", "senderType", "startTime", "endTime", "content"])
def test_every_property_is_needed(phone, call, name):
    assert failed(say(phone, line(**{name: ...}))) == (400, "MISSING_PARAMETER")
    assert said() == []


def test_lines_outside_the_conversation_are_taken_and_left_out(phone, call):
    assert say(phone, line(startTime=ms(3600))).status_code == 202
    phone.update(KEY, {"enqueueTime": ms(240), "endTime": ms(60)})
    assert say(phone, line(2, startTime=ms(1))).status_code == 202
    assert say(phone, line(3, startTime=ms(90))).status_code == 202
    assert said() == ["line 3"]


@pytest.mark.parametrize("start", [2025, "2025", 1741083650, "soon"])
def test_an_unusable_time_counts_as_the_beginning(phone, call, start):
    say(phone, line(startTime=start))
    if start == 1741083650:  # seconds of an earlier year: a time, but not of this conversation
        assert said() == []
    else:
        assert ConversationEntry.objects.get().started_at == call.conversation.started_at


def test_nothing_is_kept_while_the_caller_waits(phone, call, queue):
    agent = ready(make_agent())
    queue.memberships.create(agent=agent)
    contact = EngagementInteraction.objects.get()
    operations.pull(contact, by=agent)
    held = operations.hold(contact, by=agent)
    Hold.objects.filter(pk=held.pk).update(started_at=held.started_at - timedelta(seconds=30))
    say(phone, line(1, startTime=ms(10)))
    say(phone, line(2, startTime=ms(40)))
    operations.resume(contact, by=agent)
    assert said() == ["line 2"]


def test_the_agent_hears_of_it_at_once(phone, call, queue):
    agent = ready(make_agent())
    operations.pull(EngagementInteraction.objects.get(), by=agent)
    say(phone, line())
    event = Event.objects.latest("id")
    assert (event.name, event.audience) == ("transcript.added", [agent.user_id])
    assert [shown["text"] for shown in event.data["changes"]["lines"]] == ["line 1"]


def test_a_later_leg_speaks_into_the_first(phone, call):
    phone.create(vendorCallKey="leg-2", initiationMethod="Transfer", parentVoiceCallId=KEY)
    say(phone, line(), key="leg-2")
    assert ConversationEntry.objects.get().participant == f"{KEY}END_USER"
    assert failed(say(phone, line(2), key=call.public_id)) == (404, "CALL_NOT_FOUND")
    assert failed(say(phone, line(2), key="unknown")) == (404, "CALL_NOT_FOUND")


def bulk(phone, *entries):
    return phone.send("POST", "/voiceCalls/messages", {"entries": list(entries)})


def test_many_at_once(phone, call):
    mine = {"vendorCallKey": KEY, "messages": [line(2), line(1), line(1), {"content": "no more"}]}
    answer = bulk(
        phone, mine, {"vendorCallKey": KEY, "messages": [line(3)]}, {"vendorCallKey": "?", "messages": [line()]}
    )
    assert (answer.status_code, answer.json()) == (202, {"result": "Accepted"})
    assert said() == ["line 1", "line 2", "line 3"]
    assert Event.objects.filter(name="transcript.added").count() == 1


def test_too_many_or_none_at_once(phone, call, settings):
    six = {"vendorCallKey": KEY, "messages": [line(number) for number in range(6)]}
    assert failed(bulk(phone, six)) == (400, "INVALID_PARAMETER")
    assert failed(bulk(phone, *[{"vendorCallKey": KEY, "messages": [line()]}] * 6)) == (400, "INVALID_PARAMETER")
    assert failed(bulk(phone)) == (400, "MISSING_PARAMETER")
    assert failed(bulk(phone, "x", {"vendorCallKey": KEY, "messages": [{}]})) == (400, "INVALID_PARAMETER")
    assert failed(bulk(phone, {"vendorCallKey": "?", "messages": [line()]})) == (400, "INVALID_PARAMETER")
    assert said() == []
    settings.TRANSCRIPT_LINES = 6
    assert bulk(phone, six).status_code == 202


def signal(**changes) -> dict:
    return {
        "type": "IntelligenceSignal__Sentiment",
        "value": "-420.5",
        "startTime": ms(),
        "score": "880",
        "participant": "CUSTOMER",
        **changes,
    }


def noticed(phone, *events, when: str = "realtime", **changes):
    body = {"service": "AmazonConnectContactLens", "events": list(events), **changes}
    return phone.send("POST", f"/voiceCalls/{KEY}/{when}ConversationEvents", body)


def test_what_is_noticed_is_shown_and_kept(phone, call):
    at = ms()
    answer = noticed(
        phone, signal(startTime=at), signal(type="IntelligenceSignal__Category", value="Complaint", startTime=at)
    )
    assert (answer.status_code, answer.json()) == (202, {"status": "202 Accepted"})
    noticed(phone, signal(startTime=at, value=17))
    kept = {row.type.partition("__")[2]: row.value for row in ConversationSignal.objects.all()}
    assert kept == {"Sentiment": "17", "Category": "Complaint"}
    noticed(phone, signal(startTime=ms(5)), persist=False)
    assert ConversationSignal.objects.count() == 2
    assert Event.objects.filter(name="signal.noticed").count() == 3


def test_a_score_out_of_range_is_passed_over(phone, call):
    assert noticed(phone, signal(value="1000.5"), signal(value="5", startTime=ms(1))).status_code == 202
    assert ConversationSignal.objects.get().value == "5"
    assert failed(noticed(phone, signal(value="-1001"), signal(value="bad"))) == (400, "INVALID_PARAMETER")
    assert failed(noticed(phone)) == (400, "MISSING_PARAMETER")
    assert failed(noticed(phone, {"type": "x"})) == (400, "MISSING_PARAMETER")


def test_afterwards_the_scores_and_the_sentiment(phone, call):
    later = {"endTime": ms(1)}
    assert failed(noticed(phone, signal(**later), when="post")) == (409, "CONVERSATION_NOT_CLOSED")
    phone.update(KEY, {})
    felt = [signal(value=value, startTime=ms(ago), **later) for value, ago in (("-400", 50), ("-200", 40))]
    assert noticed(phone, *felt, when="post").status_code == 202
    call.refresh_from_db()
    assert (call.customer_sentiment_score, call.agent_sentiment_score) == (-1.5, None)
    assert EngagementInteraction.objects.get().sentiment == "Negative"
    overall = signal(type="IntelligenceSignal__OverallSentimentScore", value=2.5, **later)
    noticed(phone, overall, {**overall, "participant": "AGENT", "value": "-5"}, when="post")
    call.refresh_from_db()
    assert (call.customer_sentiment_score, call.agent_sentiment_score) == (2.5, -5)
    assert EngagementInteraction.objects.get().sentiment == "Negative"
