"""The live board: its numbers, and what a supervisor does from it (cxengage 13.4)."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import Permission
from apps.accounts.roles import Reach
from apps.agents.models import Agent, AgentChannel, Notice, NotReadyReason, StateCause, Team, TeamSupervisor
from apps.audit.models import AuditEntry
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.facades.genesys.topics import Topics
from apps.queues import operations
from apps.queues.models import Monitor, Queue, QueueEntry, TeamQueue, Threshold, WorkOffer
from apps.supervision.board.asked import Asked
from apps.supervision.board.trends import waiting
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.supervision.conftest import browser_of

BOARD = "/admin/board/"
HOUR = timedelta(hours=1)
Page = Callable[..., str]
Act = Callable[..., str]


@pytest.fixture
def act(screens: Client) -> Act:
    """Do something from the board, as its script does, and read what is said."""

    def does(on: Any, name: str, status: int = 200, **given: Any) -> str:
        kind = {EngagementInteraction: "work", Agent: "agents", Queue: "queues"}[type(on)]
        key = on.uuid if kind == "work" else on.pk
        answer = screens.post(f"{BOARD}{kind}/{key}/", {"act": name, **given}, headers={"HX-Request": "true"})
        assert answer.status_code == status, answer.content
        said = re.search(r"<div>(.*?)</div>", answer.content.decode())
        return unescape(said[1]) if said else ""

    return does


def undo(screens: Client, on: Any, act: str, **given: Any) -> str:
    """Do it without script, go to the board, and press what takes it back."""
    answer = screens.post(on, {"act": act, **given}, headers={"HX-Request": "true"}).content.decode()
    form = re.search(r'<div id="notice".*?</form>', answer, re.S)
    assert form, answer[:600]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0]))
    fields.pop("csrfmiddlewaretoken", None)
    said = screens.post(on, fields, headers={"HX-Request": "true"}).content.decode()
    return unescape(re.search(r"<div>(.*?)</div>", said)[1])  # type: ignore[index]


def shown_on(screens: Client, address: str) -> str:
    """How it stands, as a sheet that was opened now keeps it."""
    return re.search(r'name="shown" value="([^"]*)"', screens.get(address).content.decode())[1]  # type: ignore[index]


def work(live: EngagementInteraction) -> str:
    return f"{BOARD}work/{live.uuid}/"


def stay_of(live: EngagementInteraction) -> QueueEntry:
    return QueueEntry.objects.get(interaction=live, left_at=None)


def newest() -> Event:
    return Event.objects.order_by("-id")[0]


def test_an_empty_centre_says_so(page: Page) -> None:
    text = page(BOARD)
    assert "No queue yet" in text
    assert "Nobody is signed in" in text
    assert "Nothing calls for you now." in text
    assert "No queue to show" in page(BOARD, wall="1")


@pytest.fixture
def busy(in_scope: Any) -> tuple[Queue, Agent, EngagementInteraction]:
    """A queue in which Ada works and Bo is away, with one call in conversation and two that wait too long."""
    ada, bo = ready(make_agent("ada")), make_agent("bo")
    operations.start_session(bo, ["voice"], by=bo.user)
    queue = make_queue("Claims", [ada, bo])
    live = make_live(queue)
    operations.accept(live, by=ada)
    long_ago = clock.now() - timedelta(minutes=10)
    for number in range(2):
        make_live(queue, customer=f"+4420794601{number}", at=long_ago)
    live.refresh_from_db()
    return queue, ada, live


def test_every_number_leads_to_its_rows(page: Page, busy: Any) -> None:
    queue, *_ = busy
    text = page(BOARD)
    links = set(re.findall(r'<a href="(/admin/reports/rows/[^"]+)">(?:<span[^>]*>)*([\d:.,% of]+)<', text))
    counts = {unescape(address): shown for address, shown in links if shown.isdecimal()}
    assert len(counts) > 8
    for address, shown in counts.items():
        told = re.search(r"(\d+) rows? behind this number", page(address))
        assert told
        assert told[1] == shown, address
    there = {
        state: re.search(rf"queue={queue.pk}&amp;state={state}#agents\">(\d+)<", text)
        for state in ("ready", "busy", "away")
    }
    for state, shown_there in there.items():
        assert shown_there
        behind = page(BOARD, queue=queue.pk, state=state)
        assert len(re.findall(r'<tr role="row" id="agent-', behind)) == int(shown_there[1])


def test_thresholds_are_said_in_words_and_colour(page: Page, busy: Any) -> None:
    queue, ada, live = busy
    text = page(BOARD)
    row = re.search(rf'<tr role="row" id="queue-{queue.pk}".*?</tr>', text, re.S)
    assert row
    assert 'data-level="bad"' in row[0]
    assert "over 02:00" in row[0]
    assert "nobody" in row[0]
    assert "has waited" in text
    Threshold.objects.create(longest_wait_s=3600)
    Threshold.objects.create(queue=queue, waiting=1)
    row = re.search(rf'<tr role="row" id="queue-{queue.pk}".*?</tr>', page(BOARD), re.S)
    assert row
    assert "over 02:00" not in row[0]
    assert "over 1<" in row[0]
    EngagementInteraction.objects.filter(pk=live.pk).update(stage_since=clock.now() - timedelta(hours=1))
    operations.lose_session(ada.sessions.get(), at=clock.now())
    ada.sessions.update(lease_until=clock.now() - timedelta(hours=1))
    text = page(BOARD)
    assert f"{live.name} in conversation for" in text
    assert "has gone without completing it" in text


def test_is_filtered_sorted_and_opened(page: Page, busy: Any) -> None:
    queue, ada, _live = busy
    team = Team.objects.create(name="Motor")
    Agent.objects.filter(pk=ada.pk).update(team=team)
    make_queue("Written", [make_agent("cy")])

    def queues(text: str) -> list[str]:
        return re.findall(r'id="queue-(\d+)-name"', text)

    assert len(queues(page(BOARD))) == 2
    assert queues(page(BOARD, queues="-name")) == queues(page(BOARD, queues="name"))[::-1]
    assert 'aria-sort="descending"' in page(BOARD, queues="-waiting")
    assert queues(page(BOARD, team=team.pk)) == [str(queue.pk)]
    assert "+44207946010" in page(BOARD, open=queue.pk)
    assert "Nobody waits here." in page(BOARD, open=queue.pk, channel="chat")
    assert f'id="agent-{ada.pk}"' in page(BOARD, team=team.pk)
    for odd in (
        {"queue": "x"},
        {"team": "9" * 30},
        {"state": "\x00"},
        {"queues": "-x"},
        {"open": "-1"},
        {"channel": "%"},
    ):
        assert len(queues(page(BOARD, **odd))) == 2
    parts = page(f"{BOARD}parts/", open=queue.pk)
    assert parts.count('hx-swap-oob="true"') == 4


def test_sheets_offer_what_can_be_done_and_are_pages_without_script(page: Page, busy: Any) -> None:
    queue, ada, live = busy
    waiting = EngagementInteraction.objects.filter(stage="queued")[0]

    def offered(path: str) -> set[str]:
        text = page(path)
        assert 'class="sw-crumbs"' in text
        return set(re.findall(r'name="act" value="([\w-]+)"', text))

    assert offered(work(waiting)) == {"reassign", "move", "prioritise", "front", "take", "end"}
    assert offered(work(live)) == {"reassign", "take", "end", "listen", "whisper", "barge"}
    assert offered(f"{BOARD}agents/{ada.pk}/") >= {"ready", "not-ready", "log-out", "reassign", "whisper"}
    assert offered(f"{BOARD}queues/{queue.pk}/") == {"move-all", "raise-all", "notify"}
    operations.close(waiting, by=None)
    assert offered(work(waiting)) == set()


def test_waiting_work_is_given_moved_and_put_first(act: Act, screens: Client, supervisor: User, busy: Any) -> None:
    queue, _ada, _ = busy
    other = make_queue("Written")
    first, second = EngagementInteraction.objects.filter(stage="queued").order_by("pk")
    since = stay_of(second).waits_since

    assert act(second, "front") == f"{second.name} is served next."
    assert stay_of(second).priority == 101
    event = newest()
    assert (event.name, event.actor_id, event.data["changes"]["priority"]) == (
        "queue.prioritised",
        supervisor.pk,
        {"was": 100, "is": 101},
    )
    assert act(second, "prioritise", priority="7") == f"{second.name} has priority 7 now."
    assert "Nothing was changed." in act(second, "prioritise", priority="-1")
    assert "9999" in act(second, "prioritise", priority="10000")
    assert undo(screens, work(second), "prioritise", priority="200") == f"{second.name} has priority 7 now."

    shown = shown_on(screens, work(second))
    assert (
        act(second, "move", queue=other.pk, shown=shown) == f"{second.name} waits in Written now, and keeps its place."
    )
    assert (stay_of(second).queue, stay_of(second).waits_since) == (other, since)
    assert "changed since the page showed it" in act(second, "move", queue=queue.pk, shown=shown)
    assert act(second, "back") == f"{second.name} is back in Claims."
    assert (stay_of(second).queue, stay_of(second).priority, stay_of(second).waits_since) == (queue, 7, since)
    assert "Choose a queue first." in act(second, "move", queue="x")
    entry = AuditEntry.objects.order_by("-pk")[1]
    assert (entry.action, entry.actor_id, entry.object_key) == ("steered", supervisor.pk, str(second.pk))
    assert entry.details == {"what": "moved it to another queue", "queue": "Written"}

    bo = Agent.objects.get(user__username="bo")
    told = act(first, "reassign", agent=bo.pk)
    assert re.fullmatch(
        rf"{first.name} waits for {bo}, who can take nothing now; after \d+ seconds? it goes back\.", told
    )
    assert stay_of(first).target_agent == bo
    assert act(first, "back") == f"{first.name} is back in Claims."
    assert "not signed in for this channel" in act(first, "reassign", agent=make_agent("di").pk)
    assert act(first, "end") == f"{first.name} was closed."
    assert f"{first.name} is ended." in act(first, "move", queue=other.pk)


def test_work_in_hand_is_reassigned_taken_over_and_ended(act: Act, supervisor: User, busy: Any) -> None:
    _queue, ada, live = busy
    bo = Agent.objects.get(user__username="bo")
    operations.make_ready(bo, by=bo.user)
    taken = WorkOffer.objects.get(agent=bo, state="offered")
    operations.reject(taken.interaction, by=bo)
    for each in EngagementInteraction.objects.filter(stage="queued"):
        operations.close(each, by=None)

    assert "works on it" in act(live, "reassign", agent=ada.pk)
    assert act(live, "reassign", agent=bo.pk) == f"{live.name} is being offered to {bo}."
    offer = WorkOffer.objects.get(agent=bo, interaction=live)
    assert offer.state == "offered"
    assert WorkOffer.objects.get(agent=ada, interaction=live).state == "ended"
    assert Event.objects.filter(name="work.requeued", actor_id=supervisor.pk).count() == 1
    operations.accept(live, by=bo)

    assert "you have no desk" in act(live, "take")
    mine = Agent.objects.create(user=supervisor)
    assert "start a session first" in act(live, "take").lower()
    operations.start_session(mine, ["voice"], by=supervisor)
    assert act(live, "take") == f"{live.name} is at your desk."
    live.refresh_from_db()
    assert (live.handler, live.stage) == (mine, "handled")
    assert act(live, "take") == "That was done already."
    assert "wrap-up" in act(live, "end")
    assert newest().actor_id == supervisor.pk


def test_an_agent_is_set_ready_not_ready_and_signed_out(act: Act, screens: Client, supervisor: User, busy: Any) -> None:
    _queue, ada, live = busy
    reason = NotReadyReason.objects.create(name="Break", operation_name="Break")
    voice = AgentChannel.objects.filter(agent=ada, channel="voice")
    assert "Break" in act(ada, "not-ready", reason=reason.pk)
    assert voice.get().cause == StateCause.SUPERVISOR
    assert (newest().name, newest().actor_id) == ("agent.state_changed", supervisor.pk)
    assert undo(screens, f"{BOARD}agents/{ada.pk}/", "ready") == f"{ada} stands as before."
    assert (voice.get().is_ready, voice.get().reason) == (False, reason)
    address = f"{BOARD}agents/{ada.pk}/"
    assert undo(screens, address, "log-out").startswith(f"{ada} is signed in again, as before.")
    assert set(AgentChannel.objects.filter(agent=ada, session__ended_at=None).values_list("channel", "reason")) == {
        ("voice", reason.pk),
        ("chat", reason.pk),
    }
    live.refresh_from_db()
    assert live.stage == "queued"
    assert act(ada, "sign-in") == "That was done already."
    assert "went back to its queue" in act(ada, "log-out")
    ada.sessions.update(started_at=F("started_at") - HOUR, ended_at=F("ended_at") - HOUR)
    for name in ("ready", "not-ready", "log-out", "restore", "sign-in"):
        given = {"channels": "voice:ready"} if name == "restore" else {}
        assert act(ada, name, **given) == f"{ada} is not signed in to work any more. Nothing was changed."


def test_listening_whispering_and_barging_in_are_asked_of_the_telephone_system(
    act: Act, supervisor: User, busy: Any
) -> None:
    _, ada, live = busy
    for name, event, mode in (
        ("listen", "call.monitored", "listen"),
        ("whisper", "call.whispered", "whisper"),
        ("barge", "call.barged_in", "barge_in"),
    ):
        assert "telephone system" in act(live, name)
        told = newest()
        assert (told.name, told.actor_id, told.agent_id, told.audience) == (
            event,
            supervisor.pk,
            ada.pk,
            [supervisor.pk],
        )
        assert Monitor.objects.get(interaction=live, ended_at=None).mode == mode
    assert act(live, "barge") == "That was done already."
    assert "let you out" in act(live, "stop")
    assert newest().name == "call.unmonitored"
    assert Monitor.objects.filter(interaction=live, ended_at=None).count() == 0
    assert "not listening" in act(live, "stop")


def test_all_who_wait_are_moved_and_raised(act: Act, screens: Client, busy: Any) -> None:
    queue, *_ = busy
    other = make_queue("Written")
    assert act(queue, "raise-all").startswith("2 who wait in Claims have 10 more priority")
    assert set(QueueEntry.objects.filter(queue=queue, left_at=None).values_list("priority", flat=True)) == {110}
    assert act(queue, "move-all", queue=other.pk).startswith("2 of those who waited in Claims wait in Written now")
    assert QueueEntry.objects.filter(queue=other, left_at=None).count() == 2
    assert "Choose another queue first." in act(queue, "move-all", queue=queue.pk)
    own = make_live(other)  # came by itself, so it stays where it is
    for wrong in ("", "x", "9" * 40, f"{stay_of(own).pk + 99}:1 :"):
        assert act(queue, "bring-back", queue=other.pk, stays=wrong) == "0 are back in Claims."
    for live in EngagementInteraction.objects.filter(queue_entries__queue=other, queue_entries__left_at=None):
        if live != own:
            operations.move_back(live, by=make_user("supervisor"))
    address = f"{BOARD}queues/{queue.pk}/"
    assert undo(screens, address, "move-all", queue=other.pk) == "2 are back in Claims."
    assert QueueEntry.objects.filter(queue=queue, left_at=None).count() == 2
    assert stay_of(own).queue == other
    assert undo(screens, address, "raise-all").startswith("2 who wait in Claims have the priority that they had")
    assert set(QueueEntry.objects.filter(queue=queue, left_at=None).values_list("priority", flat=True)) == {110}


def test_of_two_who_act_at_once_the_second_is_told(act: Act, screens: Client, busy: Any) -> None:
    queue, _ada, live = busy
    waiting = EngagementInteraction.objects.filter(stage="queued")[0]
    cy, di = ready(make_agent("cy")), ready(make_agent("di"))
    shown = shown_on(screens, work(live))
    assert "offered to Cy" in act(live, "reassign", agent=cy.pk, shown=shown)
    operations.accept(live, by=cy)
    for second, given in (("reassign", {"agent": di.pk}), ("take", {}), ("end", {}), ("listen", {})):
        said = act(live, second, shown=shown, **given)
        assert said == f"It has changed since the page showed it. {live.name} is with Cy. Nothing was changed."
    assert WorkOffer.objects.get(interaction=live, state="working").agent == cy

    shown = shown_on(screens, work(waiting))
    act(waiting, "prioritise", priority="300", shown=shown)
    assert "with priority 300. Nothing was changed." in act(waiting, "prioritise", priority="5", shown=shown)

    address = f"{BOARD}queues/{queue.pk}/"
    shown = shown_on(screens, address)
    act(queue, "raise-all", shown=shown)
    assert "has done something here just now. Nothing was changed." in act(queue, "raise-all", shown=shown)
    assert stay_of(waiting).priority == 310

    shown = shown_on(screens, f"{BOARD}agents/{di.pk}/")
    act(di, "not-ready", shown=shown)
    assert "Nothing was changed." in act(di, "log-out", shown=shown)
    assert di.sessions.get().ended_at is None


def test_an_act_is_taken_back_only_as_it_was_left(act: Act, screens: Client, busy: Any) -> None:
    queue, ada, live = busy
    waiting = EngagementInteraction.objects.filter(stage="queued")[0]
    other = make_queue("Written")

    def offered(on: Any, path: str, name: str, **given: Any) -> dict[str, str]:
        text = screens.post(path, {"act": name, **given}, headers={"HX-Request": "true"}).content.decode()
        form = re.search(r'<div id="notice".*?</form>', text, re.S)
        assert form
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0]))
        fields.pop("csrfmiddlewaretoken", None)
        return fields

    back = offered(waiting, work(waiting), "move", queue=other.pk)
    assert "is back in Claims" in act(waiting, back.pop("act"), **back)
    assert "Nothing was changed." in act(waiting, "back", **back)  # pressed twice, it would go to the other again
    assert stay_of(waiting).queue == queue

    lower = offered(queue, f"{BOARD}queues/{queue.pk}/", "raise-all")
    operations.prioritise(waiting, 500, by=ada.user)
    late = make_live(queue)
    assert act(queue, lower.pop("act"), **lower).startswith("1 who wait in Claims")
    assert act(queue, "lower-all", **lower).startswith("0 who wait in Claims")
    assert (stay_of(waiting).priority, stay_of(late).priority) == (500, 100)

    cy = ready(make_agent("cy"))
    again = offered(live, work(live), "reassign", agent=cy.pk)
    operations.accept(live, by=cy)
    assert "is with Cy. Nothing was changed." in act(live, again.pop("act"), **again)


def test_an_agent_who_does_not_take_it_leaves_waiting_work_its_place(act: Act, busy: Any) -> None:
    queue, *_ = busy
    waiting = EngagementInteraction.objects.filter(stage="queued")[0]
    since = stay_of(waiting).waits_since
    cy = ready(make_agent("cy"))
    act(waiting, "reassign", agent=cy.pk)
    operations.reject(waiting, by=cy)
    assert (stay_of(waiting).queue, stay_of(waiting).waits_since) == (queue, since)


def test_what_is_stuck_is_told_of_its_own_queue(page: Page, busy: Any) -> None:
    queue, ada, live = busy
    other = make_queue("Written", [ada])
    team = Team.objects.create(name="Motor")
    Agent.objects.filter(pk=ada.pk).update(team=team)
    alone = make_live()
    long_ago = clock.now() - HOUR
    EngagementInteraction.objects.filter(pk__in=[live.pk, alone.pk]).update(stage_since=long_ago)
    ada.sessions.update(lease_until=long_ago)

    def told(**asked: Any) -> set[str]:
        found = re.findall(r'data-alert="stuck-(\d+)"', page(BOARD, **asked))
        return {str(EngagementInteraction.objects.get(pk=key).name) for key in found}

    assert told() == {live.name, alone.name}
    assert told(queue=queue.pk) == {live.name}
    assert told(queue=other.pk) == set()  # its agent works there too, the contact never waited there
    assert told(team=team.pk) == {live.name}
    operations.lose_session(ada.sessions.get())
    assert told(team=team.pk, channel="voice") == {live.name}
    QueueEntry.objects.filter(interaction=live).update(queue=other)
    assert told(queue=other.pk) == {live.name}


def test_a_large_board_travels_small(screens: Client, busy: Any) -> None:
    plain = screens.get(f"{BOARD}parts/")
    small = screens.get(f"{BOARD}parts/", headers={"Accept-Encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert len(small.content) * 3 < len(plain.content)


def test_the_page_knows_when_the_next_contact_is_stuck(page: Page, in_scope: Any) -> None:
    alone = make_live()
    Threshold.objects.create(stuck_s=60)
    due = int((alone.stage_since + timedelta(seconds=60)).timestamp() * 1000)
    for asked in ({}, {"wall": "1"}):
        assert f'data-due="{due}"' in page(BOARD, **asked)


def test_only_who_may_sees_it_and_acts(in_scope: Any, busy: Any, other_tenant: Any) -> None:
    queue, ada, live = busy
    paths = (BOARD, f"{BOARD}parts/", work(live), f"{BOARD}agents/{ada.pk}/", f"{BOARD}queues/{queue.pk}/")
    agent = browser_of(make_user("agent"))
    stranger = browser_of(make_user("admin", tenant=other_tenant))
    for path in paths:
        assert agent.get(path, follow=True).status_code == 403
        assert b"Claims" not in stranger.get(path).content
        assert stranger.post(path, {"act": "end"}).status_code in (404, 405)
    watcher = make_user("supervisor")
    watcher.granted = [Permission.VIEW_ALL_REALTIME_DASHBOARDS, Permission.INTERACTIONS_API_READ_ALL]
    watcher.save()
    browser = browser_of(watcher)
    for path in paths:
        text = browser.get(path).content.decode()
        assert 'name="act"' not in text
        assert "/admin/reports/rows/" not in text
    for path, act in ((paths[2], "end"), (paths[2], "listen"), (paths[3], "log-out"), (paths[4], "raise-all")):
        said = browser.post(path, {"act": act}, follow=True).content.decode()
        assert "Your role does not allow this. Nothing was changed." in said
    assert browser.post(paths[2], {"act": "x"}).status_code == 404
    live.refresh_from_db()
    assert live.stage == "handled"


def test_who_sees_one_team_sees_and_steers_its_queues_and_people_alone(busy: Any) -> None:
    queue, ada, live = busy
    cy = ready(make_agent("cy"))
    other = make_queue("Elsewhere", [cy])
    theirs = make_live(other)
    team = Team.objects.create(name="Motor")
    Agent.objects.filter(pk=ada.pk).update(team=team)
    TeamQueue.objects.create(team=team, queue=queue)
    lead = make_user("supervisor", reach=Reach.TEAMS)
    TeamSupervisor.objects.create(team=team, user=lead)
    browser = browser_of(lead)
    text = browser.get(BOARD).content.decode()
    assert "Claims" in text
    assert f'id="agent-{ada.pk}"' in text
    assert "Elsewhere" not in text
    assert f'id="agent-{cy.pk}"' not in text
    assert re.search(r'Waiting now</span><span class="sw-fig__value"><a [^>]+>2</a>', text)
    for path in (work(theirs), f"{BOARD}agents/{cy.pk}/", f"{BOARD}queues/{other.pk}/"):
        assert browser.post(path, {"act": "end"}).status_code == 404
    said = browser.post(work(live), {"act": "reassign", "agent": cy.pk}, follow=True).content.decode()
    assert "Choose an agent first." in said


def test_takes_the_same_number_of_queries_whatever_it_shows(screens: Client, busy: Any) -> None:
    queue, *_ = busy

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert screens.get(f"{BOARD}parts/", {"open": queue.pk}).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for _ in range(3):
        agent = ready(make_agent())
        members = [agent, ready(make_agent())]
        more = make_queue(members=members)
        for number in range(3):
            make_live(more, customer=f"+4420794602{number}")
        make_live(queue, channel="chat")
    assert asked() == few
    assert few < 60, few


def test_agents_are_told_something_at_their_desks(act: Act, supervisor: User, busy: Any) -> None:
    queue, ada, _live = busy
    bo = Agent.objects.get(user__username="bo")
    assert act(ada, "notify", text=" Fire drill at <ten>. ") == "Ada reads that at the desk now."
    event = newest()
    assert (event.name, event.audience, event.data["notice"]["text"]) == (
        "agent.notified",
        [ada.user_id],
        "Fire drill at <ten>.",
    )
    assert list(Topics().messages(event, ada.user, base_url="")) == []
    assert "say something" in act(ada, "notify", text="  ").lower()
    assert "1 who work" in act(queue, "notify", text="All hands") or "2 who work" in act(queue, "notify", text="All")
    desk = browser_of(ada.user)
    told = desk.get(reverse("desk")).content.decode()
    assert "Fire drill at &lt;ten&gt;." in told
    notice = Notice.objects.filter(agent=ada).earliest("pk")
    browser_of(bo.user).post(reverse("desk-state"), {"to": f"seen:{notice.pk}"})
    assert Notice.objects.get(pk=notice.pk).seen_at is None
    desk.post(reverse("desk-state"), {"to": f"seen:{notice.pk}"})
    assert "Fire drill" not in desk.get(reverse("desk")).content.decode()


def test_the_last_hour_is_drawn(in_scope: Any, supervisor: User) -> None:
    queue, at = make_queue(), clock.now()
    gone, there = (make_live(queue, at=at - timedelta(minutes=minutes)) for minutes in (52, 12))
    operations.abandon(gone, at=at - timedelta(minutes=32))
    asked = Asked.of({}, supervisor)
    assert waiting(asked, at, 1).numbers == [0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1]
    assert "now 1, at most 1" in waiting(asked, at, 1).says
    assert there.stage == "queued"


def test_today_tells_results_in_place_of_how_things_stand(page: Page, busy: Any) -> None:
    queue, ada, _live = busy
    text = page(BOARD, show="today", agents="-conversations", queues="offered")
    for column in ("Answer rate", "Average wait", "Time to abandon", "Satisfaction", "Time to accept", "Refused"):
        assert f">{column}" in text
    assert re.search(r'aria-sort="descending"><a [^>]*id="sort-agents-conversations"', text)
    row = re.search(rf'<tr id="agent-{ada.pk}".*?</tr>', text, re.S)
    assert row
    assert re.search(r"statistic=resource-conversation-starts-count[^>]+>1</a>", row[0])
    assert re.search(r'Started today</span><span class="sw-fig__value"><a [^>]+>3</a>', text)
    narrowed = page(BOARD, queue=queue.pk)
    assert "of the whole alone" in narrowed


@pytest.mark.parametrize(
    ("asked", "queues", "agents"),
    [
        ({"direction": "inbound"}, 1, 2),
        ({"name": "ada"}, 1, 1),
        ({"name": "nobody \x00"}, 1, 2),  # what cannot be read is left out
        ({"skill": "99"}, 0, 0),
        ({"direction": "sideways", "skill": "-1", "show": "never"}, 1, 2),
    ],
)
def test_is_narrowed_by_what_boards_are_chosen_by(page: Page, busy: Any, asked: Any, queues: int, agents: int) -> None:
    text = page(BOARD, **asked)
    assert (text.count('<tr role="row" id="queue-'), text.count('<tr role="row" id="agent-')) == (queues, agents)


def test_who_sees_queues_is_not_told_what_agents_do_elsewhere(busy: Any) -> None:
    _queue, ada, live = busy
    other = make_queue("Elsewhere", [ada])
    team = Team.objects.create(name="Motor")
    TeamQueue.objects.create(team=team, queue=other)
    lead = make_user("supervisor", reach=Reach.QUEUES, own_reach=Reach.QUEUES)
    TeamSupervisor.objects.create(team=team, user=lead)
    text = browser_of(lead).get(BOARD).content.decode()
    assert f'id="agent-{ada.pk}"' in text
    assert "A contact beyond your reach" in text
    assert live.customer not in text
    assert "Claims" not in text
    assert "0 of 0" in text  # offers of other queues are not counted either
