"""What is said in the open contact stands on the desk, and what an offer tells of the customer."""

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.attendees.models import EngagementAttendee
from apps.common import clock
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import ConversationSignal
from tests.agent_desktop.conftest import HTMX, AtDesk
from tests.builders import make_live, make_queue
from tests.talk import many_lines


def lines(html: str) -> list[str]:
    return re.findall(r"</bdi></b> <bdi>([^<]*)</bdi>", html)


def accepted(desk: AtDesk) -> EngagementInteraction:
    interaction = desk.offered()
    operations.accept(interaction, by=desk.agent)
    return interaction


def heard(desk: AtDesk, work: EngagementInteraction, newest: object) -> str:
    headers = {**HTMX, "X-Desk-Work": str(work.uuid), "X-Desk-Line": str(newest)}
    return str(desk.client.get("/desk/parts", {"want": "transcript"}, headers=headers).content.decode())


def test_the_transcript_is_read_in_order_with_names_and_the_last_mood(desk: AtDesk) -> None:
    interaction = accepted(desk)
    many_lines(interaction, ["<b>Good</b> morning", "My car"])
    mine = {"sender_kind": "HUMAN_AGENT", "participant": desk.agent.user.public_id}
    interaction.entries.create(**mine, number=3, started_at=interaction.entries.first().started_at, text="Yes?")  # type: ignore[attr-defined, union-attr]
    ConversationSignal.objects.create(
        interaction=interaction,
        service="listener",
        type="IntelligenceSignal__Sentiment",
        value="-600",
        participant="CUSTOMER",
        started_at=clock.now(),
    )
    page = desk.look()
    assert lines(page) == ["&lt;b&gt;Good&lt;/b&gt; morning", "Yes?", "My car"]
    assert re.search(r'sw-line--me"[^>]*>.*?<b><bdi>Tomas</bdi></b> <bdi>Yes\?', page, re.DOTALL)
    assert "<bdi>+442079460123</bdi></b> <bdi>My car" in page
    assert 'id="mood">− Negative<' in page


def test_a_script_is_sent_only_the_lines_that_its_page_lacks(desk: AtDesk) -> None:
    interaction = accepted(desk)
    many_lines(interaction, [f"line {number}" for number in range(1, 6)])
    answer = heard(desk, interaction, 3)
    assert lines(answer) == ["line 4", "line 5"]
    assert 'id="lines" hx-swap-oob="beforeend"' in answer
    for unreadable in ("-1", "", "x", "9" * 30):
        assert lines(heard(desk, interaction, unreadable)) == [f"line {number}" for number in range(1, 6)]


def test_of_a_long_transcript_the_newest_lines_are_shown(desk: AtDesk) -> None:
    interaction = accepted(desk)
    many_lines(interaction, [f"line {number}" for number in range(1, 251)])
    page = desk.look()
    assert lines(page) == [f"line {number}" for number in range(51, 251)]
    assert "Earlier lines are kept in the record." in page


def test_written_work_without_lines_has_no_transcript(desk: AtDesk) -> None:
    operations.accept(desk.offered(channel="email"), by=desk.agent)
    assert re.search(r'id="transcript"[^>]* hidden', desk.look())


def test_an_offer_says_whether_the_customer_is_verified(desk: AtDesk) -> None:
    interaction = desk.offered()
    assert "Not verified" in desk.look()
    CrmRecord.objects.create(object_name="Contact", record_id="003000000000001AAA", name="Hannelore Wolkenstein")
    user = desk.agent.user
    EngagementAttendee.objects.create(
        engagement=interaction,
        external_attendee_id="003000000000001AAA",
        start_date_time=clock.now(),
        is_verified=True,
        is_authenticated=True,
        owner=user,
        created_by=user,
        last_modified_by=user,
    )
    page = desk.look()
    assert "Hannelore Wolkenstein" in page
    assert re.search(r"sw-tag--ok\">.*Verified</span>.*Signed in", page)


def test_an_offer_tells_of_the_last_three_contacts_of_the_number_however_it_was_written(desk: AtDesk) -> None:
    user = desk.agent.user
    for number, written in enumerate(["020 7946 0123", "+44 20 7946 0123", "00442079460123", "(020) 7946-0123"]):
        queue = make_queue(f"Billing {number}")
        earlier = make_live(queue, customer=written, subject=f"Invoice {number}")
        operations.abandon(earlier)
        stamps = {"owner": user, "created_by": user, "last_modified_by": user}
        EngagementTopic.objects.create(name=f"Refund {number}", engagement=earlier, **stamps)
    desk.offered()
    page = desk.parts("offers")
    told = [
        re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", each)) for each in re.findall(r"<li>(.*?)</li>", page, re.DOTALL)
    ]
    assert len(told) == 3
    for number, each in zip((3, 2, 1), told, strict=True):
        assert re.search(rf"Call: Gave up after 00:00 – Billing {number} \S.* Refund {number}", each), each


def test_a_long_talk_takes_no_more_queries_than_a_short_one(desk: AtDesk) -> None:
    interaction = accepted(desk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.look()
        return len(captured)

    many_lines(interaction, ["one"])
    little = queries()
    interaction.entries.all().delete()  # type: ignore[attr-defined]
    many_lines(interaction, [f"line {number}" for number in range(150)])
    assert queries() == little
