"""The row reports: what each tells of an interaction, flags with their reason, pages by key, files."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.roles import Role
from apps.agents.models import Agent
from apps.supervision.reports import details
from tests.builders import make_agent, make_queue, make_user
from tests.reporting.history import History
from tests.supervision.conftest import browser_of

DAYS = {"since": "2026-03-03", "until": "2026-03-05"}
DETAIL, BY_AGENT, BY_CONTACT = (
    f"/admin/reports/{name}/"
    for name in ("interaction-detail", "interaction-details-by-agent", "interaction-details-by-contact")
)
Page = Callable[..., str]


@pytest.fixture
def agents(in_scope: Any) -> list[Agent]:
    """The first contact was missed by one and taken by the other; the second is flagged."""
    history, agents = History(), [make_agent(), make_agent()]
    queue = make_queue("Support", agents)
    contact = history.contact(0, 100, customer="+442079460123")
    stay = history.stay(contact, queue, 0, 20, "success")
    history.part(agents[0], contact, stay, 0, 10, outcome="missed", ended=10)
    history.part(agents[1], contact, stay, 10, 20, talk=20, left=70, ended=100)
    history.contact(200, 230, left=230, left_from="queue", flag_type="stuck", flagged_at=history.at(300))
    return agents


def rows_of(page: str) -> list[list[str]]:
    """Texts of the cells of each row, without those of the head."""
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)[1:]
    return [
        [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]


def test_an_interaction_is_told_whole(page: Page, agents: list[Agent]) -> None:
    newest, first = rows_of(page(DETAIL, **DAYS))
    assert newest[0].startswith("! flagged EI-")
    assert newest[-1] not in ("", "–")
    assert first[0].startswith("EI-")
    assert first[-1] == "–"
    assert {"01:40", "00:20", "00:50", "00:30", "Support"} <= set(first)


def test_each_agent_s_part_is_a_row(page: Page, agents: list[Agent]) -> None:
    told = rows_of(page(BY_AGENT, **DAYS))
    assert len(told) == 2
    missed, taken = told
    assert (missed[1], taken[1]) == (str(agents[0]), str(agents[1]))
    assert {"00:50", "00:30", "01:20"} <= set(taken)
    for agent in agents:
        assert [row[1] for row in rows_of(page(BY_AGENT, **DAYS, agent=agent.uuid))] == [str(agent)]


def test_a_contact_is_found_by_number(page: Page, agents: list[Agent]) -> None:
    assert len(rows_of(page(BY_CONTACT, **DAYS))) == 2
    assert "Nothing happened then" in page(BY_CONTACT, since="2020-01-01", until="2020-01-02")


def test_pages_and_files_tell_every_row_once(page: Page, agents: list[Agent], monkeypatch: pytest.MonkeyPatch) -> None:
    for address in (DETAIL, BY_AGENT, BY_CONTACT):
        whole = rows_of(page(address, **DAYS))
        monkeypatch.setattr(details, "PAGE", 1)
        found, at = [], f"{address}?since=2026-03-03&until=2026-03-05"
        while at:
            shown = page(at)
            found += rows_of(shown)
            older = re.search(r'rel="next" href="([^"]+)"', shown)
            at = f"{address}{unescape(older[1])}" if older else ""
        monkeypatch.undo()
        assert found == whole, address


def test_files_mark_what_is_flagged(screens: Client, agents: list[Agent]) -> None:
    answer = screens.get(f"{DETAIL}export.csv", DAYS)
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[arg-type]
    assert lines[0].lstrip("\ufeff").startswith("!,Interaction,")
    assert lines[1].startswith("!,EI-")
    assert lines[2].startswith(",EI-")
    assert screens.get(f"{DETAIL}export.csv", {"since": "x"}).status_code == 400
    assert screens.get(f"{DETAIL}export.x", DAYS).status_code == 404


def test_a_page_costs_the_same_however_many_there_are(screens: Client, agents: list[Agent]) -> None:
    def cost(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            screens.get(address, DAYS)
        return len(made)

    cost(DETAIL)  # what a process keeps is read once
    before = {address: cost(address) for address in (DETAIL, BY_AGENT, BY_CONTACT)}
    history = History()
    for begin in range(300, 900, 60):
        contact = history.contact(begin, begin + 50)
        history.part(agents[0], contact, None, begin, begin, talk=begin, left=begin + 40, ended=begin + 50)
    assert {address: cost(address) for address in before} == before


def test_who_may_read_them(agents: list[Agent]) -> None:
    stranger = browser_of(make_user(Role.AGENT))
    for address in (DETAIL, BY_AGENT, BY_CONTACT, f"{DETAIL}export.csv"):
        assert stranger.get(address).status_code in (302, 403)
