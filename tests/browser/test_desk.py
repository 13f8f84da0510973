"""An agent's day in a real browser: what changes appears by itself, and what is typed stays."""

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from apps.accounts.roles import Role
from apps.agents.models import Agent
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.messaging.models import CannedText
from apps.queues import operations
from apps.queues.models import Disposition, Queue, WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.browser.conftest import OpenDesk
from tests.builders import PASSWORD, make_agent, make_live, make_queue, make_tenant, make_user
from tests.server import running


@dataclass
class Centre:
    """A contact centre with two agents and a queue. Every act here is committed at once, like anybody else's."""

    tenant: Tenant
    tomas: Agent
    fatima: Agent
    queue: Queue
    passed_on: Disposition

    def calls(self, **values: object) -> EngagementInteraction:
        with scope(self.tenant):
            return make_live(self.queue, **values)

    def does(self, act: object, *args: object, **kwargs: object) -> object:
        with scope(self.tenant):
            return act(*args, **kwargs)  # type: ignore[operator]

    def now(self, interaction: EngagementInteraction) -> EngagementInteraction:
        with scope(self.tenant):
            return EngagementInteraction.objects.get(pk=interaction.pk)


@pytest.fixture
def centre(transactional_db: None) -> Centre:
    tenant = make_tenant("Harbour Lights")
    with scope(tenant):
        tomas, fatima = make_agent("tomas"), make_agent("fatima")
        queue = make_queue("Claims", [tomas, fatima], offer_timeout_s=300)
        Disposition.objects.create(name="Claim opened")
        passed_on = Disposition.objects.create(name="Passed on")
    return Centre(tenant, tomas, fatima, queue, passed_on)


def get_ready(page: Page) -> None:
    menu = page.locator("#state-menu")
    menu.locator("summary").click()
    if menu.get_attribute("open") is None:  # its first state came in that instant
        menu.locator("summary").click()
    menu.get_by_role("button", name="Ready", exact=True).click()
    expect(page.locator("#state-menu b")).to_have_text("Ready")


def test_an_offer_appears_and_is_accepted_worked_and_done_by_keyboard(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas)
    get_ready(page)
    interaction = centre.calls(subject="Car not drivable")
    expect(page.locator(".sw-offer")).to_contain_text("Car not drivable")
    expect(page).to_have_title("(1) Call offered · Desk · Switchroom")

    page.keyboard.press("F8")
    expect(page.locator("#work h1")).to_be_focused()
    expect(page.locator("#work-head")).to_contain_text("In conversation")
    expect(page.locator(".sw-offer")).to_have_count(0)
    assert page.url.endswith(f"/desk/work/{interaction.uuid}")

    page.get_by_label("Name", exact=True).fill("plate")
    page.get_by_label("Value", exact=True).fill("H-KW 1931")
    page.keyboard.press("Enter")
    expect(page.locator("#pairs")).to_contain_text("H-KW 1931")
    expect(page.get_by_label("Name", exact=True)).to_have_value("")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()

    page.locator("#disposition").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#my-day")).to_contain_text("1")
    expect(page.locator("#my-work")).to_contain_text("None.")
    done = centre.now(interaction)
    assert (done.stage, done.user_data) == ("ended", {"plate": "H-KW 1931"})


def test_a_rejected_offer_goes_to_the_other_agent(centre: Centre, open_desk: OpenDesk) -> None:
    tomas, fatima = open_desk(centre.tomas), open_desk(centre.fatima)
    get_ready(tomas)
    centre.calls()
    expect(tomas.locator(".sw-offer")).to_have_count(1)
    get_ready(fatima)
    tomas.keyboard.press("F9")
    expect(fatima.locator(".sw-offer")).to_have_count(1)
    expect(tomas.locator(".sw-offer")).to_have_count(0)


def test_an_offer_that_goes_away_is_said_plainly(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas)
    get_ready(page)
    interaction = centre.calls()
    expect(page.locator(".sw-offer")).to_have_count(1)
    centre.does(operations.abandon, interaction)
    expect(page.locator("#offers")).to_contain_text("The call offer has gone. The customer has left.")
    page.get_by_label("Dismiss").click()
    expect(page.locator("#offers")).to_contain_text("Nothing offered")


def test_what_another_client_does_shows_here(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas)
    get_ready(page)
    interaction = centre.calls()
    centre.does(operations.accept, interaction, by=centre.tomas)
    expect(page.locator("#work-head")).to_contain_text("In conversation")
    centre.does(operations.hang_up, interaction, by=None)
    expect(page.locator("#work-head")).to_contain_text("After-call work")
    centre.does(operations.complete, interaction, by=centre.tomas)
    expect(page.locator("#work-head")).to_contain_text("This work is over.")


@pytest.fixture
def typing(centre: Centre, open_desk: OpenDesk) -> tuple[Page, EngagementInteraction]:
    """A page with work open and a half-typed value under the cursor."""
    page = open_desk(centre.tomas)
    get_ready(page)
    interaction = centre.calls()
    page.locator(".sw-offer [value=accept]").click()
    page.get_by_label("Value", exact=True).press_sequentially("half a sen")
    return page, interaction


def test_typing_survives_a_push(centre: Centre, typing: tuple[Page, EngagementInteraction]) -> None:
    page, interaction = typing
    note = page.locator("#notes").element_handle()
    centre.does(operations.attach_user_data, interaction, {"plate": "H-KF 1931"}, by=centre.tomas)
    expect(page.locator("#pairs")).to_contain_text("H-KF 1931")
    assert note.evaluate("note => note.isConnected"), "what is the same as before is left alone, and not read out again"
    centre.does(operations.hang_up, interaction, by=None)
    expect(page.locator("#work-head")).to_contain_text("After-call work")
    page.keyboard.type("tence")
    expect(page.get_by_label("Value", exact=True)).to_have_value("half a sentence")


def test_a_choice_not_saved_yet_is_kept_and_the_change_beside_it_told(
    centre: Centre, typing: tuple[Page, EngagementInteraction]
) -> None:
    page, interaction = typing
    page.reload()
    page.locator("#live[data-live=on]").wait_for(state="attached")
    page.locator("#disposition").select_option("Claim opened")
    centre.does(operations.set_disposition, interaction, centre.passed_on, by=centre.tomas)
    expect(page.locator("#wrapup")).to_contain_text("This was changed meanwhile by Tomas. What you typed is kept.")
    expect(page.locator("#disposition option:checked")).to_have_text("Claim opened")
    page.get_by_role("button", name="Show the change").click()
    expect(page.locator("#disposition option:checked")).to_have_text("Passed on")


def test_typing_survives_a_reload_and_signing_in_again(
    centre: Centre, typing: tuple[Page, EngagementInteraction]
) -> None:
    page, _ = typing
    page.reload()
    expect(page.get_by_label("Value", exact=True)).to_have_value("half a sen")

    page.get_by_label("Name", exact=True).fill("note")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Sign in · Switchroom")
    page.get_by_label("Name").fill("tomas")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Value", exact=True)).to_have_value("half a sen")
    page.get_by_role("button", name="Attach").click()
    expect(page.locator("#pairs")).to_contain_text("half a sen")
    expect(page.get_by_label("Value", exact=True)).to_have_value("")


def test_a_refused_field_gets_the_focus(typing: tuple[Page, EngagementInteraction]) -> None:
    page, _ = typing
    page.get_by_role("button", name="Attach").click()
    expect(page.locator("#pair-key-e")).to_have_text("Give the pair a name.")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.get_by_label("Value", exact=True)).to_have_value("half a sen")


def test_a_lost_connection_is_said_and_then_all_is_in_step(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas)
    get_ready(page)
    page.context.set_offline(True)
    expect(page.locator("#live")).to_have_text("Not live")
    expect(page.locator("#connection")).to_contain_text("Connection lost at")
    centre.calls()
    page.context.set_offline(False)
    expect(page.locator("#live")).to_have_text("In step")
    expect(page.locator("#connection")).to_contain_text("Back in step.")
    expect(page.locator(".sw-offer")).to_have_count(1)


def test_without_script_work_is_accepted_annotated_and_done(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas, java_script_enabled=False)
    menu = page.locator("#state-menu")
    menu.locator("summary").click()
    if menu.get_attribute("open") is None:  # its first state came in that instant
        menu.locator("summary").click()
    menu.get_by_role("button", name="Ready", exact=True).click()
    interaction = centre.calls()
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Accept").click()
    assert page.url.endswith(f"/desk/work/{interaction.uuid}")
    page.get_by_label("Name", exact=True).fill("plate")
    page.get_by_role("button", name="Attach").click()
    page.get_by_role("button", name="Complete").click()
    expect(page.locator("#my-work")).to_contain_text("None.")
    assert centre.now(interaction).stage == "ended"


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
def test_nothing_scrolls_sideways(centre: Centre, open_desk: OpenDesk, width: int) -> None:
    page = open_desk(centre.tomas, viewport={"width": width, "height": 800})
    get_ready(page)
    centre.does(operations.make_ready, centre.tomas, by=centre.tomas.user)
    accepted = centre.calls(
        subject="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
    )
    page.locator(".sw-offer").wait_for()
    page.keyboard.press("F8")
    expect(page.locator("#work-head")).to_contain_text("In conversation")
    centre.does(operations.attach_user_data, accepted, {"k" * 80: "v" * 500}, by=centre.tomas)
    expect(page.locator("#pairs")).to_contain_text("vvv")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_two_windows_of_one_agent_agree(centre: Centre, open_desk: OpenDesk) -> None:
    one = open_desk(centre.tomas)
    other = one.context.new_page()
    other.goto("/desk/")
    get_ready(one)
    expect(other.locator("#state-menu b")).to_have_text("Ready")
    centre.calls()
    one.locator(".sw-offer").wait_for()
    other.locator(".sw-offer [value=accept]").click()
    expect(one.locator(".sw-offer")).to_have_count(0)
    expect(one.locator("#work-head")).to_contain_text("In conversation")
    with scope(centre.tenant):
        assert WorkOffer.objects.filter(agent=centre.tomas).count() == 1


def test_two_agents_and_a_supervisor_from_offer_to_required_disposition(centre: Centre, open_desk: OpenDesk) -> None:
    with scope(centre.tenant):
        centre.queue.disposition_required = True
        centre.queue.save()
        CrmRecord.objects.create(object_name="Contact", record_id="003000000000001AAA", name="Hannelore Wolkenstein")
        siobhan = make_user(Role.SUPERVISOR, "siobhan")
        CannedText.objects.create(name="Refund", text="The money goes back within five days.")
    tomas, fatima = open_desk(centre.tomas), open_desk(centre.fatima)
    get_ready(tomas)
    interaction = centre.calls()
    tomas.locator(".sw-offer").wait_for()
    tomas.keyboard.press("F8")
    expect(tomas.locator("#work-head")).to_contain_text("In conversation")
    get_ready(fatima)

    tomas.locator("#add-person").click()
    tomas.get_by_label("External Attendee").fill("003000000000001AAA")
    tomas.locator("#person-form").get_by_role("button", name="Save").click()
    tomas.locator("#attendees").get_by_role("link", name="Verify").click()
    tomas.get_by_label("Date of birth").check()
    tomas.get_by_role("button", name="It matches").click()
    expect(tomas.locator("#attendees")).to_contain_text("by you: Date of birth")
    tomas.locator("#add-topic").click()
    tomas.locator("#topic-form [name=Name]").fill("Motor claim")
    tomas.keyboard.press("Control+Enter")
    expect(tomas.locator("#topics")).to_contain_text("Motor claim")

    tomas.locator("#work-hand").click()
    tomas.locator("#hand-q").fill("claims")
    expect(tomas.locator("#targets label")).to_have_count(1)
    tomas.locator("#targets").get_by_text("Claims").click()
    tomas.get_by_role("button", name="Go ahead").click()
    expect(tomas.locator("#asked")).to_contain_text("Asking Claims")
    fatima.locator(".sw-offer").wait_for()
    fatima.keyboard.press("F8")
    expect(fatima.locator("#topics")).to_contain_text("Motor claim")
    found = Axe().run(tomas)
    assert found.violations_count == 0, found.generate_report()
    tomas.get_by_role("button", name="Hand over").click()
    expect(tomas.locator("#work-head")).to_contain_text("After-call work")
    expect(fatima.locator("#work-head")).not_to_contain_text("Also here")

    fatima.locator("#note").press_sequentially("Promised: /ref")
    fatima.get_by_role("option", name="Refund").wait_for()
    fatima.keyboard.press("Enter")
    expect(fatima.locator("#note")).to_have_value("Promised: The money goes back within five days.")
    fatima.locator("#disposition").focus()
    fatima.keyboard.press("Control+Enter")
    expect(fatima.locator("#disposition-e")).to_contain_text("Choose a disposition.")
    expect(fatima.locator("#disposition")).to_be_focused()
    fatima.locator("#disposition").select_option("Claim opened")
    fatima.keyboard.press("Control+Enter")
    expect(fatima.locator("#my-work")).to_contain_text("None.")
    assert centre.now(interaction).user_data["Note"] == "Promised: The money goes back within five days."

    client = Client()
    client.force_login(siobhan)
    seen = client.get(f"/admin/engagements/engagementinteraction/{interaction.pk}/change/").content.decode()
    for who in ("Tomas", "Fatima", "Hannelore Wolkenstein"):
        assert who in seen


def test_typing_is_kept_for_every_window_and_the_palette_goes_by_keyboard(
    typing: tuple[Page, EngagementInteraction],
) -> None:
    page, _ = typing
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("#note").fill("half a thought")
    expect(other.locator("#note")).to_have_value("half a thought")
    page.locator("body[data-ready]").wait_for(state="attached")
    page.keyboard.press("Control+k")
    page.keyboard.type("hold")
    page.keyboard.press("Enter")
    expect(page.locator("#work-head")).to_contain_text("On hold")
    expect(other.locator("#work-head")).to_contain_text("On hold")
    page.keyboard.press("F7")
    expect(page.locator("#work-hold")).to_contain_text("Hold")
    page.keyboard.press("Control+k")
    page.keyboard.type("my interactions")
    page.keyboard.press("Enter")
    expect(page.locator("#work-title")).to_have_text("My interactions")
    page.go_back()
    expect(page.locator("#note")).to_have_value("half a thought")


def test_typing_survives_a_restart_of_the_server(centre: Centre, browser: Browser) -> None:
    client = Client()
    client.force_login(centre.tomas.user)
    with running() as first:
        context = browser.new_context(base_url=first.address)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": first.address}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.goto("/desk/")
        page.locator("#live[data-live=on]").wait_for(state="attached")
        interaction = centre.does(operations.open_outbound, channel="voice", by=centre.tomas, customer="+442079460777")
        page.locator("#note").fill("half a thought")
        first.kill()
        expect(page.locator("#live")).to_have_text("Not live")
    centre.does(operations.hang_up, interaction, by=None)
    with running(port=int(first.address.rpartition(":")[2])) as second:
        expect(page.locator("#live")).to_have_text("In step")
        expect(page.locator("#work-head")).to_contain_text("After-call work")
        expect(page.locator("#connection")).to_contain_text("Back in step.")
        page.locator("#note").press("End")
        page.keyboard.type(", and the rest")
        page.locator("#notes").get_by_role("button", name="Save").click()
        expect(page.locator("#note")).to_have_value("half a thought, and the rest")
        context.close()
        second.kill()
