"""Reports, and that each number leads to as many rows as it says (cxengage 13)."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.agents.models import Agent, SpanState, Team
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue
from apps.supervision.reports import behind
from apps.tenants.models import Tenant
from apps.topics.models import EngagementTopic
from tests.builders import make_agent, make_queue, make_user
from tests.reporting.history import History, at

DAYS = {"since": "2026-03-03", "until": "2026-03-05"}
Read = Callable[..., str]


@pytest.fixture
def read(in_scope: Any) -> Read:
    def get(path: str, status: int = 200, role: str = "supervisor", **query: str) -> str:
        client = Client()
        client.force_login(make_user(role))
        answer = client.get(path, query or None, follow=True)
        assert answer.status_code == status, answer.content[:2000]
        return answer.content.decode()

    return get


@pytest.fixture
def queue(in_scope: Any) -> Queue:
    agent, history = make_agent(), History()
    queue = make_queue("Support", [agent])
    for begin, wait in ((0, 4.0), (200, 30.0)):
        contact = history.contact(begin, begin + wait + 100)
        stay = history.stay(contact, queue, begin, begin + wait, "success")
        left = begin + wait + 60
        history.part(agent, contact, stay, begin, begin + wait, talk=begin + wait, left=left, ended=left + 40)
    contact = history.contact(400, 460, left=460, left_from="queue")
    history.stay(contact, queue, 400, 460, "abandon")
    history.spans(agent, (0, SpanState.READY), (900, SpanState.NOT_READY), (1800, None))
    return queue


@pytest.mark.parametrize(
    ("about", "by"),
    [("queues", "queue"), ("queues", "day"), ("agents", "agent"), ("agents", "week"), ("contacts", "channel")],
)
def test_every_number_leads_to_its_rows(read: Read, queue: Queue, about: str, by: str) -> None:
    page = read("/admin/reports/", about=about, by=by, **DAYS)
    links = re.findall(r'<td class="n"><a href="(/admin/reports/rows/\?[^"]+statistic=[^"]+|[^"]+)">([^<]+)</a>', page)
    assert len(links) > 6
    counted = 0
    for address, shown in links:
        rows = read(unescape(address))
        assert f": {shown}</h1>" in rows
        if shown.isdecimal():
            counted += 1
            told = re.search(r"(\d+) rows? behind this number", rows)
            assert told
            assert told[1] == shown
            assert rows.count("<tr>") == int(shown) + (shown != "0")
    assert counted > 2


def test_counts_in_a_file_are_whole_numbers(in_scope: Any, queue: Queue) -> None:
    client = Client()
    client.force_login(make_user("supervisor"))
    answer = client.get("/admin/reports/export.jsonl", {"about": "queues", "by": "queue", **DAYS})
    lines = [json.loads(line) for line in answer.getvalue().splitlines()]
    assert [line["queue"] for line in lines] == ["Support", "All"]
    assert {repr(line["queue-interactions-count"]) for line in lines} == {"3"}
    assert {repr(line["service-level"]) for line in lines} == {"33.33"}


def test_either_part_of_a_fraction_is_opened(read: Read, queue: Queue) -> None:
    query = {"statistic": "service-level", "start": "2026-01-01T00:00Z", "end": "2026-12-01T00:00Z"}
    below = read("/admin/reports/rows/", **query)
    links = re.findall(r'<a href="(\?[^"]+)"( aria-current="page")?>(Counted|Out of)</a>', below)
    assert [(label, bool(here)) for _, here, label in links] == [("Counted", False), ("Out of", True)]
    above = read(f"/admin/reports/rows/{unescape(links[0][0])}")
    told = [re.search(r"(\d+) rows? behind this number", page)[1] for page in (above, below)]  # type: ignore[index]
    assert told == [str(page.count("<tr>") - 1) for page in (above, below)]
    share = re.search(r"<h1[^>]*>Service level: ([\d.]+)", above)
    assert share
    assert float(share[1]) == pytest.approx(100 * int(told[0]) / int(told[1]), abs=0.1)
    query["statistic"] = "queue-interactions-count"
    assert "Out of" not in read("/admin/reports/rows/", **query)


@pytest.mark.parametrize(
    ("statistic", "told"),
    [
        ("queue-interactions-count", "3 rows"),
        ("service-level", "3 rows"),
        ("finished-queue-time", "3 rows"),
        ("resource-logged-in-time", "1+ rows"),
        ("queue-length", "0 rows"),
    ],
)
def test_rows_are_paged_by_key(
    read: Read, queue: Queue, monkeypatch: pytest.MonkeyPatch, statistic: str, told: str
) -> None:
    """Page after page, every row comes once."""
    query = {"statistic": statistic, "start": "2026-01-01T00:00Z", "end": "2026-12-01T00:00Z"}
    whole = re.findall(r"<tr>.*?</tr>", read("/admin/reports/rows/", **query))
    monkeypatch.setattr(behind, "PAGE", 1)
    address, found = f"/admin/reports/rows/?{urlencode(query)}", whole[:1]
    while address:
        page = read(address)
        assert f"{told} behind this number" in page
        found += re.findall(r"<tr>.*?</tr>", page)[1:]
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/admin/reports/rows/{unescape(older[1])}" if older else ""
    assert found == whole


def test_occupancy_is_of_agents_alone(read: Read, queue: Queue) -> None:
    for by in ("agent", "team", "day", "hour"):
        assert '<dt id="occupancy">' in read("/admin/reports/", about="agents", by=by, **DAYS), by
    assert '<dt id="occupancy">' not in read("/admin/reports/", about="agents", by="queue", **DAYS)
    assert '<dt id="occupancy">' not in read("/admin/reports/", about="agents", queue=str(queue.pk), **DAYS)


def test_a_page_costs_the_same_however_much_happened(in_scope: Any, queue: Queue) -> None:
    client = Client()
    client.force_login(make_user("supervisor"))
    pages = [
        *({"about": about, "by": by, "compare": "before"} for about, by in (("queues", "queue"), ("agents", "team"))),
        *({"about": "contacts", "by": by} for by in ("topic", "hour")),
        {},
    ]

    def cost(query: dict[str, str]) -> int:
        with CaptureQueriesContext(connection) as made:
            assert (
                client.get("/admin/reports/" if query else "/admin/reports/heat/", {**query, **DAYS}).status_code == 200
            )
        return len(made)

    cost(pages[0])  # what a process keeps is read once
    before = [cost(page) for page in pages]
    history, agent = History(at(40_000)), make_agent()
    for begin in range(0, 20_000, 2_000):
        contact = history.contact(begin, begin + 60, reason=str(begin))
        stay = history.stay(contact, make_queue(f"Queue {begin}"), begin, begin + 10, "success")
        history.part(agent, contact, stay, begin, begin + 10, talk=begin + 10, left=begin + 50, ended=begin + 60)
    assert [cost(page) for page in pages] == before


def test_what_cannot_be_reported_is_said_at_the_field(read: Read, queue: Queue) -> None:
    assert "Support" in read("/admin/reports/", **DAYS)
    assert "The last day comes before the first." in read("/admin/reports/", since="2026-03-05", until="2026-03-04")
    assert "400 days at the most." in read("/admin/reports/", since="2020-03-05", until="2026-03-04")
    assert "Contacts are not told apart by agent." in read("/admin/reports/", about="contacts", by="agent")
    assert "Nothing happened then" in read("/admin/reports/", since="2020-03-05", until="2020-03-06")
    assert "Select a valid choice" in read("/admin/reports/", about="x")
    assert "Figures" in read("/admin/reports/", about="contacts", **DAYS)
    assert "A contact is of no single queue" in read("/admin/reports/", about="contacts", queue=str(queue.pk))
    assert "Contacts are not told apart by queue." in read("/admin/reports/", about="contacts", by="queue")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_no_calendar_has_are_refused(read: Read, queue: Queue, day: str) -> None:
    for report in ("", "heat/"):
        assert "Ensure this value is" in read(f"/admin/reports/{report}", since=day, until=day, compare="before")
    read("/admin/reports/rows/", 400, statistic="service-level", start=f"{day}T00:00Z", end=f"{day}T09:00Z")
    read("/admin/reports/interaction-detail/", since=day, until=day)
    read("/admin/engagements/engagementinteraction/", since=day, until=day)


def test_who_sees_teams_alone_is_told_that_contacts_are_of_none(queue: Queue) -> None:
    client = Client()
    client.force_login(make_user("supervisor", reach="teams", own_reach="teams"))
    assert "sees figures of its teams and queues alone" in client.get("/admin/reports/?about=contacts").content.decode()
    assert client.get("/admin/reports/").status_code == 200


def test_who_may_read_them(read: Read, queue: Queue) -> None:
    read("/admin/reports/", 403, "agent")
    always = {"statistic": "queue-length", "start": "0001-01-01T00:00Z", "end": "9999-12-31T00:00Z"}
    day = {"statistic": "service-level", "start": "2026-03-04T00:00Z", "end": "2026-03-05T00:00Z"}
    wrong = [{**day, "after": text} for text in ("x", "~1~x", "~1~" + "9" * 99, "x~1~1", "2026-03-04T00:00:00~1~1")]
    for query in (
        {},
        {"statistic": "queue-length", "start": "x", "end": "x"},
        {"statistic": "\x00"},
        always,
        {**day, "queue": "x"},
        *wrong,
    ):
        read("/admin/reports/rows/", 400, **query)


@pytest.mark.parametrize("figure", ["queue-interactions-count", "service-level", "time-to-answer", "abandon-rate"])
def test_an_hour_of_the_week_leads_to_its_rows(read: Read, queue: Queue, figure: str) -> None:
    """Of all weeks together: the same hour a week before counts towards the same number."""
    earlier = History(at(-7 * 86400))
    contact = earlier.contact(0, 30, left=30, left_from="queue")
    earlier.stay(contact, queue, 0, 30, "abandon")
    later = earlier.contact(7200, 7230, left=7230, left_from="queue")
    earlier.stay(later, queue, 7200, 7230, "abandon")
    page = read("/admin/reports/heat/", since="2026-02-20", until="2026-03-05", figure=figure)
    links = re.findall(r'<td data-h="\d"><a href="([^"]+)"><span><span class="sw-vh">([^<]+)</span>([^<]+)<', page)
    assert len(links) == (1 if figure == "time-to-answer" else 2), links
    for address, name, shown in links:
        rows = read(unescape(address))
        assert f"{name.removesuffix(': ')} alone" in rows
        if figure == "queue-interactions-count":
            assert f"{shown} row{'s' * (shown != '1')} behind this number" in rows
            assert rows.count("<tr>") == int(shown) + 1
    if figure == "queue-interactions-count":
        assert sorted(shown for _, _, shown in links) == ["1", "4"]


def test_a_heat_map_of_nothing_and_of_too_much(read: Read, queue: Queue) -> None:
    assert "Nothing happened then" in read("/admin/reports/heat/", since="2020-02-20", until="2020-03-05")
    assert "93 days at the most." in read("/admin/reports/heat/", since="2020-02-20", until="2026-03-05")
    assert "Select a valid choice" in read("/admin/reports/heat/", figure="x", **DAYS)
    day = {"statistic": "service-level", "start": "2026-03-04T00:00Z", "end": "2026-03-05T00:00Z"}
    for slot in ("8-09", "1-24", "x", "", "1", "0-00", "1--1"):
        read("/admin/reports/rows/", 400, slot=slot, **day)


def test_the_period_before_is_told_in_words(read: Read, queue: Queue) -> None:
    earlier = History(at(-2 * 86400))
    for begin in (0, 100):
        contact = earlier.contact(begin, begin + 30, left=begin + 30, left_from="queue")
        earlier.stay(contact, queue, begin, begin + 30, "abandon")
    days = {"since": "2026-03-03", "until": "2026-03-04", "compare": "before"}
    page = re.sub(r"<svg.*?</svg>", "", read("/admin/reports/", **days))
    assert "up 1</span>" in page
    assert "down 66.67 points</span>" in page
    assert 'title="2 before"' in page
    german = Client(headers={"accept-language": "de"})
    german.force_login(make_user("supervisor"))
    unchanged = {"since": "2026-03-02", "until": "2026-03-02", "compare": "before"}
    long_ago = History(at(-3 * 86400))
    long_ago.stay(long_ago.contact(0, 30, left=30, left_from="queue"), queue, 0, 30, "abandon")
    assert "wie zuvor" in german.get("/admin/reports/", unchanged).content.decode()
    assert "sw-delta" not in read("/admin/reports/", **DAYS)
    assert ">March 2026</bdi>" in read("/admin/reports/", by="month", **DAYS)


@pytest.mark.parametrize("by", ["quarter", "hour", "day"])
def test_a_course_is_drawn_and_told(read: Read, queue: Queue, by: str) -> None:
    later = History(at(3600))
    later.stay(later.contact(0, 30), queue, 0, 30, "abandon")
    next_day = History(at(86400))
    next_day.stay(next_day.contact(0, 30), queue, 0, 30, "abandon")
    until = "2026-03-05" if by == "day" else "2026-03-04"
    page = read("/admin/reports/", by=by, since="2026-03-04", until=until)
    assert page.count('<rect class="ch-in" x="5"') == 1
    assert page.count("<g><title>") >= 2
    for address, shown in re.findall(r'<td class="n"><a href="([^"]+)">(\d+)</a>', page):
        assert f": {shown}</h1>" in read(unescape(address))


def test_an_hour_that_comes_twice_is_two_hours(in_scope: Tenant, read: Read) -> None:
    """And a day of 25 hours, of 23, or in a zone off by half an hour has the rows that it shows."""
    queue = make_queue("Support")
    for zone, begin, hours in (
        ("Europe/London", datetime(2026, 10, 24, 23, 30, tzinfo=UTC), ["00:00", "01:00 BST", "01:00 GMT", "02:00"]),
        ("Europe/London", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), ["00:00", "02:00", "03:00", "04:00"]),
        ("Asia/Kolkata", datetime(2026, 5, 1, 1, 30, tzinfo=UTC), ["07:00", "08:00", "09:00", "10:00"]),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 13, 45, tzinfo=UTC), ["00:00", "01:00", "01:30 +1030", "02:00"]),
    ):
        Tenant.objects.filter(pk=in_scope.pk).update(time_zone=zone)
        in_scope.refresh_from_db()
        history = History(begin)
        for late in (0, 3300, 4800, 6900) if "Howe" in zone else (0, 3600, 7200, 10800):
            history.stay(history.contact(late, late + 30), queue, late, late + 30, "abandon")
        day = str(begin.astimezone(ZoneInfo(zone)).date())
        page = read("/admin/reports/", by="hour", since=day, until=day)
        lines = re.findall(
            r'<tr><th scope="row"><bdi>[^<]+?, ([^<]+)</bdi></th><td class="n"><a href="([^"]+)">(\d+)', page
        )
        assert [hour for hour, _, _ in lines] == hours, zone
        for _, address, shown in lines:
            assert f"{shown} row behind this number" in read(unescape(address)).replace("rows", "row")


def test_teams_are_told_apart(read: Read, queue: Queue) -> None:
    team = Team.objects.create(name="Night shift")
    Agent.objects.update(team=team)
    page = read("/admin/reports/", about="agents", by="team", **DAYS)
    assert "<bdi>Night shift</bdi>" in page
    (address, shown), *_ = re.findall(r'<td class="n"><a href="([^"]+)">(\d+)</a>', page)
    assert shown == "2"
    assert "2 rows behind this number" in read(unescape(address))
    assert "Queues are not told apart by team." in read("/admin/reports/", about="queues", by="team", **DAYS)


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        ("reason", [("No reason", "2"), ("A & <b>", "1")]),
        ("sentiment", [("Positive", "2"), ("No sentiment", "1")]),
        ("topic", [("Refund", "2"), ("Delivery", "1"), ("No topic", "1")]),
    ],
)
def test_contacts_are_told_apart_by_what_is_written(
    read: Read, queue: Queue, by: str, lines: list[tuple[str, str]]
) -> None:
    """Topics in the recycle bin count for nothing; every number leads to its rows."""
    one, other, last = EngagementInteraction.objects.order_by("id")
    EngagementInteraction.objects.filter(pk=one.pk).update(reason="A & <b>")
    EngagementInteraction.objects.exclude(pk=one.pk).update(sentiment="Positive")
    for contact, name, gone in (
        (one, "Refund", False),
        (one, "Delivery", False),
        (other, "Refund", False),
        (last, "Refund", True),
    ):
        make_topic(contact, name, gone)
    page = read("/admin/reports/", about="contacts", by=by, compare="before", **DAYS)
    found = re.findall(r'<th scope="row"><bdi>(.*?)</bdi></th><td class="n"><a href="([^"]+)">(\d+)</a>', page)
    assert [(unescape(label), shown) for label, _, shown in found] == lines
    for _, address, shown in found:
        rows = read(unescape(address))
        assert f"{shown} row{'s' * (shown != '1')} behind this number" in rows
        assert rows.count("<tr>") == int(shown) + 1
    for about in ("queues", "agents"):
        page = read("/admin/reports/", about=about, by=by, **DAYS)
        told = re.findall(r'<td class="n"><a href="([^"]+)">(\d+)</a>', page)
        assert {unescape(address).rpartition("&")[2].partition("=")[0] for address, _ in told} & {by, "without"}
        for address, shown in told:
            assert f": {shown}</h1>" in read(unescape(address))
    day = {"start": "2026-03-04T00:00Z", "end": "2026-03-05T00:00Z"}
    for wrong in ({by: "\x00"}, {"without": "x"}, {by: "x", "slot": "1-09"}):
        read("/admin/reports/rows/", 400, statistic="interaction-starts-count", **day, **wrong)
    read("/admin/reports/rows/", 400, statistic="queue-length", **day, **{by: "x"})
    read("/admin/reports/rows/", 400, statistic="nothing of ours", **day)


def make_topic(contact: EngagementInteraction, name: str, gone: bool) -> None:
    by = dict.fromkeys(("owner", "created_by", "last_modified_by"), contact.owner)
    EngagementTopic.objects.create(engagement=contact, name=name, deleted_at=contact.opened_at if gone else None, **by)
