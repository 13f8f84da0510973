"""Who sees the desk, and what it shows."""

import re
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.roles import Role
from apps.agents.models import AgentSession
from apps.common import clock
from apps.directory.models import CrmRecord
from apps.queues import operations
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.agent_desktop.conftest import HTMX, AtDesk
from tests.builders import make_agent, make_live, make_queue, make_tenant, make_user, ready


def test_somebody_not_signed_in_is_sent_to_sign_in_and_back(client: Client, db: None) -> None:
    assert client.get("/desk/work/" + (some := str(uuid4())))["Location"] == f"/sign-in?next=/desk/work/{some}"
    assert client.post("/desk/state", {"to": "ready"})["Location"] == "/sign-in?next=/desk/"


def test_a_script_whose_session_ran_out_is_told_where_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/desk/parts?want=offers", headers=HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in?next=/desk/")


def test_who_takes_no_work_has_no_desk(client: Client, in_scope: Tenant) -> None:
    client.force_login(make_user(Role.SUPERVISOR))
    answer = client.get("/desk/")
    assert answer.status_code == 403
    assert b"you have no desk" in answer.content


def test_sitting_down_starts_one_session_and_not_ready(desk: AtDesk) -> None:
    page = desk.look()
    assert AgentSession.objects.filter(agent=desk.agent, ended_at=None).count() == 1
    assert "<b>Not ready</b>" in page
    assert "Nothing comes while you are not ready." in page


def test_an_offer_says_who_why_where_and_what_was_before(desk: AtDesk) -> None:
    CrmRecord.objects.create(
        object_name="Contact", record_id="003000000000001AAA", name="Hannelore Wolkenstein", phone_key="+442079460123"
    )
    earlier = make_live(subject="Glass damage, settled")
    operations.abandon(earlier)
    desk.offered(subject="Car not drivable")
    page = desk.look()
    for said in ("Call offered", "Hannelore Wolkenstein", "Car not drivable", "Claims", "Longest without work"):
        assert said in page
    assert "Gave up after" in page
    assert 'value="accept"' in page
    assert "(1) Call offered" in page


def test_an_unknown_caller_is_the_number_written_left_to_right(desk: AtDesk) -> None:
    desk.offered()
    assert '<bdi dir="ltr">+442079460123</bdi>' in desk.look()


def test_names_are_escaped(desk: AtDesk) -> None:
    interaction = desk.offered(subject="<script>alert(1)</script>", channel="chat", customer='"><img src=x>')
    operations.accept(interaction, by=desk.agent)
    operations.attach_user_data(interaction, {"<b>": "</dl><i>"}, by=desk.agent)
    page = desk.look(f"/desk/work/{interaction.uuid}")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;/dl&gt;&lt;i&gt;" in page


def test_work_that_was_never_the_agents_is_not_there(desk: AtDesk) -> None:
    foreign = make_live(make_queue(members=[ready(make_agent())]))
    assert desk.client.get(f"/desk/work/{foreign.uuid}").status_code == 404
    assert desk.client.get(f"/desk/work/{uuid4()}").status_code == 404


def test_an_offer_is_not_open_before_it_is_accepted(desk: AtDesk) -> None:
    offered = desk.offered()
    assert desk.client.get(f"/desk/work/{offered.uuid}").status_code == 404


def test_another_tenants_work_is_not_there(desk: AtDesk) -> None:
    elsewhere = make_tenant("Elsewhere")
    with scope(elsewhere):
        agent = ready(make_agent())
        foreign = make_live(make_queue(members=[agent]))
        operations.accept(foreign, by=agent)
    assert desk.client.get(f"/desk/work/{foreign.uuid}").status_code == 404
    assert desk.client.post(f"/desk/work/{foreign.uuid}", {"act": "complete"}).status_code == 303
    with scope(elsewhere):
        foreign.refresh_from_db()
        assert foreign.stage == "handled"


def test_finished_work_stays_to_be_read_and_says_that_it_is_over(desk: AtDesk) -> None:
    interaction = desk.offered()
    operations.accept(interaction, by=desk.agent)
    operations.complete(interaction, by=desk.agent)
    page = desk.look(f"/desk/work/{interaction.uuid}")
    assert "This work is over." in page
    assert 'value="complete"' not in page
    assert 'id="pair-form"' not in page


def test_any_look_keeps_the_lease(desk: AtDesk) -> None:
    AgentSession.objects.filter(agent=desk.agent).update(lease_until=clock.now())
    assert desk.client.post("/desk/heartbeat").status_code == 204
    assert AgentSession.objects.get(agent=desk.agent).lease_until > clock.now()


def test_times_are_the_agents(desk: AtDesk) -> None:
    desk.agent.user.time_zone = "Asia/Tokyo"
    desk.agent.user.save()
    interaction = desk.offered()
    operations.accept(interaction, by=desk.agent)
    hour = (interaction.opened_at.hour + 9) % 24
    assert re.search(rf">{hour:02}:\d\d:\d\d</time><p><bdi>Came in", desk.look())


def test_much_work_takes_no_more_queries_than_little(desk: AtDesk) -> None:
    queue = make_queue("Written", [desk.agent], voice_is_exclusive=False)
    desk.agent.channels.update(capacity=9)
    desk.post("/desk/state", to="ready")

    def more_work(number: int) -> None:
        taken = make_live(queue, channel="chat", customer=f"+44207946012{number}")
        operations.accept(taken, by=desk.agent)
        make_live(queue, channel="video", customer=f"+44207946022{number}")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.look()
        return len(captured)

    more_work(0)
    little = queries()
    for number in range(1, 4):
        more_work(number)
    assert queries() == little


def test_the_first_view_needs_less_than_60_kb_of_own_script_and_style(desk: AtDesk) -> None:
    page = desk.look()
    page = re.sub(r"<noscript>.*?</noscript>", "", page, flags=re.DOTALL)
    files = re.findall(r'<(?:link rel="stylesheet" href|script src)="/static/(switchroom/[^"]+)"', page)
    assert "switchroom/desk.js" in files
    assert sum((settings.BASE_DIR / "static" / file).stat().st_size for file in files) < 60_000
