"""What is said appears at the desk while it is said, and at the supervisor's screen it leads into the recording."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.accounts.roles import Role
from apps.common import clock
from apps.directory.models import CrmRecord
from apps.queues import operations
from apps.tenants.scope import scope
from apps.voice_calls import operations as voice
from apps.voice_calls.operations.signals import Signal, notice
from apps.voice_calls.operations.transcripts import Line, add_line
from tests.browser.conftest import OpenDesk
from tests.browser.test_desk import Centre, centre, get_ready
from tests.builders import PASSWORD, make_user
from tests.telephony import CALLER, NUMBER, make_call_center

__all__ = ["centre"]
KEY = "leg-1"


class Speaking:
    """A call that comes in from outside, and what its telephone system hears."""

    def __init__(self, centre: Centre) -> None:
        self.start = clock.now() - timedelta(minutes=10)
        with scope(centre.tenant):
            CrmRecord.objects.create(
                object_name="Contact", record_id="003000000000001AAA", name="Hanne", phone_key=CALLER
            )
            self.center = make_call_center(centre.queue)
            draft = voice.NewCall(vendor_call_key=KEY, started_at=self.start, to_number=NUMBER, from_number=CALLER)
            self.call = voice.create_inbound(self.center, draft).call
        self.centre = centre

    def says(self, at: float, text: str, kind: str = "END_USER", who: str = KEY) -> None:
        moment = self.start + timedelta(seconds=at)
        line = Line(f"{kind}-{at}", kind, who, moment, moment, text)
        with scope(self.centre.tenant):
            add_line(self.center, KEY, line)

    def feels(self, score: int) -> None:
        signal = Signal("IntelligenceSignal__Sentiment", str(score), self.start, participant="CUSTOMER")
        with scope(self.centre.tenant):
            notice(self.center, KEY, "listener", [signal], keep=False)

    def update(self, **told: Any) -> None:
        with scope(self.centre.tenant):
            voice.update(self.center, KEY, voice.CallUpdate(**told))


@pytest.fixture
def speaking(centre: Centre, open_desk: OpenDesk) -> tuple[Page, Speaking]:
    page = open_desk(centre.tomas)
    get_ready(page)
    found = page, Speaking(centre)
    page.locator(".sw-offer").wait_for()
    return found


def test_an_offer_tells_who_calls_and_lines_appear_while_they_are_said(speaking: tuple[Page, Speaking]) -> None:
    page, call = speaking
    expect(page.locator(".sw-offer h3")).to_have_text("Hanne")
    expect(page.locator(".sw-offer")).to_contain_text("Not verified")
    expect(page.locator(".sw-offer")).to_contain_text("Longest without work")
    page.keyboard.press("F8")
    expect(page.locator("#transcript")).to_contain_text("No words yet.")

    call.says(10, "Motor claims, good morning", "HUMAN_AGENT", call.centre.tomas.user.public_id)
    lines = page.locator("#lines .sw-line p")
    expect(lines).to_have_text(["tomas Motor claims, good morning"], ignore_case=True)
    page.get_by_label("Value", exact=True).press_sequentially("half a sen")
    first = lines.first.evaluate_handle("line => line")
    call.says(30, "It is about my car")
    call.says(20, "Good morning")  # late
    expect(lines).to_have_text(
        ["Tomas Motor claims, good morning", "Hanne Good morning", "Hanne It is about my car"], ignore_case=True
    )
    assert first.evaluate("line => line.isConnected"), "what was read already is not read out again"
    call.feels(-700)
    expect(page.locator("#mood")).to_have_text("− Negative")
    page.keyboard.type("tence")
    expect(page.get_by_label("Value", exact=True)).to_have_value("half a sentence")


def test_lines_do_not_move_what_somebody_reads(speaking: tuple[Page, Speaking]) -> None:
    page, call = speaking
    page.keyboard.press("F8")
    expect(page.locator("#transcript")).to_contain_text("No words yet.")
    for number in range(40):
        call.says(number, f"line {number}, which goes on for a while")
    talk = page.locator(".sw-talk")
    expect(page.locator("#lines .sw-line")).to_have_count(40)
    expect(page.get_by_text("line 39,")).to_be_in_viewport()
    talk.evaluate("talk => talk.scrollTop -= 300")
    seen = page.get_by_text("line 20,")
    before = seen.bounding_box()
    call.says(50, "one more")
    expect(page.locator("#lines .sw-line")).to_have_count(41)
    assert seen.bounding_box() == before
    talk.evaluate("talk => talk.scrollTop = 0")
    call.says(51, "the newest")
    expect(page.get_by_text("the newest")).to_be_in_viewport()


def test_a_line_plays_the_recording_from_there(speaking: tuple[Page, Speaking], browser: Browser, server: str) -> None:
    page, call = speaking
    page.keyboard.press("F8")
    expect(page.locator("#work-head")).to_contain_text("In conversation")
    call.says(42, "It is about my car")
    with scope(call.centre.tenant):
        make_user(Role.SUPERVISOR, "siobhan")
        operations.hang_up(call.call.interaction, by=None)
    values = {"call_start_date_time": call.start, "call_accept_date_time": call.start}
    call.update(values=values, recording_location=f"{server}/none.wav", interaction_seconds=300)

    context = browser.new_context(base_url=server)
    screen = context.new_page()
    screen.goto(f"/sign-in?next=/admin/engagements/engagementinteraction/{call.call.interaction_id}/change/?tab=call")
    screen.get_by_label("Name", exact=True).fill("siobhan")
    screen.get_by_label("Password").fill(PASSWORD)
    screen.get_by_role("button", name="Sign in").click()
    screen.locator("audio").wait_for()
    screen.evaluate(
        "const sound = document.querySelector('audio');"
        "Object.defineProperty(sound, 'readyState', { value: 1 });"
        "sound.play = async () => { sound.dataset.played = 'yes'; };"
        "Object.defineProperty(sound, 'currentTime', { set: (at) => { sound.dataset.at = at; } })"
    )
    screen.get_by_role("link", name="play from here").click()
    expect(screen.locator("audio[data-played=yes]")).to_have_attribute("data-at", "42")
    assert len(context.pages) == 1
    context.close()
