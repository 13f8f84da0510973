"""Workbins, own lists, what is found, contacts to read, texts of one's own, and contacts that the agent begins."""

from datetime import timedelta

import pytest

from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.messaging.models import CannedText
from apps.queues import operations, sweeps
from apps.queues.models import OutboundIdentifier, OutboundUse, QueueEntry
from apps.tenants.models import Tenant
from tests.agent_desktop.conftest import AtDesk
from tests.builders import make_agent, ready


@pytest.fixture
def work(desk: AtDesk) -> EngagementInteraction:
    interaction = desk.offered(subject="Car not drivable")
    desk.act(interaction, "accept")
    return interaction


def test_lists_are_the_agents_own(desk: AtDesk, work: EngagementInteraction) -> None:
    foreign = operations.open_outbound(channel="voice", by=ready(make_agent("ines")), customer="+442079460001")
    desk.act(work, "topic", Name="Motor claim", panel="topic", item="")
    assert work.name in desk.look("/desk/at/list?of=interactions")
    assert foreign.name not in desk.look("/desk/at/list?of=interactions")
    assert work.name in desk.look("/desk/at/list?of=attendees")
    assert "Motor claim" in desk.look("/desk/at/list?of=topics")
    for beyond in ("older=nonsense", "newer=%00", "older=9_9"):
        assert desk.client.get(f"/desk/at/list?of=interactions&{beyond}").status_code == 200


@pytest.mark.parametrize(
    "address", ["list?of=nothing", "list", "bin?of=x", "bin", "nowhere?of=x", "contact?of=x", "contact?of=%00"]
)
def test_a_place_that_is_not_there_is_not_found(desk: AtDesk, address: str) -> None:
    assert desk.client.get(f"/desk/at/{address}").status_code == 404


def test_contacts_are_found_and_read(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "note", note="He waits for the police report.")
    for typed in (work.name, "020 7946 0123", str(work.uuid)):
        assert "Car not drivable" in desk.look(f"/desk/at/find?of={typed}")
    for odd in ("%00", "%F0%9F%9A%97", "'; drop", "x" * 3000, ""):
        assert desk.client.get(f"/desk/at/find?of={odd}").status_code == 200
    page = desk.look(f"/desk/at/contact?of={work.uuid}")
    assert "He waits for the police report." in page
    assert "You accepted after" in page


def test_a_place_stays_while_offers_come_and_go(scripted: AtDesk) -> None:
    offered = scripted.offered()
    headers = {"HX-Request": "true", "X-Desk-Place": "/desk/at/list?of=interactions"}
    answer = scripted.client.get("/desk/parts?want=work+offers", headers=headers).content.decode()
    assert "My interactions" in answer
    answer = scripted.client.post(f"/desk/work/{offered.uuid}", {"act": "reject"}, headers=headers)
    assert 'id="work"' not in answer.content.decode()
    assert "HX-Push-Url" not in answer


def test_a_contact_begins_with_what_the_customer_is_shown(desk: AtDesk) -> None:
    shown = OutboundIdentifier.objects.create(name="Harbour", value="+441632960000", channel="voice")
    assert "Harbour" in desk.look("/desk/?panel=start&channel=voice&customer=%2B4930")
    given = {"act": "start", "panel": "start", "channel": "voice", "customer": "+442079460777"}
    answer = desk.post("/desk/", **given, identifier=str(shown.pk), subject="Call back")
    made = EngagementInteraction.objects.get(customer="+442079460777")
    assert answer["Location"] == f"/desk/work/{made.uuid}"
    assert (made.handler, made.contact_point, made.subject) == (desk.agent, shown.value, "Call back")
    assert OutboundUse.objects.get(interaction=made).identifier == shown
    full = desk.post("/desk/", **given)
    assert full.status_code == 422
    assert "no room" in full.content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"channel": "voice"}, "Enter the number."),
        ({"channel": "pigeon"}, "You do not work on this channel."),
        ({"channel": "voice", "customer": "1", "identifier": "999"}, "not there any more"),
        ({"channel": "voice", "customer": "1" * 256}, "At most 255"),
        ({"channel": "email", "customer": "nobody"}, "is no e-mail address"),
    ],
)
def test_a_contact_that_cannot_begin_says_why_at_the_field(desk: AtDesk, given: dict[str, str], said: str) -> None:
    answer = desk.post("/desk/", act="start", panel="start", **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not EngagementInteraction.objects.exists()


def test_follow_ups_wait_for_their_time_or_lie_in_a_workbin(desk: AtDesk, work: EngagementInteraction) -> None:
    assert "Call the customer back" in desk.look(f"/desk/work/{work.uuid}?panel=follow")
    given = {"panel": "follow", "kind": "callback", "number": "+442079460123"}
    assert desk.act(work, "follow_up", **{**given, "number": ""}).status_code == 422
    assert desk.act(work, "follow_up", **given, due="2020-01-01T10:00").status_code == 422
    desk.act(work, "follow_up", **given, due="2100-01-01T10:00")
    stay = QueueEntry.objects.get(interaction__parent=work)
    assert (stay.entry_type, stay.is_routable) == ("callback", False)
    desk.act(work, "follow_up", panel="follow", kind="task", subject="Ask the assessor")
    task = EngagementInteraction.objects.get(parent=work, channel="work_item")
    assert task.workbin
    assert "Ask the assessor" in desk.look(f"/desk/at/bin?of={task.workbin.uuid}")


def test_texts_are_everybodys_and_ones_own(desk: AtDesk) -> None:
    CannedText.objects.create(name="Refund", text="Within 5 days.")
    CannedText.objects.create(name="Theirs", text="x", agent=make_agent("ines"))
    desk.post("/desk/canned", name="Hello", text="Good morning")
    desk.post("/desk/canned", name="hello", text="Good afternoon")
    texts = {each["name"]: each["text"] for each in desk.client.get("/desk/canned").json()}
    assert texts == {"hello": "Good afternoon", "Refund": "Within 5 days."}
    page = desk.look("/desk/at/list?of=texts")
    assert "Good afternoon" in page
    for given in ({"name": "", "text": "x"}, {"name": "x" * 81, "text": "x"}, {"name": "a", "text": "\x00"}):
        desk.post("/desk/canned", **given)
    desk.post("/desk/canned", drop=str(CannedText.objects.get(name="Theirs").pk))
    desk.post("/desk/canned", drop=str(CannedText.objects.get(name="hello").pk))
    assert set(CannedText.objects.values_list("name", flat=True)) == {"Refund", "Theirs"}


def test_do_not_disturb_is_set_and_ended(desk: AtDesk) -> None:
    desk.post("/desk/state", to="ready")
    desk.post("/desk/state", to="quiet", channel="voice")
    assert "Do not disturb" in desk.look()
    assert desk.agent.channels.get(channel="voice").do_not_disturb
    desk.post("/desk/state", to="heard", channel="voice")
    assert not desk.agent.channels.get(channel="voice").do_not_disturb


def test_who_was_set_not_ready_reads_why(desk: AtDesk) -> None:
    desk.post("/desk/state", to="ready")
    desk.agent.channels.update(is_ready=False, cause="misses")
    assert "You were set not ready because you missed offers." in desk.look()
    desk.post("/desk/state", to="ready")
    assert 'id="was-set"></div>' in desk.look().replace("\n", "")


def test_who_does_nothing_is_warned_and_says_so(desk: AtDesk, tenant: Tenant) -> None:
    tenant.inactivity_logout_min = 30
    tenant.save()
    desk.look()
    desk.agent.sessions.update(active_at=clock.now() - timedelta(minutes=29, seconds=30))
    assert sweeps.log_off_inactive_agents(tenant) == 1
    desk.client.post("/desk/heartbeat")  # which the page sends by itself
    assert "I am here" in desk.look()
    desk.post("/desk/state", to="here")
    assert "I am here" not in desk.look()
