"""What every report says of a few days that were worked out on paper."""

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.agents.models import TeamSupervisor
from apps.supervision.reports import lines
from apps.tenants.models import Tenant
from tests.builders import make_user
from tests.supervision.conftest import browser_of
from tests.supervision.paper import DAYS, Paper

QUEUES = {
    "Sales": ["7", "5", "50.00 %", "00:18", "2", "28.57 %", "00:27", "00:20"],
    "Help": ["4", "2", "25.00 %", "00:22", "2", "50.00 %", "01:16", "00:49"],
    "All": ["11", "7", "40.00 %", "00:19", "4", "36.36 %", "00:51", "00:31"],
}
BY_DAY = {
    "Sat 28 Mar 2026": ["8", "4", "33.33 %", "00:17", "3", "37.50 %", "00:19", "00:18"],
    "Sun 29 Mar 2026": ["1", "2", "50.00 %", "00:25", "0", "0.00 %", "–", "00:25"],
    "Tue 31 Mar 2026": ["1", "0", "–", "–", "0", "0.00 %", "–", "–"],
    "Wed 1 Apr 2026": ["1", "1", "50.00 %", "00:15", "1", "100.00 %", "02:30", "01:22"],
    "All": QUEUES["All"],
}
BY_MONTH = {
    "March 2026": ["10", "6", "37.50 %", "00:20", "3", "30.00 %", "00:19", "00:19"],
    "April 2026": BY_DAY["Wed 1 Apr 2026"],
    "All": QUEUES["All"],
}
AGENTS = {
    "Anna": ["5", "04:12", "03:42", "00:06", "00:24", "7", "0", "0", "71.43 %", "10.37 %", "3:25:00"],
    "Ben": ["2", "06:05", "06:00", "00:00", "00:05", "3", "0", "0", "66.67 %", "22.45 %", "55:00"],
    "All": ["7", "04:44", "04:21", "00:04", "00:18", "10", "0", "0", "70.00 %", "12.92 %", "4:20:00"],
}
FIRST = ["1", "1", "100.00 %", "00:10", "0", "0.00 %", "–", "00:10"]  # the one with topics and a sentiment
OTHERS = ["10", "6", "33.33 %", "00:20", "4", "40.00 %", "00:51", "00:33"]
EXPECTED: dict[tuple[str, str], dict[str, list[str]]] = {
    ("queues", "queue"): QUEUES,
    ("queues", "day"): BY_DAY,
    ("queues", "month"): BY_MONTH,
    ("queues", "topic"): {"No topic": OTHERS, "Delivery": FIRST, "Refund": FIRST, "All": QUEUES["All"]},
    ("queues", "sentiment"): {"No sentiment": OTHERS, "Positive": FIRST, "All": QUEUES["All"]},
    ("agents", "agent"): AGENTS,
    ("agents", "team"): {"Red": AGENTS["Anna"], "Blue": AGENTS["Ben"], "All": AGENTS["All"]},
    ("contacts", "channel"): {
        "Chat": ["1", "1", "10:15", "10:00", "00:00", "0", "0", "–"],
        "Voice": ["10", "10", "02:52", "04:12", "00:03", "1", "5", "–"],
        "All": ["11", "11", "03:32", "05:10", "00:02", "1", "5", "–"],
    },
}
HEAT = {
    "queue-interactions-count": {"Sat 10": "7", "Sat 23": "1", "Sun 01": "1", "Tue 23": "1", "Wed 10": "1"},
    "service-level": {"Sat 10": "33", "Sun 00": "0", "Sun 01": "100", "Wed 00": "0", "Wed 10": "100"},
    "time-to-answer": {"Sat 10": "00:17", "Sun 00": "00:40", "Sun 01": "00:10", "Wed 10": "00:15"},
    "abandon-rate": {"Sat 10": "43", "Sat 23": "0", "Sun 01": "0", "Tue 23": "0", "Wed 10": "0"},
}


@pytest.fixture
def paper(in_scope: Tenant) -> Paper:
    Tenant.objects.filter(pk=in_scope.pk).update(time_zone="Europe/Berlin")
    in_scope.refresh_from_db()
    made = Paper()
    made.happen()
    return made


@pytest.fixture
def chief(paper: Paper) -> Client:
    """Elsewhere: figures are of the tenant's days whoever reads them."""
    return browser_of(make_user("supervisor", time_zone="America/New_York"))


def leader_of(paper: Paper, reach: str) -> User:
    """Of the red team, and so of Sales."""
    user = make_user("supervisor", reach=reach, own_reach=reach)
    TeamSupervisor.objects.create(team=paper.red, user=user)
    return user


def page_of(browser: Client, path: str = "/admin/reports/", **asked: str) -> str:
    answer = browser.get(path, {**DAYS, **asked})
    assert answer.status_code == 200
    return answer.content.decode()


def cells_of(page: str) -> dict[str, list[str]]:
    """By the first cell of each row, how the others read."""
    rows = [re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", page, re.S)[1:]]
    texts = [[" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in row] for row in rows]
    return {row[0]: row[1:] for row in texts}


def numbers_of(page: str) -> list[tuple[str, str]]:
    """Where each number leads, and how it reads."""
    return [
        (unescape(address), shown) for address, shown in re.findall(r'<a href="([^"]*/rows/[^"]+)">([^<]+)</a>', page)
    ]


def require_rows(browser: Client, page: str) -> None:
    """Each number leads to a page that says it again and has as many rows as a count."""
    found = numbers_of(page)
    assert found
    for address, shown in found:
        rows = browser.get(address).content.decode()
        assert f": {shown}</h1>" in rows, address
        if shown.isdecimal():
            assert rows.count("<tr>") == int(shown) + (shown != "0"), address


def test_every_cell_is_as_on_paper(paper: Paper, chief: Client) -> None:
    for (about, by), expected in EXPECTED.items():
        page = page_of(chief, about=about, by=by)
        assert cells_of(page) == expected, (about, by)
        if by in ("queue", "agent", "topic"):
            require_rows(chief, page)


def test_every_hour_of_the_week_is_as_on_paper(paper: Paper, chief: Client) -> None:
    """The night in which an hour is skipped among them."""
    for figure, expected in HEAT.items():
        assert numbers_of_heat(page_of(chief, "/admin/reports/heat/", figure=figure)) == expected, figure


def test_files_say_the_same_with_all_places(paper: Paper, chief: Client) -> None:
    answer = chief.get("/admin/reports/export.csv", {**DAYS, "about": "agents", "by": "agent"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows[1:] == [
        ["Anna", "5", "252.0", "222.0", "6.0", "24.0", "7", "0", "0", "71.43", "10.37", "12300.0"],
        ["Ben", "2", "365.0", "360.0", "0.0", "5.0", "3", "0", "0", "66.67", "22.45", "3300.0"],
        ["All", "7", "284.286", "261.429", "4.286", "18.571", "10", "0", "0", "70.0", "12.92", "15600.0"],
    ]


def test_what_is_new_and_what_is_gone_is_compared(paper: Paper, chief: Client) -> None:
    """Help had two before, one of them abandoned after 44 s; Sales had none."""
    page = page_of(chief, compare="before")
    now = cells_of(page)
    assert now["Sales"][0] == "7 up 7"
    assert now["Help"][:5] == ["4 up 2", "2 up 1", "25.00 % down 25.00 points", "00:22 up 00:16", "2 up 1"]
    assert now["All"][0] == "11 up 9"
    then = {"since": "2026-03-26", "until": "2026-03-27", "compare": "before"}
    assert cells_of(page_of(chief, **then)) == {
        "Help": ["0 down 2", "0 down 1", "–", "–", "0 down 1", "–", "–", "–"],
        "All": ["0 down 2", "0 down 1", "–", "–", "0 down 1", "–", "–", "–"],
    }
    answer = chief.get("/admin/reports/export.csv", {**DAYS, **then, "by": "queue"})
    head, help_, _ = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    assert head[:4] == ["Queue", "Offered", "Offered, before", "Answered"]
    assert help_[:7] == ["Help", "0", "2", "0", "1", "", "50.0"]


def test_the_page_says_what_does_not_add_up(paper: Paper, chief: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_LINES", 2)
    page = page_of(chief, by="topic")
    assert "A contact with several topics counts for each of them, and once among all." in page
    assert "The 2 most frequent at the most." in page
    assert set(cells_of(page)) == {"No topic", "Delivery", "All"}
    assert "for the team that the agent is in now" in page_of(chief, about="agents", by="team")
    assert "only the whole is compared" in page_of(chief, by="day", compare="before")
    for path in ("/admin/reports/", "/admin/reports/heat/"):
        assert "may count on two days" in page_of(chief, path)


@pytest.mark.parametrize("reach", ["teams", "queues"])
def test_who_leads_a_team_reads_its_part_everywhere(paper: Paper, reach: str) -> None:
    leader = browser_of(leader_of(paper, reach))
    for about, by, line in (
        ("queues", "queue", QUEUES["Sales"]),
        ("queues", "channel", QUEUES["Sales"]),
        ("agents", "agent", AGENTS["Anna"] if reach == "teams" else AGENTS["Anna"][:9]),
        ("agents", "team", AGENTS["Anna"] if reach == "teams" else AGENTS["Anna"][:9]),
    ):
        page = page_of(leader, about=about, by=by)
        name = {"queue": "Sales", "channel": "Voice", "agent": "Anna", "team": "Red"}[by]
        assert cells_of(page) == {name: line, "All": line}, (about, by)
        require_rows(leader, page)
        file = leader.get("/admin/reports/export.csv", {**DAYS, "about": about, "by": by}).getvalue().decode()
        assert [row.partition(",")[0] for row in file.splitlines()[1:]] == [name, "All"]
    heat = numbers_of_heat(page_of(leader, "/admin/reports/heat/"))
    assert heat == {"Sat 10": "5", "Sat 23": "1", "Sun 01": "1"}


def numbers_of_heat(page: str) -> dict[str, str]:
    cells: Any = re.findall(r'<span class="sw-vh">(\w{3})\w*, (\d\d):00 to \d\d:00: </span>([^<]+)<', page)
    return {f"{day} {hour}": shown for day, hour, shown in cells}


def test_who_answered_for_another_team_is_not_told(paper: Paper) -> None:
    """Ben answers in Sales: the queue's leader counts the answer, by team without the contact and its agent."""
    paper.help_out()
    leader = leader_of(paper, "teams")
    screens = browser_of(leader)
    page = page_of(screens)
    assert cells_of(page)["Sales"][:2] == ["8", "6"]
    require_rows(screens, page)
    answered = next(address for address, shown in numbers_of(page) if "calls-answered-count" in address)
    rows = screens.get(answered).content.decode()
    assert "Anna" in rows
    assert "Ben" not in rows
    asked = f"{answered}&agent={paper.ben.pk}"
    assert "Answered: 0</h1>" in screens.get(asked).content.decode()
