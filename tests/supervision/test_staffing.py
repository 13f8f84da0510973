"""The capacity planner: a week's plan against a history made by hand, and numbers of one's own."""

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.agents.models import Agent, SpanState, Team, TeamSupervisor
from apps.common import clock
from apps.queues.models import Queue, SlaVersion, TeamQueue
from apps.reporting.rollups.rebuilding import rebuild
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_queue, make_user
from tests.reporting.history import History, at
from tests.supervision.conftest import browser_of

PLAN = "/admin/reports/staffing/"
NOW = datetime(2026, 3, 25, 12, tzinfo=UTC)
Page = Callable[..., str]
Lines = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def queue(in_scope: Tenant) -> Queue:
    """Wednesdays at ten in Berlin: six calls of two minutes on the fourth, three of three minutes a week later."""
    agent = make_agent()
    queue = make_queue("Support", [agent])
    one, other = History(), History(at(7 * 86_400))
    for history, calls, lasting in ((one, 6, 120.0), (other, 3, 180.0)):
        for number in range(calls):
            call(history, queue, agent, number * 240, lasting, wait=30.0 if number == 0 else 4.0)
    one.spans(agent, (0, SpanState.READY), (900, SpanState.NOT_READY), (3600, None))
    return queue


def call(history: History, queue: Queue, agent: Agent, begin: float, lasting: float, wait: float = 4.0) -> None:
    end = begin + wait + lasting
    contact = history.contact(begin, end)
    stay = history.stay(contact, queue, begin, begin + wait, "success")
    history.part(agent, contact, stay, begin, begin + wait, talk=begin + wait, left=end - 20, ended=end)


def lines(browser: Client, **asked: str) -> Lines:
    answer = browser.get(f"{PLAN}export.jsonl", asked)
    assert answer.status_code == 200, answer.content[:500]
    return [json.loads(line) for line in answer.getvalue().splitlines()]


def test_a_week_as_reckoned_by_hand(queue: Queue, screens: Client, in_scope: Tenant) -> None:
    """Nine calls on two days in half an hour: 4.5 of 140 s are 0.35 erlangs, which two agents bear. The agent was ready
    for a quarter of an hour on one of two days, and had two calls of 124 s in the rest of it."""
    expected = {
        "weekday": "Wednesday",
        "from": "10:00",
        "offered": 4.5,
        "handle-time": 140,
        "load": 0.35,
        "agents-needed": 2,
        "agents-on-roster": 3,
        "service-level-expected": 95.88,
        "wait-expected": 4.42,
        "occupancy-expected": 17.5,
        "service-level-measured": 77.78,
        "agents-ready": 0.32,
        "timeZone": "Europe/Berlin",
    }
    (line,) = lines(screens)
    assert line == expected
    list(rebuild(in_scope, end=NOW))
    assert lines(screens) == [line]


def test_an_hour_has_what_its_halves_have(queue: Queue, screens: Client) -> None:
    (line,) = lines(screens, interval="60")
    assert (line["offered"], line["load"], line["agents-ready"]) == (4.5, 0.175, 0.16)


@pytest.mark.parametrize(
    ("asked", "needed", "roster"),
    [
        ({"goal": "60"}, 1, 2),
        ({"goal": "60", "occupancy": "30"}, 2, 3),
        ({"goal": "60", "occupancy": "35"}, 1, 2),
        ({"goal": "99"}, 3, 5),
        ({"goal": "80", "within": "600"}, 1, 2),
        ({"shrinkage": "0"}, 2, 2),
        ({"shrinkage": "50"}, 2, 4),
    ],
)
def test_what_is_asked_for_decides(
    queue: Queue, screens: Client, asked: dict[str, str], needed: int, roster: int
) -> None:
    (line,) = lines(screens, **asked)
    assert (line["agents-needed"], line["agents-on-roster"]) == (needed, roster)


def test_the_goal_is_the_queues_own(queue: Queue, screens: Client, page: Page) -> None:
    SlaVersion.objects.update(target_percent=60, threshold_s=30)
    assert lines(screens)[0]["agents-needed"] == 1
    assert "60 % within 30 s" in page(PLAN)
    assert "80 % within 20 s" in page(PLAN, goal="80", within="20")
    SlaVersion.objects.update(target_percent=100)
    assert "99 % within 30 s" in page(PLAN)
    Queue.objects.update(sla=None)
    assert "80 % within 20 s" in page(PLAN)


def test_a_call_of_another_day_channel_or_period_is_none_of_it(queue: Queue, screens: Client, page: Page) -> None:
    assert lines(screens, channel="chat") == []
    assert lines(screens, until="2026-03-03") == []
    assert lines(screens, until="2026-03-10")[0]["offered"] == 6
    assert "Nothing to learn from" in page(PLAN, until="2026-03-03")
    assert "Nothing to learn from" in page(PLAN, queue=str(make_queue("Empty").pk))


@pytest.mark.parametrize(
    ("zone", "begins", "told"),
    [
        ("Europe/Berlin", (date(2026, 10, 25), 0, 30), [("02:00", 1.0), ("03:00", 1.0)]),  # two comes twice
        ("Europe/Berlin", (date(2026, 3, 29), 0, 30), [("01:00", 1.0), ("03:00", 2.0)]),  # there is no two
        ("Asia/Kathmandu", (date(2026, 5, 1), 0, 30), [("06:00", 3.0)]),  # 5:45 ahead
    ],
)
def test_hours_are_the_readers_and_counted_as_often_as_they_come(
    queue: Queue,
    monkeypatch: pytest.MonkeyPatch,
    zone: str,
    begins: tuple[date, int, int],
    told: list[tuple[str, float]],
) -> None:
    day, hour, minute = begins
    begin = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: begin + timedelta(days=2))
    agent, history = Agent.objects.get(), History(begin)
    for minutes in (0, 30, 40) if zone != "Europe/Berlin" or day.month == 3 else (0, 60, 90):
        call(history, queue, agent, minutes * 60, 100)
    browser = browser_of(make_user("supervisor", time_zone=zone))
    found = lines(browser, interval="60", until=str(day), weeks="4")
    assert [(line["from"], line["offered"]) for line in found if line["weekday"] != "Wednesday"] == told


def test_the_page_tells_the_week_and_the_day(queue: Queue, page: Page) -> None:
    shown = page(PLAN)
    assert '<span class="sw-vh">Wednesday 10:00: </span>2<' in shown
    assert "Most are needed on Wednesday 10:00: 2." in shown
    assert "hours in the week: 1 at work, 2 on the roster." in shown
    assert "Learnt from 25 Feb 2026 to 24 Mar 2026." in shown
    assert "the mean of 2 days" in shown
    row = re.search(r'<th scope="row">10:00</th>(.*?)</tr>', shown)
    assert row
    cells = re.sub(r"<svg.*?</svg>", "", row[1])
    assert re.findall(r"<td[^>]*>(.*?)</td>", cells)[:-1] == [
        *("4.5", "02:20", "0.35", "2", "3", "95.9 %", "4.4 s", "17.5 %", "77.8 %")
    ]
    assert "1.7 too few" in cells
    assert "Choose another weekday." in page(PLAN, day="1")
    assert 'day=1#weekdays"' in shown


def test_a_course_is_drawn_of_a_day(queue: Queue, page: Page) -> None:
    assert 'aria-labelledby="course"' not in page(PLAN)  # half an hour is no course
    call(History(at(3 * 3600)), queue, Agent.objects.get(), 0, 60)
    shown = page(PLAN)
    assert shown.count('<rect class="ch-in" x="5"') == 1
    assert "<title>13:00: Agents needed 1, Agents ready 0.0</title>" in shown
    assert "<title>10:00: Agents needed 2, Agents ready 0.3</title>" in shown


def what_if(page: Page, **asked: str) -> list[list[str]]:
    """The rows, tags left out."""
    asked = {"calls": "200", "handle": "180", "goal": "80", "within": "20", **asked}
    shown = page(PLAN, **{f"if-{name}": value for name, value in asked.items()})
    rows = re.search(r'id="what-if".*?<tbody>(.*?)</tbody>', shown, re.S)
    found = re.findall(r"<tr.*?>(.*?)</tr>", rows[1] if rows else "")
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found]
    return [[re.sub(r"<svg.*?</svg>|<[^>]*>", "", cell).strip() for cell in row] for row in cells]


def test_one_agent_more_or_fewer(page: Page) -> None:
    """Ten erlangs, as every Erlang C table has them."""
    assert what_if(page) == [
        ["13", "19", "79.6 %", "17.1 s", "28.5 %", "76.9 %", "missed"],
        ["14", "20", "88.8 %", "7.8 s", "17.4 %", "71.4 %", "reached"],
        ["15", "22", "94.1 %", "3.7 s", "10.2 %", "66.7 %", "reached"],
    ]
    assert [row[0] for row in what_if(page, agents="20")] == ["19", "20", "21"]
    assert what_if(page, agents="11")[0] == ["10", "The queue would grow without end."]
    assert [row[0] for row in what_if(page, calls="0.01", handle="1")] == ["1", "2"]


def test_the_largest_centre_is_reckoned_with(page: Page) -> None:
    least, chosen, most = what_if(page, calls="1000000", handle="14400", agents="4001000")
    assert least[-1] == "missed" or chosen[-1] == "reached"
    assert (chosen[0], most[0]) == ("4,001,000", "4,001,001")


def test_it_begins_with_the_busiest_time(queue: Queue, page: Page) -> None:
    shown = page(PLAN)
    for name, value in (("calls", "9.0"), ("handle", "140.0"), ("goal", "80"), ("within", "20")):
        assert re.search(rf'name="if-{name}"[^>]* value="{value}"', shown), name
    kept = page(PLAN, **{"if-calls": "7", "weeks": "8"})
    assert '<input type="hidden" name="if-calls" value="7">' in kept
    assert '<input type="hidden" name="weeks" value="8">' in kept


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"goal": "100"}, "less than or equal to 99"),
        ({"goal": "x"}, "Enter a whole number."),
        ({"within": "-1"}, "greater than or equal to 0"),
        ({"occupancy": "0"}, "greater than or equal to 1"),
        ({"shrinkage": "100"}, "less than or equal to 90"),
        ({"until": "2026-03-25"}, "Only days that are over can be learnt from."),
        ({"until": "0001-01-01"}, "Ensure this value is"),
        ({"weeks": "5"}, "Select a valid choice."),
        ({"day": "8"}, "Select a valid choice."),
        ({"queue": "9" * 30}, "Select a valid choice."),
        ({"if-calls": "2000000"}, "less than or equal to 1000000"),
        ({"if-calls": "nan"}, "Enter a number."),
        ({"if-calls": "10"}, "This field is required."),
        (
            {"if-calls": "200", "if-handle": "180", "if-agents": "10", "if-goal": "80", "if-within": "20"},
            "The queue would grow without end: at least 11 agents.",
        ),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field(queue: Queue, page: Page, asked: dict[str, str], said: str) -> None:
    shown = page(PLAN, **asked)
    field = re.search(r'<p class="sw-error" id="([\w-]+)-e">([^<]*)</p>', shown)
    assert field
    assert said in field[2]
    assert f'aria-describedby="{field[1]}-e"' in shown


def test_nonsense_is_no_file(queue: Queue, screens: Client) -> None:
    assert screens.get(f"{PLAN}export.csv", {"goal": "x"}).status_code == 400


def test_a_file_for_a_spreadsheet(queue: Queue, screens: Client) -> None:
    told = screens.get(f"{PLAN}export.csv").getvalue().decode("utf-8-sig").splitlines()
    headings, values = csv.reader(told)
    assert headings[:3] == ["Weekday", "From", "Offered"]
    assert values[:3] == ["Wednesday", "10:00", "4.5"]
    assert screens.get(f"{PLAN}export.xlsx").getvalue()[:2] == b"PK"


def test_who_sees_which_queue(queue: Queue, in_scope: Tenant, other_tenant: Tenant) -> None:
    """A team's supervisor plans for its queues, with its own agents; nobody sees another tenant's."""
    team = Team.objects.create(name="South")
    leader = make_user("supervisor", reach="teams", own_reach="teams")
    TeamSupervisor.objects.create(team=team, user=leader)
    shown = browser_of(leader).get(PLAN).content.decode()
    assert "No queue that you may see" in shown
    assert browser_of(leader).get(PLAN, {"queue": queue.pk}).content.decode().count("Select a valid choice") == 1
    TeamQueue.objects.create(team=team, queue=queue)
    assert lines(browser_of(leader)) == []  # how long others take, and when they were there, is not for the leader
    Agent.objects.update(team=team)
    (line,) = lines(browser_of(leader))
    assert (line["offered"], line["agents-ready"], line["agents-needed"]) == (4.5, 0.32, 2)
    with scope(other_tenant):
        stranger = make_user("supervisor", tenant=other_tenant)
    shown = browser_of(stranger).get(PLAN).content.decode()
    assert "No queue that you may see" in shown
    assert "Support" not in shown
    assert browser_of(stranger).get(f"{PLAN}export.csv", {"queue": queue.pk}).status_code == 400
    assert browser_of(make_user("agent")).get(PLAN, follow=True).status_code == 403
    assert browser_of(make_user("agent")).get(f"{PLAN}export.csv", follow=True).status_code == 403


def test_it_costs_the_same_however_much_happened(queue: Queue, screens: Client, supervisor: User) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as made:
            assert screens.get(PLAN, {"weeks": "13", "queue": queue.pk}).status_code == 200
        return len(made)

    cost()  # what a process keeps is read once
    before = cost()
    for day in range(1, 12):
        agent = make_agent()
        queue.members.add(agent)
        make_queue()
        call(History(at(day * 86_400 + day * 1000)), queue, agent, 0, 90)
    assert cost() == before
