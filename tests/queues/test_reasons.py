"""What a waiting contact says about why it waits."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.agents.models import Agent, AgentSkill, Channel, Skill
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import QueueEntry, QueueSkill
from apps.queues.reasons import Reason, waiting_reasons
from tests.builders import make_agent, make_live, make_queue, ready

pytestmark = pytest.mark.usefixtures("in_scope")

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def stay(interaction: EngagementInteraction) -> QueueEntry:
    return QueueEntry.objects.get(interaction=interaction, left_at=None)


def said(interaction: EngagementInteraction, at: datetime | None = None) -> dict[str, str]:
    return {each.reason: each.text for each in waiting_reasons(stay(interaction), at or after(1))}


def busy(agent: Agent) -> Agent:
    operations.open_outbound(channel=Channel.VOICE, by=ready(agent, at=T0), at=T0)
    return agent


def test_every_agent_stands_under_what_is_in_the_way() -> None:
    french = Skill.objects.create(name="French")
    away, resting, taken, learner = make_agent("Anna"), make_agent("Bert"), make_agent("Cleo"), make_agent("Dora")
    queue = make_queue(members=[away, resting, taken, learner])
    QueueSkill.objects.create(queue=queue, skill=french, level=5)
    QueueSkill.objects.create(queue=queue, skill=french, level=3, after_s=30)
    for agent, level in ((resting, 5), (taken, 9), (learner, 4)):
        AgentSkill.objects.create(agent=agent, skill=french, level=level)
    operations.make_not_ready(ready(resting, at=T0), by=resting.user, at=T0)
    busy(taken)
    ready(learner, at=T0)
    live = make_live(queue, at=T0)
    assert said(live) == {
        Reason.SIGNED_OUT: "Not signed in for voice: Anna",
        Reason.SKILLS: "French 5 is asked for, which these lack: Dora",
        Reason.NOT_READY: "Not ready: Bert",
        Reason.BUSY: "No room for more: Cleo",
    }
    skills = next(each for each in waiting_reasons(stay(live), after(1)) if each.reason == Reason.SKILLS)
    assert (skills.until, skills.then) == (after(30), "French 3 from then on")
    assert said(live, after(30))[Reason.NEXT_ROUND] == "Free, and asked within a second: Dora"


def test_an_offer_a_refusal_and_an_end() -> None:
    anna = ready(make_agent("Anna"), at=T0)
    live = make_live(make_queue(members=[anna]), at=T0)
    offered = waiting_reasons(stay(live), after(1))[0]
    assert (offered.reason, offered.text, offered.until) == (Reason.OFFERED, "Offered to Anna", after(20))
    operations.reject(live, by=anna, at=after(2))
    assert list(said(live)) == [Reason.PASSED_OVER]
    entry = stay(live)
    operations.abandon(live, at=after(3))
    entry.refresh_from_db()
    assert waiting_reasons(entry, after(4)) == []


def test_a_call_waits_for_who_has_other_work() -> None:
    anna = ready(make_agent("Anna"), at=T0)
    operations.open_outbound(channel=Channel.CHAT, by=anna, at=T0)
    assert list(said(make_live(make_queue(members=[anna]), at=T0))) == [Reason.OTHER_WORK]


def test_nobody_belongs_to_the_queue_or_it_was_cleared() -> None:
    live = make_live(make_queue("Claims"), at=T0)
    assert said(live) == {Reason.NO_MEMBERS: "Nobody belongs to Claims"}
    operations.clear_routing(live, by=None)
    assert list(said(live)) == [Reason.WITHDRAWN]


def test_work_aimed_at_one_agent() -> None:
    anna, bert = make_agent("Anna"), busy(make_agent("Bert"))
    live = make_live(make_queue(members=[ready(anna, at=T0)]), at=T0)
    operations.accept(live, by=anna, at=after(1))
    operations.transfer(live, bert, by=anna, at=after(2))
    assert said(live) == {Reason.BUSY: "No room for more: Bert"}


def test_work_kept_for_the_last_agent() -> None:
    anna, bert = ready(make_agent("Anna"), at=T0), make_agent("Bert")
    queue = make_queue(members=[anna, bert], last_agent_wait_s=30)
    before = make_live(queue, at=T0)
    operations.accept(before, by=anna, at=T0)
    ready(bert, at=T0)
    live = make_live(queue, at=after(1))
    assert said(live) == {Reason.LAST_AGENT: "Kept for Anna, who handled this customer last"}
