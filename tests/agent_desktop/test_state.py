"""Ready and not ready, from the desk."""

import pytest

from apps.agents.models import AgentChannel, AgentSession, NotReadyReason
from apps.queues import operations
from tests.agent_desktop.conftest import AtDesk
from tests.builders import make_live


def ready_channels(desk: AtDesk) -> set[str]:
    rows = AgentChannel.objects.filter(agent=desk.agent, session__ended_at=None, is_ready=True)
    return set(rows.values_list("channel", flat=True))


@pytest.mark.parametrize("script", [False, True])
def test_ready_for_all_and_for_one(desk: AtDesk, script: bool) -> None:
    desk.script = script
    desk.post("/desk/state", to="ready", channel="chat")
    assert ready_channels(desk) == {"chat"}
    assert "Ready on 1 of" in desk.look()
    desk.post("/desk/state", to="ready")
    assert "<b>Ready</b>" in desk.look()


def test_not_ready_names_its_reason(desk: AtDesk) -> None:
    lunch = NotReadyReason.objects.create(name="Lunch", operation_name="Lunch")
    desk.post("/desk/state", to="ready")
    desk.post("/desk/state", to=f"not-ready:{lunch.pk}", channel="chat")
    assert '<span class="sw-cut">Lunch</span>' in desk.look()
    desk.post("/desk/state", to=f"not-ready:{lunch.pk}")
    assert "<b>Lunch</b>" in desk.look()
    assert ready_channels(desk) == set()


def test_becoming_ready_brings_what_waits(desk: AtDesk) -> None:
    make_live(desk.queue)
    assert "Call offered" not in desk.look()
    desk.script = True
    assert "Call offered" in desk.post("/desk/state", to="ready").content.decode()


@pytest.mark.parametrize("to", ["", "asleep", "not-ready:x", "not-ready:99999999999999999999", "not-ready:999"])
def test_nonsense_changes_nothing_but_not_ready(desk: AtDesk, to: str) -> None:
    assert desk.post("/desk/state", to=to).status_code == 303
    assert ready_channels(desk) == set()


def test_a_channel_that_is_not_there_is_said(desk: AtDesk) -> None:
    answer = desk.post("/desk/state", to="ready", channel="carrier-pigeon")
    assert "You do not work on this channel" in desk.look(answer["Location"])


def test_a_session_that_was_ended_elsewhere_is_said(desk: AtDesk) -> None:
    operations.end_session(desk.agent, by=None)
    desk.script = True
    body = desk.post("/desk/state", to="ready").content.decode()
    assert "You were signed out of work." in body
    assert "<b>Signed out of work</b>" in body


def test_signing_out_waits_for_the_work(desk: AtDesk) -> None:
    interaction = desk.offered()
    desk.act(interaction, "accept")
    answer = desk.post("/desk/leave")
    assert "You have work open." in desk.look(answer["Location"])
    desk.act(interaction, "complete")
    assert desk.post("/desk/leave")["Location"] == "/sign-in"
    assert not AgentSession.objects.filter(agent=desk.agent, ended_at=None).exists()
    assert desk.client.get("/desk/").status_code == 303
