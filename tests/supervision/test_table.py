"""Interactions with their figures as a file (CSV, JSON lines), and as the page shows them."""

import csv
import json
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.supervision.interactions import table
from tests.builders import make_live, make_queue, make_user
from tests.supervision.conftest import browser_of

LIST = "/admin/engagements/engagementinteraction/"


def read(answer):
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content).decode()


def rows(text):
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_both_forms_hold_what_the_list_finds_on_the_viewer_s_clock(screens):
    mine, _ = make_live(make_queue("Support")), make_live(channel="chat")
    answer = screens.get(f"{LIST}table.csv", {"channel": "voice"})
    assert answer["Content-Disposition"] == 'attachment; filename="interactions.csv"'
    text = read(answer)
    assert "Started (Europe/Berlin)" in text.splitlines()[0]
    (found,) = rows(text)
    assert (found["Interaction"], found["Queue"], found["Holds"]) == (mine.name, "Support", "0")
    (told,) = map(json.loads, read(screens.get(f"{LIST}table.jsonl?channel=voice")).splitlines())
    assert (told["id"], told["talkSeconds"], told["timeZone"]) == (mine.public_id, None, "Europe/Berlin")


def test_one_interaction_from_its_page(screens):
    mine, _ = make_live(), make_live()
    assert [row["Interaction"] for row in rows(read(screens.get(f"{LIST}{mine.pk}/table.csv")))] == [mine.name]
    assert screens.get(f"{LIST}{mine.pk}/table.xls").status_code == 404
    assert screens.get(f"{LIST}999999/table.csv").status_code == 404


def test_windows_follow_each_other_with_as_many_queries_each(screens, monkeypatch):
    made = [make_live() for _ in range(5)]
    monkeypatch.setattr(table, "WINDOW", 2)
    with CaptureQueriesContext(connection) as five:
        found = rows(read(screens.get(f"{LIST}table.csv")))
    assert [row["Interaction"] for row in found] == [one.name for one in reversed(made)]
    monkeypatch.setattr(table, "WINDOW", 5)
    with CaptureQueriesContext(connection) as one:
        read(screens.get(f"{LIST}table.csv"))
    assert len(one) < len(five)


def test_no_cell_is_a_formula(screens):
    make_live(customer="=HYPERLINK(1)")
    (found,) = rows(read(screens.get(f"{LIST}table.csv")))
    assert found["Number or address"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("asked", ["since=nonsense", "older_than=x"])
def test_what_cannot_be_read_finds_nothing_or_begins_at_the_beginning(screens, asked):
    make_live()
    assert len(rows(read(screens.get(f"{LIST}table.csv?{asked}")))) == (0 if "since" in asked else 1)


def test_agents_take_nothing_away(in_scope):
    assert browser_of(make_user("agent")).get(f"{LIST}table.csv").status_code in (302, 403)
