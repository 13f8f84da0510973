"""One call with two transfers, a conference, three holds and a voicemail: everybody tells the same durations of it.

Salesforce has whole seconds of its own time stamps (M-05), CxEngage and the screens milliseconds: equal to a second.
"""

import base64
import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client

from apps.common import clock
from apps.common.display import span
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.reporting import figures
from apps.reporting.journal import load_one
from apps.reporting.spans import between
from apps.voice_calls.models import CallCenterRoutingMap, VoiceCall
from tests.builders import PASSWORD, make_agent, make_queue, make_user, ready
from tests.telephony import Phone, claims_for, new_call, sign

pytestmark = pytest.mark.usefixtures("looking")
A_SECOND = 1000  # ms


class Story:
    """A telephone system and its agents, on a clock that moves as the story says."""

    def __init__(self, phone: Phone, monkeypatch) -> None:
        self.phone, self.now = phone, clock.now()
        monkeypatch.setattr(clock, "now", lambda: self.now)
        self.token = sign(claims_for(phone.tenant, exp=4 * 3600))

    def after(self, seconds: float) -> str:
        self.now = clock.to_millisecond(self.now + timedelta(seconds=seconds))
        return self.now.isoformat()

    def create(self, key: str, **changes) -> None:
        body = new_call(vendorCallKey=key, startTime=self.now.isoformat(), **changes)
        assert self.phone.send("POST", "/voiceCalls", body, token=self.token).status_code == 201

    def update(self, key: str, **body) -> None:
        answer = self.phone.send("PATCH", f"/voiceCalls/{key}", body, token=self.token)
        assert answer.status_code == 202

    def answers(self, key: str, name: str) -> None:
        self.update(key, isActiveCall=True, agent=name, acceptTime=self.now.isoformat())

    def ends(self, key: str, **body) -> None:
        started = VoiceCall.objects.get(vendor_call_key=key).vendor_figures["started"]
        self.update(key, startTime=started, endTime=self.now.isoformat(), **body)

    def holds(self, agent, seconds: float) -> None:
        contact = EngagementInteraction.objects.get()
        operations.hold(contact, by=agent)
        self.after(seconds)
        operations.resume(contact, by=agent)


@pytest.fixture
def story(phone, center, queue, monkeypatch):
    b, c, d = (ready(make_agent(name)) for name in ("boris", "cleo", "dora"))
    queue.wrap_up_s = 0
    queue.save()
    queue.memberships.create(agent=b)
    for name, agent in (("level-2", c), ("level-3", d)):
        target = make_queue(name, members=[agent], wrap_up_s=0)
        CallCenterRoutingMap.objects.create(
            call_center=center, external_id=name, queue=target, developer_name=name, master_label=name
        )
    told = Story(phone, monkeypatch)
    told.create("k1")
    told.after(20.25)
    told.answers("k1", "boris")
    for pause, hold in ((30.5, 12.75), (41.125, 8.5)):
        told.after(pause)
        told.holds(b, hold)
    told.after(25)
    told.create("k2", initiationMethod="Transfer", parentVoiceCallId="k1", queue="level-2")
    told.after(9.375)
    told.answers("k2", "cleo")
    told.after(6)
    told.ends("k1")
    told.after(35)
    told.holds(c, 20.125)
    told.after(3)
    told.create("k3", initiationMethod="Conference", parentVoiceCallId="k2")
    told.after(4)
    told.answers("k3", "boris")
    told.after(50.5)
    told.ends("k3")
    operations.complete(EngagementInteraction.objects.get(), by=b)
    told.after(10)
    told.create("k4", initiationMethod="Transfer", parentVoiceCallId="k2", queue="level-3")
    told.after(7.25)
    told.answers("k4", "dora")
    told.after(2)
    told.ends("k2")
    told.after(61)
    told.ends("k4")
    told.after(30)
    told.update("k4", isActiveCall=True, callOrigin="Voicemail", recordingLocation="https://recordings.example/v.wav")
    told.after(15.5)
    told.ends("k4", totalRecordingDuration=15)
    return told


def near(one: float, other: float) -> bool:
    return abs(one - other) < A_SECOND


def calls() -> dict[str, VoiceCall]:
    return {call.vendor_call_key: call for call in VoiceCall.objects.order_by("id")}


def cxengage_record(tenant, contact) -> dict:
    user = make_user("integration", "reporting-client")
    given = base64.b64encode(f"{user.username}:{PASSWORD}".encode()).decode()
    path = f"/v1/tenants/{tenant.uuid}/interactions/{contact.uuid}"
    answer = Client().get(path, headers={"Authorization": f"Basic {given}"})
    assert answer.status_code == 200
    return answer.json()


def exported(contact) -> dict:
    supervisor = make_user("supervisor")
    client = Client()
    client.force_login(supervisor)
    answer = client.get(f"/admin/engagements/engagementinteraction/{contact.pk}/table.csv")
    (row,) = csv.DictReader(StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff")))
    return row


def page_of(contact) -> str:
    """The words that the supervisor reads, a space between any two."""
    client = Client()
    client.force_login(make_user("supervisor"))
    page = client.get(f"/admin/engagements/engagementinteraction/{contact.pk}/change/").content.decode()
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_the_legs_are_one_contact_that_is_over(story):
    contact = EngagementInteraction.objects.get()
    legs = calls()
    assert contact.stage == "ended"
    assert {call.call_disposition for call in legs.values()} == {"completed"}
    assert [leg.cause for leg in contact.segments.order_by("number")][:4] == ["start", "transfer", "add", "transfer"]
    assert legs["k4"].call_origin == "Voicemail"
    assert contact.conversation.ended_at is not None


def test_holds_are_the_same_for_everybody(story, tenant):
    contact, legs = EngagementInteraction.objects.get(), calls()
    assert figures.customer_hold_times(load_one(contact)) == [12_750, 8_500, 20_125]
    assert {key: leg.number_of_holds for key, leg in legs.items()} == {"k1": 2, "k2": 1, "k3": 0, "k4": 0}
    for key, exact, longest in (("k1", 21_250, 12_750), ("k2", 20_125, 20_125)):
        cut_off = exact - legs[key].customer_hold_duration * 1000
        assert 0 <= cut_off < legs[key].number_of_holds * A_SECOND
        assert near(legs[key].longest_hold_duration * 1000, longest)
    record, row = cxengage_record(tenant, contact), exported(contact)
    assert (record["customerHolds"], record["customerHoldTime"]) == (3, 41.375)
    assert record["customerHoldTimes"] == [12.75, 8.5, 20.125]
    assert (row["Holds"], row["Hold, s"]) == ("3", "41.375")
    assert "Hold 00:41 3 times 00:12, 00:08 and 00:20" in page_of(contact)


def test_talk_is_the_same_for_everybody_and_a_voicemail_is_none(story, tenant):
    contact = EngagementInteraction.objects.get()
    talks = [30.5, 41.125, 25 + 9.375 + 6 + 35, 3 + 4 + 50.5 + 10 + 7.25 + 2 + 61]
    record, row = cxengage_record(tenant, contact), exported(contact)
    assert record["customerTalkTimes"] == talks
    assert record["customerTalkTime"] == float(row["Talk, s"]) == sum(talks)
    assert record["customerConversationTime"] == float(row["Conversation, s"]) == sum(talks) + 41.375
    assert f"Talk {span(sum(talks))} 3 agents" in page_of(contact)


def test_lengths_are_the_same_for_everybody(story, tenant):
    contact, legs = EngagementInteraction.objects.get(), calls()
    journal = load_one(contact)
    for key, first, last in (("k1", 0, 0), ("k2", 1, 1), ("k3", 2, 2), ("k4", 3, 4)):
        length = between(journal.segments[first].started_at, journal.segments[last].ended_at)
        assert near(legs[key].call_duration_in_seconds * 1000, length)
    record, row = cxengage_record(tenant, contact), exported(contact)
    whole = legs["k4"].call_end_date_time - legs["k1"].call_start_date_time
    assert record["interactionTime"] == float(row["With wrap-up, s"])
    assert near(whole.total_seconds() * 1000, record["interactionTime"] * 1000)
    assert float(row["Duration, s"]) == whole.total_seconds()
    assert int(row["Transfers"]) == record["customerTransfers"] == 2
    assert f"Duration {span(whole)}" in page_of(contact)
