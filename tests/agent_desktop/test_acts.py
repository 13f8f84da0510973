"""What an agent does at the desk, with and without script, once and twice, in time and too late."""

import pytest

from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import operations
from apps.queues.models import Disposition, WorkOffer
from tests.agent_desktop.conftest import AtDesk


@pytest.fixture
def work(desk: AtDesk) -> EngagementInteraction:
    """A call that the agent has accepted."""
    interaction = desk.offered()
    desk.act(interaction, "accept")
    return interaction


def events(interaction: EngagementInteraction) -> list[str]:
    return list(Event.objects.filter(interaction_id=interaction.pk).order_by("id").values_list("name", flat=True))


def test_accepting_opens_the_work(desk: AtDesk) -> None:
    interaction = desk.offered()
    answer = desk.act(interaction, "accept")
    assert (answer.status_code, answer["Location"]) == (303, f"/desk/work/{interaction.uuid}")
    page = desk.look(answer["Location"])
    assert "In conversation" in page
    assert "You accepted after" in page
    assert 'id="offer-' not in page


def test_with_script_accepting_answers_with_the_parts_that_change(scripted: AtDesk) -> None:
    interaction = scripted.offered()
    answer = scripted.act(interaction, "accept")
    body = answer.content.decode()
    assert answer.status_code == 200
    assert answer["HX-Push-Url"] == f"/desk/work/{interaction.uuid}"
    for part in ("statebar", "offers", "my-work", "work", "context"):
        assert f'id="{part}"' in body
    assert "<html" not in body


def test_a_double_click_does_no_harm_and_says_nothing(desk: AtDesk) -> None:
    interaction = desk.offered()
    desk.act(interaction, "accept")
    again = desk.act(interaction, "accept")
    assert again["Location"] == f"/desk/work/{interaction.uuid}"
    shown, _, what_the_script_may_say = desk.look(again["Location"]).partition('<template id="said">')
    assert "sw-notice--warn" not in shown
    assert "sw-notice--warn" in what_the_script_may_say
    assert events(interaction).count("work.accepted") == 1


def test_rejecting_leaves_the_page_on_what_was_open(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.queue.voice_is_exclusive = False
    desk.queue.save()
    offered = desk.offered(channel="chat", customer="anna@example.org")
    answer = desk.act(offered, "reject", open=str(work.uuid))
    assert answer["Location"] == f"/desk/work/{work.uuid}"
    assert events(offered)[-1] == "work.rejected"


@pytest.mark.parametrize("script", [False, True])
def test_accepting_too_late_is_said_plainly(desk: AtDesk, script: bool) -> None:
    desk.script = script
    interaction = desk.offered()
    operations.abandon(interaction)
    answer = desk.act(interaction, "accept")
    page = answer.content.decode() if script else desk.look(answer["Location"])
    assert "The call offer has gone. The customer has left." in page
    assert events(interaction)[-1] == "engagement.abandoned"


def test_an_offer_that_ran_out_under_the_eyes_is_said_in_its_place(scripted: AtDesk) -> None:
    interaction = scripted.offered()
    offer = WorkOffer.objects.get(interaction=interaction)
    operations.time_out(offer)
    offers = scripted.parts("offers", shown=str(offer.uuid))
    assert "The call offer has gone." in offers
    assert "It ran out after" in offers
    assert "ready for the next call" in offers


def test_a_pair_is_attached_and_removed(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "attach", key="plate", value="H-KW 1931")
    work.refresh_from_db()
    assert work.user_data == {"plate": "H-KW 1931"}
    assert "H-KW 1931" in desk.look(f"/desk/work/{work.uuid}")
    desk.act(work, "remove", key="plate")
    work.refresh_from_db()
    assert work.user_data == {}


@pytest.mark.parametrize("script", [False, True])
def test_a_pair_without_a_name_is_refused_at_the_field_and_keeps_the_value(
    desk: AtDesk, work: EngagementInteraction, script: bool
) -> None:
    desk.script = script
    before = events(work)
    answer = desk.act(work, "attach", key=" ", value="kept as typed", open=str(work.uuid))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Give the pair a name." in body
    assert 'aria-invalid="true"' in body
    assert "kept as typed" in body
    assert ("<html" in body) is not script
    assert events(work) == before


def test_hanging_up_leads_to_wrap_up_and_completing_to_the_end(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "hang_up")
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "After-call work" in page
    assert 'value="hang_up"' not in page
    answer = desk.act(work, "complete")
    assert answer["Location"] == "/desk/"
    work.refresh_from_db()
    assert work.stage == "ended"
    assert "1 contact handled today" in desk.look()


@pytest.mark.parametrize("script", [False, True])
def test_a_required_disposition_is_asked_for_at_its_field(
    desk: AtDesk, work: EngagementInteraction, script: bool
) -> None:
    desk.script = script
    desk.queue.disposition_required = True
    desk.queue.save()
    opened = Disposition.objects.create(name="Claim opened")
    refused = desk.act(work, "complete", disposition="", open=str(work.uuid))
    assert refused.status_code == 422
    assert "Claims asks for one before completing." in refused.content.decode()
    work.refresh_from_db()
    assert work.stage == "handled"

    desk.act(work, "complete", disposition=str(opened.uuid))
    work.refresh_from_db()
    assert work.stage == "ended"
    assert WorkOffer.objects.get(interaction=work).disposition == opened
    assert events(work).count("work.completed") == 1


def test_a_disposition_can_be_chosen_ahead(desk: AtDesk, work: EngagementInteraction) -> None:
    opened = Disposition.objects.create(name="Claim opened")
    desk.act(work, "disposition", disposition=str(opened.uuid))
    assert f'value="{opened.uuid}" selected' in desk.look(f"/desk/work/{work.uuid}")
    assert desk.act(work, "disposition", disposition="gone").status_code == 422


def test_a_stale_form_says_when_the_work_was_finished(desk: AtDesk, work: EngagementInteraction) -> None:
    operations.complete(work, by=desk.agent)
    before = events(work)
    answer = desk.act(work, "attach", key="plate", value="H-KW 1931")
    assert "This work was finished at" in desk.look(answer["Location"])
    assert events(work) == before


def test_an_act_that_does_not_exist_is_not_found(desk: AtDesk, work: EngagementInteraction) -> None:
    assert desk.act(work, "explode").status_code == 404
    assert desk.client.post("/desk/", {"act": "accept"}).status_code == 404


def test_parts_follow_work_that_another_client_accepted(scripted: AtDesk) -> None:
    interaction = scripted.offered()
    operations.accept(interaction, by=scripted.agent)
    body = scripted.parts("offers", "work-head", "journal")
    assert f'data-work="{interaction.uuid}"' in body  # nothing was open: the whole column comes


def test_wrap_up_that_ran_out_is_over(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "hang_up")
    operations.end_wrap_up(WorkOffer.objects.get(interaction=work), at=clock.now())
    answer = desk.act(work, "complete")
    assert "This work was finished at" in desk.look(answer["Location"])
