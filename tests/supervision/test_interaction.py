"""One interaction's page: its parts, and what each of them tells."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import Disposition, SlaVersion
from apps.topics.models import EngagementTopic
from tests.builders import make_agent, make_live, make_queue, ready

T0 = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)

Page = Callable[..., str]


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def path(interaction: EngagementInteraction) -> str:
    return f"/admin/engagements/engagementinteraction/{interaction.pk}/change/"


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def finished(supervisor: User) -> EngagementInteraction:
    """Waits 73 s for a queue with a target of 20 s, refused by Ramona, taken by Tomas, who wraps up for 45 s."""
    ramona, tomas = make_agent("Ramona"), make_agent("Tomas")
    sla = SlaVersion.objects.create(name="Claims", threshold_s=20)
    queue = make_queue("Claims (motor)", [ramona, tomas], sla=sla, wrap_up_s=60)
    live = make_live(queue, at=T0, external_identifier="pbx-7", user_data={"policy": "KFZ-4471"})
    ready(ramona, at=after(10))
    operations.reject(live, by=ramona, at=after(22))
    ready(tomas, at=after(60))
    operations.accept(live, by=tomas, at=after(73))
    operations.hang_up(live, by=None, at=after(373))
    operations.set_disposition(live, Disposition.objects.create(name="Invoice corrected"), by=tomas, at=after(380))
    operations.complete(live, by=tomas, at=after(418))
    return EngagementInteraction.objects.get(pk=live.pk)


def test_the_figures_say_how_long_everything_took(finished: EngagementInteraction, page: Page) -> None:
    text = plain(page(path(finished)))
    for figure in [
        "Duration 06:13 15:00:00 to 15:06:13",
        "Waited in queues 01:13 target 00:20",
        "Talk 05:00 1 agent",
        "Hold – never",
        "Wrap-up 00:45 Invoice corrected",
        "Offers 2 1 rejected",
        "Over target",
    ]:
        assert figure in text


def test_it_is_known_by_every_dialects_id(finished: EngagementInteraction, page: Page) -> None:
    html = page(path(finished))
    for known in [finished.public_id, finished.genesys_id, str(finished.uuid), "pbx-7"]:  # type: ignore[attr-defined]
        assert known in html


@pytest.mark.parametrize("tab", ["attendees", "topics", "call", "journal", "history"])
def test_each_tab_is_a_link_that_the_server_marks(finished: EngagementInteraction, page: Page, tab: str) -> None:
    html = page(path(finished), tab=tab)
    assert re.findall(r'\?tab=(\w+)[^>]*aria-current="page"', html) == [tab]
    assert f'<section class="sw-card" id="{tab}"' in html


def test_an_unknown_tab_is_the_first(finished: EngagementInteraction, page: Page) -> None:
    assert '<section class="sw-card" id="attendees"' in page(path(finished), tab="nonsense")


def test_the_tabs_keep_the_way_back_to_the_list(finished: EngagementInteraction, page: Page) -> None:
    html = page(path(finished), list="status=Completed&q=x")
    assert 'href="/admin/engagements/engagementinteraction/?status=Completed&amp;q=x">Interactions' in html
    assert "?tab=journal&amp;list=status%3DCompleted%26q%3Dx" in html


def test_attendees_are_those_inside_and_outside(finished: EngagementInteraction, page: Page) -> None:
    text = plain(page(path(finished)))
    assert "Tomas Agent, inside · EA-" in text


def test_topics_stand_under_the_topic_that_they_belong_to(
    finished: EngagementInteraction, page: Page, supervisor: User
) -> None:
    stamps = {"owner": supervisor, "created_by": supervisor, "last_modified_by": supervisor, "engagement": finished}
    claim = EngagementTopic.objects.create(name="Lorry claim", **stamps)
    EngagementTopic.objects.create(name="Something else", process_status="Failed", **stamps)
    EngagementTopic.objects.create(name="Assessor’s bill", parent_topic=claim, **stamps)
    html = page(path(finished), tab="topics")
    assert html.index("Lorry claim") < html.index("Assessor’s bill") < html.index("Something else")
    assert 'class="sw-tree"' in html


def test_the_journal_has_the_events_in_order_with_who_did_it(finished: EngagementInteraction, page: Page) -> None:
    html = page(path(finished), tab="journal")
    names = re.findall(r'sw-id">([a-z]+\.[a-z_]+)<', html)
    assert names[:3] == ["engagement.opened", "queue.entered", "work.offered"]
    assert names[-1] == "work.completed"
    assert re.search(r"work.rejected.{0,40}Ramona", plain(html))
    assert "disposition: Invoice corrected" in html


def test_the_table_tells_what_the_picture_shows(finished: EngagementInteraction, page: Page) -> None:
    text = plain(page(path(finished)))
    for row in [
        "15:00:00 15:01:13 01:13 Claims (motor) Waited, first in line answered, 00:53 over target 0",
        "15:00:10 15:00:22 00:12 Ramona Offer rejected 0",
        "15:01:13 15:06:13 05:00 Tomas Conversation customer left 0",
        "15:06:13 15:06:58 00:45 Tomas Wrap-up Invoice corrected 0",
    ]:
        assert row in text


def test_history_says_what_was_written_over(finished: EngagementInteraction, page: Page, supervisor: User) -> None:
    EngagementInteraction.objects.filter(pk=finished.pk).update(sentiment="Negative")
    EngagementInteraction.objects.filter(pk=finished.pk).update(
        sentiment="Neutral", last_modified_by=supervisor, last_modified_date=after(9999)
    )
    text = plain(page(path(finished), tab="history"))
    assert f"Sentiment was Negative is Neutral {supervisor.name}" in text
    assert "Status was New is In Progress" in text
    assert "Stage was Waiting is Handled" in text
    assert re.search(r"OwnerId was \S+ is Tomas", text)


def test_a_contact_that_is_going_on_shows_where_it_is(page: Page, supervisor: User) -> None:
    agent: Agent = make_agent()
    live = make_live(make_queue("Billing", [agent]))
    text = plain(page(path(live)))
    assert "Waiting" in text
    assert "goes on" in text
    ready(agent)
    operations.accept(live, by=agent)
    assert f"Handled, {agent.user.name}" in plain(page(path(live)))


@pytest.mark.parametrize("tab", ["attendees", "topics", "call", "journal", "history"])
def test_takes_as_many_queries_for_a_long_story_as_for_a_short_one(page: Page, supervisor: User, tab: str) -> None:
    def story(*agents: Agent) -> EngagementInteraction:
        live = make_live(make_queue(members=agents), at=T0)
        for number, agent in enumerate(agents):
            ready(agent, at=after(10 * number))
            operations.reject(live, by=agent, at=after(10 * number + 5))
        return live

    short, long = story(make_agent()), story(*(make_agent() for _ in range(5)))
    page(path(short), tab=tab)  # reads what is kept in memory from then on
    with CaptureQueriesContext(connection) as one:
        page(path(short), tab=tab)
    with CaptureQueriesContext(connection) as many:
        page(path(long), tab=tab)
    assert len(many) == len(one)


def test_an_empty_tab_says_so(page: Page, supervisor: User) -> None:
    live = make_live()
    assert "No attendees" in page(path(live))
    assert "No topics" in page(path(live), tab="topics")


def test_what_customers_wrote_is_shown_as_text(page: Page, supervisor: User) -> None:
    live = make_live(customer="<script>alert(1)</script>", channel="chat", user_data={"<b>": "<i>"})
    html = page(path(live))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "&lt;i&gt;" in html
