"""What an event can change on the page is fetched after it; and an answer takes few queries, however much there is."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agent_desktop.following import HEARD, HEARD_HERE, NOW, OF_THE_WORK, WHOLE, parts_after
from apps.agents.models import Agent
from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import operations
from apps.queues.models import Disposition
from tests.agent_desktop.conftest import HTMX, AtDesk
from tests.builders import make_agent, make_live, make_queue, ready

Acts = dict[str, Callable[[], object]]
CONTACT = "003000000000001AAA"
_CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|data-(now|by)="[^"]*"|(?<=">)[\d:]+(?=</span>)')


def shown(desk: AtDesk, *names: str, work: object = "") -> dict[str, str]:
    """Part -> what it shows, without what differs every time."""
    html = _CHANGING.sub("", desk.parts(*names, work=str(work)))
    pieces = re.split(r'(?=<\w+ [^>]*hx-swap-oob="true")', html)[1:]
    found = {str(re.search(r'\bid="([\w-]+)"', piece)[1]): piece for piece in pieces}  # type: ignore[index]
    assert found.keys() == set(names)
    return found


def told(desk: AtDesk, after: int, work: EngagementInteraction | None) -> tuple[list[str], list[str]]:
    """Names of events that the agent's page has heard of: of the open contact, and others."""
    events = list(Event.objects.filter(pk__gt=after).order_by("pk"))
    here = [event.name for event in events if work and event.interaction_id == work.pk]
    mine = [event.name for event in events if desk.agent.user_id in event.audience]
    return [name for name in here if name in HEARD], [
        name for name in mine if name not in here and name in HEARD and name not in HEARD_HERE
    ]


def check(desk: AtDesk, acts: Acts, names: tuple[str, ...], work: EngagementInteraction | None = None) -> set[str]:
    """Whatever an act changes on the page is what its events say. Returns the parts that some act has changed."""
    changed_at_all = set()
    now = shown(desk, *names, work=work.uuid if work else "")
    for what, act in acts.items():
        last = Event.objects.latest("pk").pk
        act()
        here, beside = told(desk, last, work)
        before, now = now, shown(desk, *names, work=work.uuid if work else "")
        changed = {name for name in names if before[name] != now[name]}
        assert changed <= set(parts_after(here, beside, is_open=work is not None)), (what, here, beside)
        changed_at_all |= changed
    return changed_at_all


@pytest.fixture
def work(desk: AtDesk) -> EngagementInteraction:
    """A call that the agent has accepted."""
    interaction = desk.offered()
    desk.act(interaction, "accept")
    return interaction


def test_what_changes_of_the_open_contact_is_what_its_events_say(desk: AtDesk, work: EngagementInteraction) -> None:
    ines: Agent = ready(make_agent("ines"))
    elsewhere = make_queue("Written", [desk.agent], voice_is_exclusive=False)
    CrmRecord.objects.create(object_name="Contact", record_id=CONTACT, name="Hannelore Wolkenstein")
    outcome = Disposition.objects.create(name="Claim opened")
    desk.agent.channels.update(capacity=3)

    def act(name: str, **given: Any) -> Callable[[], object]:
        return lambda: desk.act(work, name, **given)

    def verify() -> object:
        attendee = EngagementAttendee.objects.get(external_attendee_id=CONTACT)
        return desk.act(work, "verify", item=str(attendee.pk), means=["Full name"], result="passed", panel="verify")

    def chat() -> EngagementInteraction:
        return make_live(elsewhere, channel="chat", customer="anna@example.org")

    def refused() -> object:
        return operations.reject(EngagementInteraction.objects.latest("pk"), by=desk.agent)

    acts = {
        "hold": act("hold"),
        "resume": act("resume"),
        "attach": act("attach", key="plate", value="H-KW 1931"),
        "note": act("note", note="Called before"),
        "outcome": act("disposition", disposition=str(outcome.uuid)),
        "person": act("person", ExternalAttendeeId=CONTACT, Role="Self", panel="person", item=""),
        "verify": verify,
        "topic": act("topic", Name="Motor claim", panel="topic", item=""),
        "line": lambda: operations.set_subject(work, "Car not drivable", by=desk.agent),
        "ask": act("hand", how="warm", to=f"agent:{ines.pk}"),
        "answered": lambda: operations.accept(work, by=ines),
        "both": act("keep_both"),
        "she leaves": lambda: operations.leave(work, by=ines),
        "offered": chat,
        "refused": refused,
        "not ready": lambda: operations.make_not_ready(desk.agent, by=desk.agent.user),
        "over": lambda: operations.hang_up(work, by=None),
        "done": lambda: operations.complete(work, by=desk.agent),
    }
    changed = check(desk, acts, (*NOW, *OF_THE_WORK, "pairs", "workbins"), work)
    assert {*NOW, *OF_THE_WORK, "pairs"} - changed <= {"was-set", "transcript", "mail", "compose"}
    assert 'value="attach"' not in shown(desk, "data", work=work.uuid)["data"]  # once it is over
    assert "data" in parts_after(["work.completed"], [], is_open=True)


def test_what_changes_of_a_page_with_nothing_open_is_what_the_events_say(desk: AtDesk) -> None:
    def first() -> EngagementInteraction:
        return EngagementInteraction.objects.latest("pk")

    acts: Acts = {
        "ready": lambda: operations.make_ready(desk.agent, by=desk.agent.user),
        "offered": lambda: make_live(desk.queue),
        "left": lambda: operations.abandon(first()),
        "again": lambda: make_live(desk.queue),
        "accepted": lambda: operations.accept(first(), by=desk.agent),
    }
    assert check(desk, acts, (*NOW, *WHOLE)) == {*NOW, *WHOLE} - {"was-set"}


@pytest.mark.parametrize("event", ["work.connected", "engagement.changed", "engagement.hung_up"])
def test_an_answer_takes_as_many_queries_for_much_as_for_little(
    desk: AtDesk, work: EngagementInteraction, event: str
) -> None:
    def queries() -> int:
        headers = {**HTMX, "X-Desk-Work": str(work.uuid), "X-Desk-Line": "-1"}
        with CaptureQueriesContext(connection) as captured:
            assert desk.client.get("/desk/parts", {"here": event}, headers=headers).status_code == 200
        return len(captured)

    little = queries()
    for number in range(3):
        desk.act(work, "attach", key=f"k{number}", value="v")
        desk.act(work, "topic", Name=f"Topic {number}", panel="topic", item="")
    assert queries() == little <= 26


def test_names_that_no_event_has_and_too_many_of_them_change_nothing_worse(desk: AtDesk) -> None:
    answer = desk.client.get("/desk/parts", {"here": "x " * 500, "beside": "\x00 agent.", "want": "?"}, headers=HTMX)
    assert answer.status_code == 200
