"""One interaction, digit for digit as the contract's worked examples have it."""

from datetime import timedelta
from typing import Any

import pytest

from apps.accounts.models import User
from apps.engagements.models import ConversationEntry, EngagementInteraction, Hook, MailMessage, Note
from apps.engagements.operations import NewInteraction, record
from apps.queues import operations
from apps.queues.models import Disposition
from apps.tenants.models import Tenant
from apps.voice_calls.models import VoiceCallRecording
from apps.voice_calls.operations import NewCall, create_inbound
from tests.builders import make_live, make_user, ready
from tests.facades.cxengage import cast
from tests.facades.cxengage.answered import make_answered
from tests.facades.cxengage.conftest import Get
from tests.telephony import CALLER, NUMBER, make_call_center

pytestmark = pytest.mark.django_db


def shown(got: Any, wanted: Any) -> Any:
    """What the reply says about everything that the example names; the rest are keys of our own (X-41)."""
    if isinstance(wanted, dict):
        return {key: shown(got.get(key, "missing"), value) for key, value in wanted.items()}
    if isinstance(wanted, list) and isinstance(got, list) and len(got) == len(wanted):
        return [shown(each, value) for each, value in zip(got, wanted, strict=True)]
    return got


def test_answered_held_and_transferred_warm(in_scope: Tenant, get: Get) -> None:
    """Example 8.1."""
    interaction = make_answered(in_scope)
    got, wanted = get(f"interactions/{interaction.uuid}").json(), cast.example("answered")
    assert shown(got, wanted) == wanted
    assert set(got) - set(wanted) == {"customerTalkTimes"}
    assert got["customerTalkTimes"] == [74.37, 77.5, 196.855]
    rejected, first, second = got["agents"]
    own = {key: value for key, value in rejected.items() if key not in wanted["agents"][0]}
    assert own == {"agentWorkRejectTime": 8.8, "resourceId": rejected["agentId"]}
    assert {key: value for key, value in first.items() if key not in wanted["agents"][1]} == {
        "resourceId": first["agentId"],
        "agentWorkAcceptTime": 4.73,
        "agentConversationTime": 214.37,
        "agentHolds": 2,
        "agentHoldTime": 56.52,
        "agentTalkTime": 157.85,
        "agentWrapUpTime": 30.0,
        "agentHandleTime": 244.37,
    }
    assert second["agentHolds"] == 0
    assert second["agentTalkTime"] == second["agentConversationTime"] == 196.855


def test_full_output_has_every_key(in_scope: Tenant, get: Get) -> None:
    """`green=false` (6.1): null when unknown, `[]` for an empty list."""
    interaction = make_answered(in_scope)
    got = get(f"interactions/{interaction.uuid}", {"green": "false"}).json()
    assert shown(got, cast.example("answered")) == cast.example("answered")
    absent = ("flagged", "flagType", "ivrAbandoned", "customerAbandonTime", "outboundIdentifier", "audioRecording")
    assert {key: got[key] for key in absent} == dict.fromkeys(absent)
    empty = ("notes", "interactionAttributes", "monitors", "customerResponseTimes")
    assert {key: got[key] for key in empty} == {key: [] for key in empty}
    assert got["segments"][0]["segmentCancelTime"] is None
    assert got["segments"][0]["segmentExtensionType"] is None
    assert got["queues"][0]["slaAbandoned"] is None
    assert got["agents"][0]["agentWorkCancelTime"] is None


def test_abandoned_in_queue_while_being_offered(in_scope: Tenant, get: Get) -> None:
    """Example 8.2, run by the operations. They end the interaction with the caller, not 60 ms later."""
    ramona = cast.ramona(in_scope)
    queue = cast.support(ramona)
    interaction = make_live(
        at=cast.today("15:20:00.000"),
        customer="+442079460987",
        flow=cast.main_line(),
        values={"uuid": "8075d876-5af5-52d5-9d44-73df57939e23"},
    )
    before = [make_live(queue, at=cast.today("15:19:00.000")) for _ in range(3)]
    operations.enqueue(interaction, queue, by=None, at=cast.today("15:20:05.400"))  # the fourth to wait
    for each in before:
        operations.abandon(each, at=cast.today("15:20:30.000"))
    ready(ramona, "voice", at=cast.today("15:20:32.200"))
    operations.abandon(interaction, at=cast.today("15:20:37.000"))
    got, wanted = get(f"interactions/{interaction.uuid}").json(), cast.example("abandoned")
    ours = {"endTimestamp": "2026-03-04T15:20:37.000Z", "interactionTime": 37.0}
    wanted = without_made_ids({**wanted, **ours})
    wanted["details"]["endTimestamp"] = ours["endTimestamp"]
    assert shown(got, wanted) == wanted
    assert {key for key in set(got) - set(wanted)} <= {"updated"}
    full = get(f"interactions/{interaction.uuid}", {"green": "false"}).json()
    assert (full["hooks"], full["flagged"]) == ([], None)
    assert got["queues"][0]["interactionSegmentId"] == got["segments"][0]["interactionSegmentId"]
    assert got["agents"][0]["interactionSegmentId"] == got["segments"][0]["interactionSegmentId"]


def without_made_ids(example: Any) -> Any:
    """The example without the ids that rows get when they are made."""
    made = {"interactionSegmentId", "interactionQueueId", "interactionAgentId", "sessionId"}
    if isinstance(example, dict):
        return {key: without_made_ids(value) for key, value in example.items() if key not in made}
    return [without_made_ids(each) for each in example] if isinstance(example, list) else example


def test_without_the_offer_it_ends_a_little_later(in_scope: Tenant, get: Get) -> None:
    """Example 8.2's own end: the flow closed the interaction 60 ms after the caller had gone (7.1)."""
    interaction = make_live(cast.support(), at=cast.today("15:20:00.000"))
    operations.abandon(interaction, at=cast.today("15:20:37.000"))
    EngagementInteraction.objects.filter(pk=interaction.pk).update(closed_at=cast.today("15:20:37.060"))
    got = get(f"interactions/{interaction.uuid}").json()
    assert (got["interactionTime"], got["customerAbandonTime"]) == (37.06, 37.0)


def test_times_told_finer_than_milliseconds_add_up(in_scope: Tenant, get: Get) -> None:
    """7.1: every time is the difference of the two instants that are shown, to the digit."""
    begin = cast.today("15:20:00.000") + timedelta(microseconds=900)
    interaction = make_live(cast.support(), at=begin)
    operations.abandon(interaction, at=cast.today("15:20:37.000"))
    got = get(f"interactions/{interaction.uuid}").json()
    assert (got["startTimestamp"], got["interactionTime"]) == ("2026-03-04T15:20:00.000Z", 37.0)
    assert (got["queues"][0]["queueTime"], got["segments"][0]["segmentTime"]) == (37.0, 37.0)


def test_a_running_interaction_shows_what_is_known(in_scope: Tenant, get: Get) -> None:
    """X-11: neither end nor open durations; open rows without an end."""
    ramona = cast.ramona(in_scope)
    queue = cast.support(ramona)
    interaction = make_live(queue, at=cast.today("15:20:00.000"))
    got = get(f"interactions/{interaction.uuid}").json()
    assert {"endTimestamp", "interactionTime", "dataComplete", "agents"}.isdisjoint(got)
    assert got["details"]["endTimestamp"] is None
    assert {"endTimestamp", "queueTime", "slaTime", "queueExitType"}.isdisjoint(got["queues"][0])
    assert {"endTimestamp", "segmentTime", "segmentEndType"}.isdisjoint(got["segments"][0])

    ready(ramona, "voice", at=cast.today("15:20:10.000"))
    operations.accept(interaction, by=ramona, at=cast.today("15:20:12.500"))
    got = get(f"interactions/{interaction.uuid}").json()
    assert got["queues"][0]["slaTime"] == 12.5
    assert got["agents"][0]["agentWorkAcceptTime"] == 2.5
    assert got["agents"][0]["conversationStartTimestamp"] == "2026-03-04T15:20:12.500Z"
    assert {"conversationEndTimestamp", "agentHandleTime", "endTimestamp"}.isdisjoint(got["agents"][0])
    assert {"customerConversationTime", "customerTalkTime", "customerTalkTimes"}.isdisjoint(got)
    assert got["customerHolds"] == 0


def test_finished_call_with_wrap_up_and_disposition(in_scope: Tenant, get: Get) -> None:
    ramona = cast.ramona(in_scope)
    interaction = make_live(cast.support(ramona), at=cast.today("15:20:00.000"))
    ready(ramona, "voice", at=cast.today("15:20:10.000"))
    operations.accept(interaction, by=ramona, at=cast.today("15:20:12.500"), talks=False)
    operations.connect(interaction, by=ramona, at=cast.today("15:20:14.000"))
    operations.hang_up(interaction, by=None, at=cast.today("15:21:00.000"))
    outcome = Disposition.objects.create(name="Sold")
    operations.set_disposition(interaction, outcome, by=ramona, at=cast.today("15:21:05.000"))
    operations.complete(interaction, by=ramona, at=cast.today("15:21:30.250"))
    got = get(f"interactions/{interaction.uuid}").json()
    assert got["dataComplete"] is True
    assert (got["interactionTime"], got["customerConversationTime"], got["customerTalkTime"]) == (90.25, 46.0, 46.0)
    assert (got["dispositionId"], got["dispositionName"]) == (str(outcome.uuid), "Sold")
    assert (got["agents"][0]["agentWrapUpTime"], got["agents"][0]["agentHandleTime"]) == (30.25, 76.25)
    assert got["agents"][0]["endTimestamp"] == "2026-03-04T15:21:00.000Z"
    assert (got["segments"][0]["segmentEndType"], got["segments"][0]["segmentTime"]) == ("success", 60.0)
    assert got["details"]["agents"][0]["dispositionName"] == "Sold"


def test_what_was_only_recorded(in_scope: Tenant, get: Get, integration: User) -> None:
    """Story (d) of the core model: begin, end and length; complete; no lists and no figures of queues."""
    draft = NewInteraction(
        values={
            "start_date_time": cast.today("09:00:00"),
            "end_date_time": cast.today("09:04:00"),
            "communication_channel": "Voice Call",
        }
    )
    interaction = record(draft, by=integration)
    got = get(f"interactions/{interaction.uuid}").json()
    assert (got["startTimestamp"], got["endTimestamp"]) == ("2026-03-04T09:00:00.000Z", "2026-03-04T09:04:00.000Z")
    assert (got["interactionTime"], got["dataComplete"], got["channelType"]) == (240.0, True, "voice")
    assert {"segments", "queues", "agents", "hooks", "ivrTime", "customerHolds", "customerTransfers"}.isdisjoint(got)


def test_links_attributes_and_notes(in_scope: Tenant, get: Get) -> None:
    """6.7 with its two spellings, and X-31."""
    interaction = make_live(at=cast.today("15:20:00.000"))
    at = cast.today("15:20:01.000")
    Hook.objects.create(
        interaction=interaction, type="zendesk", sub_type="ticket", record_id="77", name="T77", hooked_by="z1", at=at
    )
    Hook.objects.create(
        interaction=interaction,
        type="unattachedAttr",
        sub_type="interaction-attribute",
        record_id="gold",
        name="tier",
        hooked_by="flow",
        at=at,
    )
    note = Note.objects.create(interaction=interaction, title="Asked", body="about the bill", created_at=at)
    got = get(f"interactions/{interaction.uuid}").json()
    assert [(hook["hookId"], hook["hookedBy"]) for hook in got["hooks"]] == [("77", "z1")]
    (attribute,) = got["interactionAttributes"]
    assert (attribute["hookName"], attribute["hookId"], attribute["hookBy"]) == ("tier", "gold", "flow")
    assert attribute["interactionId"] == str(interaction.uuid)
    assert got["notes"] == [
        {
            "noteId": str(note.uuid),
            "title": "Asked",
            "body": "about the bill",
            "created": "2026-03-04T15:20:01.000Z",
        }
    ]


def test_a_chat_has_its_transcript(in_scope: Tenant, get: Get) -> None:
    """X-32, and chat is messaging here."""
    interaction = make_live(channel="chat", customer="web-visitor", at=cast.today("15:20:00.000"))
    said = (
        ("END_USER", "u1", "Hello"),
        ("HUMAN_AGENT", "Ramona Ilves", "Hi"),
        ("HUMAN_AGENT", "Ramona Ilves", "Well?"),
        ("END_USER", "u1", "Bye"),
        ("END_USER", "u1", "!"),
    )
    for number, (kind, who, words) in enumerate(said):
        ConversationEntry.objects.create(
            interaction=interaction,
            number=number,
            sender_kind=kind,
            participant=who,
            text=words,
            started_at=cast.today(f"15:20:0{number}.{number}00"),
        )
    got = get(f"interactions/{interaction.uuid}").json()
    assert got["channelType"] == "messaging"
    assert got["messagingTranscript"].splitlines() == [
        "2026-03-04T15:20:00.000Z web-visitor: Hello",
        "2026-03-04T15:20:01.100Z Ramona Ilves: Hi",
        "2026-03-04T15:20:02.200Z Ramona Ilves: Well?",
        "2026-03-04T15:20:03.300Z web-visitor: Bye",
        "2026-03-04T15:20:04.400Z web-visitor: !",
    ]
    assert got["customerResponseTimes"] == [1.1]


def test_a_change_after_the_end_is_dated(in_scope: Tenant, get: Get) -> None:
    """X-48: what was complete and has been corrected since says when."""
    interaction = make_answered(in_scope)
    later = cast.today("18:00:00.000")
    assert "updated" not in get(f"interactions/{interaction.uuid}").json()
    EngagementInteraction.objects.update(created_date=interaction.opened_at, system_modstamp=later)
    assert get(f"interactions/{interaction.uuid}").json()["updated"] == "2026-03-04T18:00:00.000Z"


def test_what_is_made_of_a_contact_counts_as_an_artifact(in_scope: Tenant, get: Get) -> None:
    """X-33, X-34: recordings where the telephone system keeps them, messages of an e-mail, what was said in a chat."""
    mail, chat, plain = make_live(channel="email"), make_live(channel="chat"), make_live()
    draft = NewCall(vendor_call_key="k1", started_at=plain.opened_at, to_number=NUMBER, from_number=CALLER)
    call = create_inbound(make_call_center(), draft).call
    operations.file_artifact(mail, kind="screen-recording", sub_type="", metadata={}, by=make_user("integration"))
    MailMessage.objects.create(
        interaction=mail,
        number=1,
        message_id="<1@a.example>",
        direction="inbound",
        delivery="received",
        created_at=mail.opened_at,
    )
    ConversationEntry.objects.create(
        interaction=chat, number=1, sender_kind="EndUser", participant="A", started_at=chat.opened_at, text="Hello"
    )
    address, stamps = f"interactions/{call.interaction.uuid}", ("owner", "created_by", "last_modified_by")
    for location, linked in (("https://tapes.example/1.wav", True), ("tape://7", False)):
        VoiceCallRecording.objects.filter(voice_call=call).delete()
        by = dict.fromkeys(stamps, call.created_by)
        VoiceCallRecording.objects.create(voice_call=call, name="1.wav", location=location, **by)
        told = get(address).json()
        (row,) = get(f"{address}/artifacts").json()["results"]
        assert told["artifactsSummary"] == row["artifactType"] == "audio-recording"
        assert told["audioRecording"] == (location if linked else row["url"])
    summaries = [get(f"interactions/{each.uuid}").json().get("artifactsSummary") for each in (mail, chat, plain)]
    assert summaries == ["email,screen-recording", "messaging-transcript", None]
    assert {each.get("artifactsSummary") for each in get("interactions").json()["results"]} == {
        "audio-recording",
        *summaries,
    }
