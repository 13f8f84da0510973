"""Hold, transfer, parking and fetching at the desk."""

import pytest
from django.test import Client

from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import QueueEntry, Workbin, WorkOffer
from tests.agent_desktop.conftest import AtDesk
from tests.builders import make_agent, make_queue, ready
from tests.desktop import Desktop
from tests.telephony import NUMBER, make_call_center


@pytest.fixture
def work(desk: AtDesk) -> EngagementInteraction:
    """A call that the agent has accepted."""
    interaction = desk.offered()
    desk.act(interaction, "accept")
    return interaction


@pytest.fixture
def ines(desk: AtDesk) -> Agent:
    """A colleague who is ready."""
    return ready(make_agent("ines"))


def test_hold_and_resume(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "hold")
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "On hold" in page
    assert 'value="resume"' in page
    desk.act(work, "hold")  # a second click
    desk.act(work, "resume")
    work.refresh_from_db()
    assert work.held_since is None


def test_mute_is_kept_and_every_dialect_reads_it(desk: AtDesk, work: EngagementInteraction) -> None:
    genesys = Desktop(desk.agent.user)
    assert genesys.get("me/calls?fields=*")["calls"][0]["mute"] == "Off"
    desk.act(work, "mute")
    desk.act(work, "mute")  # a second click
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "You are mute" in page
    assert 'value="unmute"' in page
    assert genesys.get("me/calls?fields=*")["calls"][0]["mute"] == "On"
    desk.act(work, "unmute")
    assert "You are mute" not in desk.look(f"/desk/work/{work.uuid}")
    told = genesys.told("/v2/me/calls")
    assert [each["call"]["mute"] for each in told] == ["Off", "Off", "On", "Off"]
    desk.act(work, "mute")
    desk.act(work, "hang_up")
    assert "mute" not in desk.look(f"/desk/work/{work.uuid}").partition('id="work-head"')[2].partition("</header>")[0]


def test_a_number_outside_is_asked_and_takes_over(desk: AtDesk, work: EngagementInteraction) -> None:
    make_call_center(desk.queue)
    headers = {"X-Desk-Work": str(work.uuid)}
    found = desk.client.get("/desk/targets", {"q": " 040  123 456"}, headers=headers).content.decode()
    assert 'value="number:040 123 456"' in found
    assert "Number outside" in found
    ours = desk.client.get("/desk/targets", {"q": NUMBER}, headers=headers).content.decode()
    assert "Number of Claims" in ours
    refused = desk.act(work, "hand", how="add", to="number:040 123 456", panel="hand")
    assert "all three talk" in refused.content.decode()
    assert "Choose who is to have it." in desk.act(work, "hand", to="number:12", panel="hand").content.decode()

    desk.act(work, "hand", how="warm", to="number:040 123 456")
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "Dialled outside:" in page
    assert "On hold" in page
    assert 'id="work-hand"' not in page
    desk.act(work, "take_back")
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "Dialled outside:" not in page
    assert "On hold" not in page
    desk.act(work, "hand", how="warm", to="number:040 123 456")
    desk.act(work, "hand_over")
    work.refresh_from_db()
    assert (work.stage, work.handler) == ("flow", None)
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "After-call work" in page
    assert 'id="complete"' in page
    desk.act(work, "complete", note="He waits.")
    work.refresh_from_db()
    assert (work.stage, work.user_data) == ("flow", {"Note": "He waits."})
    assert "This work is over." in desk.look(f"/desk/work/{work.uuid}")


def test_a_call_goes_outside_at_once_and_an_email_never(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "hand", how="cold", to="number:+49 40 123456")
    work.refresh_from_db()
    assert (work.stage, work.segments.latest("number").extension) == (
        "flow",
        {"type": "pstn", "value": "+49 40 123456"},
    )
    mail = desk.offered(channel="email")
    desk.act(mail, "accept")
    assert "Only a call" in desk.act(mail, "hand", to="number:+4940123456", panel="hand").content.decode()


def test_the_panel_names_who_can_take_it_ready_colleagues_first(
    desk: AtDesk, work: EngagementInteraction, ines: Agent
) -> None:
    make_queue("Billing")
    ready(make_agent("wojciech"))
    operations.make_not_ready(Agent.objects.get(user__username="wojciech"), by=desk.agent.user)
    page = desk.look(f"/desk/work/{work.uuid}?panel=hand")
    assert page.index("Billing") < page.index("Ines") < page.index("Wojciech")
    found = desk.client.get("/desk/targets", {"q": "INE"}, headers={"X-Desk-Work": str(work.uuid)}).content.decode()
    assert "Ines" in found
    assert "Wojciech" not in found
    strange = {"q": "\x00", "panel": "hand", "how": "?", "item": "x" * 30}
    assert desk.client.get("/desk/targets", strange, headers={"X-Desk-Work": str(work.uuid)}).status_code == 200
    assert desk.client.get("/desk/targets", headers={"X-Desk-Work": "nothing"}).status_code in (200, 204)


def test_a_warm_transfer_is_asked_answered_and_completed(
    desk: AtDesk, work: EngagementInteraction, ines: Agent, client: Client
) -> None:
    desk.act(work, "hand", how="warm", to=f"agent:{ines.pk}")
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "Asking" in page
    assert "The customer is on hold." in page
    assert 'id="work-hand"' not in page
    operations.accept(work, by=ines)
    page = desk.look(f"/desk/work/{work.uuid}")
    for act in ("hand_over", "keep_both", "take_back"):
        assert f'value="{act}"' in page
    desk.act(work, "hand_over")
    work.refresh_from_db()
    assert work.handler == ines
    assert desk.agent.user.name in desk.look(f"/desk/work/{work.uuid}") or "After-call work" in desk.look()


def test_a_conference_is_joined_and_left(desk: AtDesk, work: EngagementInteraction, ines: Agent) -> None:
    desk.act(work, "hand", how="add", to=f"agent:{ines.pk}")
    operations.accept(work, by=ines)
    assert 'value="send_out"' in desk.look(f"/desk/work/{work.uuid}")
    desk.act(work, "leave")
    work.refresh_from_db()
    assert (work.handler, work.stage) == (ines, "handled")


def test_asking_is_called_off(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "hand", how="warm", to=f"queue:{make_queue('Billing').pk}")
    desk.act(work, "take_back")
    assert not QueueEntry.objects.filter(interaction=work, left_at=None).exists()
    assert 'id="work-hand"' in desk.look(f"/desk/work/{work.uuid}")


def test_a_cold_transfer_to_a_queue(desk: AtDesk, work: EngagementInteraction) -> None:
    billing = make_queue("Billing")
    desk.act(work, "hand", how="cold", to=f"queue:{billing.pk}", panel="hand")
    assert QueueEntry.objects.get(interaction=work, left_at=None).queue == billing


@pytest.mark.parametrize("to", ["", "queue:0", "agent:999999999", "agent:x", "agent:" + "9" * 40, "tree:1"])
def test_nobody_to_hand_it_to_is_said_in_the_panel(scripted: AtDesk, to: str) -> None:
    work = scripted.offered()
    scripted.act(work, "accept")
    answer = scripted.act(work, "hand", how="cold", to=to, panel="hand", open=str(work.uuid))
    assert answer.status_code == 422
    assert "Choose who is to have it." in answer.content.decode()
    work.refresh_from_db()
    assert work.handler == scripted.agent


def test_a_colleague_who_has_just_gone_is_said_in_the_panel(
    desk: AtDesk, work: EngagementInteraction, ines: Agent
) -> None:
    operations.end_session(ines, by=ines.user)
    answer = desk.act(work, "hand", how="warm", to=f"agent:{ines.pk}", panel="hand")
    assert answer.status_code == 422
    assert "not signed in for this channel" in answer.content.decode()


def test_work_is_parked_looked_at_and_pulled(desk: AtDesk) -> None:
    letter = desk.offered(channel="email", subject="Police report")
    desk.act(letter, "accept")
    bins = Workbin.objects.filter(agent=desk.agent)
    assert desk.act(letter, "park", workbin="0", panel="park").status_code == 422
    bin = bins.first()
    assert bin
    desk.act(letter, "park", workbin=str(bin.pk), panel="park")
    letter.refresh_from_db()
    assert letter.workbin == bin
    page = desk.look(f"/desk/at/bin?of={bin.uuid}&item={letter.uuid}")
    assert "Police report" in page
    assert "Pull into my work" in page
    answer = desk.act(letter, "pull")
    assert answer["Location"] == f"/desk/work/{letter.uuid}"
    again = desk.act(letter, "pull", place=f"/desk/at/bin?of={bin.uuid}")
    assert again["Location"].startswith("/desk/at/bin")
    assert "sw-notice--warn" in desk.look(again["Location"])


def test_what_lies_in_somebody_elses_workbin_is_not_pulled(desk: AtDesk, ines: Agent) -> None:
    mine = desk.offered(channel="email")
    desk.act(mine, "accept")
    theirs = Workbin.objects.filter(agent=ines).first()
    assert theirs
    assert desk.act(mine, "park", workbin=str(theirs.pk)).status_code == 422
    operations.park(mine, theirs, by=desk.agent)
    desk.act(mine, "pull")
    mine.refresh_from_db()
    assert mine.stage == "parked"
    assert desk.client.get(f"/desk/at/bin?of={theirs.uuid}").status_code == 404


def test_acts_on_what_is_not_yours_change_nothing(desk: AtDesk, ines: Agent) -> None:
    foreign = operations.open_outbound(channel="voice", by=ines, customer="+442079460000")
    before = WorkOffer.objects.count()
    for act in ("hold", "hand_over", "leave", "take_back", "keep_both", "pull", "send_out", "note", "follow_up", "say"):
        answer = desk.act(foreign, act, kind="callback", number="1", who=str(ines.pk), text="x", note="x")
        assert answer.status_code in (303, 404, 422)
    foreign.refresh_from_db()
    assert (foreign.handler, foreign.stage, foreign.held_since) == (ines, "handled", None)
    assert WorkOffer.objects.count() == before
