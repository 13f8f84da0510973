"""A contact by keyboard alone, away and back without a loss, who is writing, files, acts on what has gone."""

from playwright.sync_api import Page, expect

from apps.directory.models import CrmRecord
from apps.engagements.models import MailAttachment
from apps.messaging import operations as messaging
from apps.queues import operations
from apps.tenants.scope import scope
from tests.browser.conftest import OpenDesk
from tests.browser.test_desk import Centre, centre, get_ready

__all__ = ["centre"]


def reach(page: Page, selector: str) -> None:
    """By Tab alone, as somebody does who has no mouse."""
    for _ in range(150):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_offer_verify_topic_transfer_and_complete_by_keyboard_alone(centre: Centre, open_desk: OpenDesk) -> None:
    with scope(centre.tenant):
        centre.queue.disposition_required = True
        centre.queue.save()
        CrmRecord.objects.create(object_name="Contact", record_id="003000000000001AAA", name="Hannelore Wolkenstein")
        centre.tomas.shortcuts = {"transfer": "Alt+T", "person": "Alt+P", "topic": "Alt+O"}
        centre.tomas.save()
    tomas, fatima = open_desk(centre.tomas), open_desk(centre.fatima)
    keys = tomas.keyboard
    keys.press("F4")
    reach(tomas, "#state-menu button[value=ready]")
    keys.press("Enter")
    expect(tomas.locator("#state-menu b")).to_have_text("Ready")
    interaction = centre.calls()
    tomas.locator(".sw-offer").wait_for()
    keys.press("F8")
    expect(tomas.locator("#work h1")).to_be_focused()
    keys.press("Shift+F7")
    expect(tomas.locator("#work-head")).to_contain_text("You are mute")
    keys.press("Shift+F7")
    expect(tomas.locator("#work-head")).not_to_contain_text("You are mute")

    keys.press("Alt+p")
    expect(tomas.locator("#panel-h")).to_have_text("Somebody takes part")
    reach(tomas, "#person-form [name=ExternalAttendeeId]")
    keys.type("003000000000001AAA")
    keys.press("Control+Enter")
    expect(tomas.locator("#attendees")).to_contain_text("Hannelore Wolkenstein")
    reach(tomas, "#attendees a[href*='panel=verify']")
    keys.press("Enter")
    reach(tomas, "#panel input[name=means]")
    keys.press("Space")
    reach(tomas, "#panel button[value=passed]")
    keys.press("Enter")
    expect(tomas.locator("#attendees")).to_contain_text("by you: Full name")
    keys.press("Alt+o")
    reach(tomas, "#topic-form [name=Name]")
    keys.type("Motor claim")
    keys.press("Control+Enter")
    expect(tomas.locator("#topics")).to_contain_text("Motor claim")

    get_ready(fatima)
    keys.press("Alt+t")
    expect(tomas.locator("#panel-h")).to_have_text("Transfer")
    reach(tomas, "#hand-q")
    keys.type("claims")
    expect(tomas.locator("#targets label")).to_have_count(1)
    reach(tomas, "#targets input")
    keys.press("Space")
    reach(tomas, "#hand-form button")
    keys.press("Enter")
    expect(tomas.locator("#asked")).to_contain_text("Asking Claims")
    fatima.locator(".sw-offer").wait_for()
    fatima.keyboard.press("F8")
    reach(tomas, "#asked button[value=hand_over]")
    keys.press("Enter")
    expect(tomas.locator("#work-head")).to_contain_text("After-call work")
    reach(tomas, "#disposition")
    keys.type("Passed")
    keys.press("Control+Enter")
    expect(tomas.locator("#my-work")).to_contain_text("None.")
    with scope(centre.tenant):
        part = interaction.offers.get(agent=centre.tomas)
        assert (part.state, part.disposition) == ("ended", centre.passed_on)
    assert centre.now(interaction).handler_id == centre.fatima.pk


def test_away_and_back_nothing_is_lost(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas)
    get_ready(page)
    call = centre.calls()
    page.locator(".sw-offer").wait_for()
    page.keyboard.press("F8")
    expect(page.locator("#work-head")).to_contain_text("In conversation")
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_contain_text("Connection lost at")
    page.locator("#note").fill("written while away")
    centre.does(operations.attach_user_data, call, {"plate": "H-KW 1931"}, by=centre.tomas)
    centre.does(operations.hold, call, by=centre.tomas)
    centre.does(operations.resume, call, by=centre.tomas)
    centre.does(operations.hang_up, call, by=None)
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_contain_text("Back in step.")
    expect(page.locator("#work-head")).to_contain_text("After-call work")
    expect(page.locator("#pairs")).to_contain_text("H-KW 1931")
    expect(page.locator("#note")).to_have_value("written while away")
    page.locator("#note").press("Control+Enter")
    expect(page.locator("#notes")).to_contain_text("Save")
    page.reload()
    expect(page.locator("#note")).to_have_value("written while away")
    assert centre.now(call).user_data == {"plate": "H-KW 1931", "Note": "written while away"}


def test_a_chat_shows_who_is_writing(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas)
    get_ready(page)
    chat = centre.calls(channel="chat", customer="anna@example.org")
    page.locator(".sw-offer").wait_for()
    page.keyboard.press("F8")
    page.locator("#say").wait_for()
    page.locator("body[data-ready]").wait_for(state="attached")
    customer = centre.tomas.user  # whoever brings the customer's words in
    centre.does(messaging.type_on, chat, by=customer, started=True)
    expect(page.locator("#typing")).to_have_text("anna@example.org is typing…")
    centre.does(messaging.say_as_customer, chat, "Good morning", by=customer)
    expect(page.locator("#lines")).to_contain_text("Good morning")
    expect(page.locator("#typing")).to_have_text("")
    with page.expect_request("**/typing") as told:
        page.locator("#say").press_sequentially("G")
    assert told.value.method == "POST"


def test_files_are_attached_beside_what_is_typed(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas)
    page.goto("/desk/?panel=start&channel=email&customer=anna@example.org")
    page.locator("#panel").get_by_role("button", name="Begin").click()
    page.locator("#compose-text").fill("See the bill.")
    page.locator("#files").set_input_files({"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    expect(page.locator("#compose")).to_contain_text("bill.pdf")
    expect(page.locator("#compose-text")).to_have_value("See the bill.")
    with page.expect_download() as download:
        page.get_by_role("link", name="bill.pdf").click()
    assert download.value.suggested_filename == "bill.pdf"
    page.get_by_role("button", name="Take bill.pdf off").click()
    expect(page.locator("#compose")).not_to_contain_text("bill.pdf")
    with scope(centre.tenant):
        assert not MailAttachment.objects.exists()


def test_what_has_gone_meanwhile_is_said_and_the_page_is_true(centre: Centre, open_desk: OpenDesk) -> None:
    page = open_desk(centre.tomas)
    get_ready(page)
    call = centre.calls()
    page.locator(".sw-offer").wait_for()
    page.keyboard.press("F8")
    expect(page.locator("#work-head")).to_contain_text("In conversation")
    page.locator("#work-hold").dblclick()
    expect(page.locator("#work-head")).to_contain_text("On hold")
    stale = page.context.new_page()
    stale.goto(page.url)
    stale.route("**/events/stream", lambda route: route.abort())
    stale.route("**/desk/parts**", lambda route: route.abort())
    stale.reload()
    page.locator("#complete").dblclick()
    expect(page.locator("#my-work")).to_contain_text("None.")
    stale.unroute("**/desk/parts**")
    stale.locator("#work-end").click()
    expect(stale.locator("#notices")).to_contain_text("This work was finished at")
    expect(stale.locator("#work-head")).to_contain_text("This work is over.")
    page.go_back()
    expect(page.locator("#work-head")).to_contain_text("This work is over.")
    assert centre.now(call).stage == "ended"
