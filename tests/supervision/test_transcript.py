"""What was said, beside the picture of the call: by whom, where it is heard, how it is taken away."""

import csv
import json
import re
from collections.abc import Callable
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.saved_views.models import SavedView
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_tenant, make_user
from tests.supervision.conftest import browser_of
from tests.supervision.test_interaction import path, plain
from tests.talk import Talk, after, many_lines
from tests.telephony import CALLER

Page = Callable[..., str]


@pytest.fixture
def talk(in_scope: Tenant, supervisor: User) -> Talk:
    """Eight lines sent out of order, a hold, a category, two feelings, and a recording of five minutes."""
    CrmRecord.objects.create(object_name="Contact", record_id="003000000000001AAA", name="Hanne", phone_key=CALLER)
    found = Talk(in_scope, make_agent("Tomas"))
    found.customer(20, "It is about the assessor’s bill.")
    found.agent_says(12, "Motor claims, how can I help?")
    found.felt(20, -420.5)
    found.noticed(21, "IntelligenceSignal__Category", "Complaint")
    operations.hold(found.interaction, by=found.agent, at=after(30))
    operations.resume(found.interaction, by=found.agent, at=after(78))
    found.line(80, "May I help?", "SUPERVISOR", "whoever")
    found.customer(90, "=1+1 <b>thank you</b>")
    found.felt(90, 800)
    found.ends(310, recordingLocation="https://recordings.example.net/7f3a.wav", totalRecordingDuration=300)
    return found


def rows(html: str) -> list[str]:
    """The transcript's lines as they are read."""
    return [plain(each).strip() for each in re.findall(r'<div class="sw-line.*?</p></div>', html, re.DOTALL)]


def test_it_is_read_in_order_with_names_and_moods_and_what_happened_between(talk: Talk, page: Page) -> None:
    html = page(path(talk.interaction), tab="call")
    assert rows(html) == [
        "15:00:12 , play from here Tomas Motor claims, how can I help?",
        "15:00:20 , play from here Hanne It is about the assessor’s bill. − Negative",
        "15:00:21 Category: Complaint",
        "15:00:30 On hold 00:48",
        "15:01:20 , play from here Supervisor May I help?",
        "15:01:30 , play from here Hanne =1+1 &lt;b&gt;thank you&lt;/b&gt; + Positive",
    ]
    assert "customer last felt + Positive" in plain(html)


def test_a_line_leads_to_its_place_in_the_recording(talk: Talk, page: Page) -> None:
    html = page(path(talk.interaction), tab="call")
    assert '<audio controls preload="none" src="https://recordings.example.net/7f3a.wav"' in html
    assert 'href="https://recordings.example.net/7f3a.wav#t=10"' in html  # recorded from the answer on
    assert "7f3a.wav 05:00, from 15:00:10, Tomas" in plain(html)


@pytest.mark.parametrize("location", ["s3://bucket/7f3a.wav", "javascript:alert(1)", "7f3a.wav"])
def test_what_is_no_address_on_the_web_is_shown_and_not_played(talk: Talk, page: Page, location: str) -> None:
    talk.ends(310, recordingLocation=location, totalRecordingDuration=300)
    html = page(path(talk.interaction), tab="call")
    assert "<audio" not in html
    assert f'href="{location}' not in html
    assert location in html


def test_a_long_transcript_is_read_page_by_page(page: Page, supervisor: User) -> None:
    live = make_live(channel="chat", at=after(0))
    many_lines(live, (f"line {number}" for number in range(1, 451)))

    def said(html: str) -> list[int]:
        return [int(number) for number in re.findall(r"line (\d+)</bdi>", html)]

    first = page(path(live), tab="call")
    assert said(first) == list(range(1, 201))
    assert "Earlier lines" not in first
    (after_first,) = re.findall(r"after=(\d+)", first)
    second = page(path(live), tab="call", after=after_first)
    assert said(second) == list(range(201, 401))
    third = page(path(live), tab="call", after="400")
    assert said(third) == list(range(401, 451))
    assert "Later lines" not in third
    (before,) = re.findall(r"before=(\d+)", third)
    assert said(page(path(live), tab="call", before=before)) == list(range(201, 401))
    assert said(page(path(live), tab="call", before="201")) == list(range(1, 201))
    assert said(page(path(live), tab="call", at="300"))[:5] == [296, 297, 298, 299, 300]
    assert said(page(path(live), tab="call", after="x", at="9999")) == list(range(1, 201))


def test_words_are_found_and_marked_and_each_place_is_a_link(talk: Talk, page: Page) -> None:
    html = page(path(talk.interaction), tab="call", find="help")
    assert html.count("<mark>help</mark>") == 2
    assert "2 lines with help" in plain(html)
    assert re.findall(r"at=(\d+)#line-\d+", html) == ["2", "3"]
    assert "No lines with elsewhere" in plain(page(path(talk.interaction), tab="call", find="elsewhere"))


def test_takes_as_many_queries_for_a_long_talk_as_for_a_short_one(page: Page, talk: Talk) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(path(talk.interaction), tab="call", find="help")
        return len(queries)

    count()
    before = count()
    for number in range(100, 130):
        many = {"interaction": talk.interaction, "participant": make_user().public_id, "sender_kind": "HUMAN_AGENT"}
        talk.interaction.entries.create(**many, number=number, started_at=after(number), text="can I help")
    make_live(customer=CALLER)
    assert count() == before


def export(screens: Client, interaction: EngagementInteraction, form: str) -> str:
    answer = screens.get(path(interaction).replace("change/", f"transcript.{form}"))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{interaction.name}-transcript.{form}"'
    return b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_csv_names_the_zone_and_carries_no_formula(talk: Talk, screens: Client) -> None:
    text = export(screens, talk.interaction, "csv")
    head, *lines = csv.reader(StringIO(text.removeprefix("\ufeff")))
    assert head[:3] == ["Interaction", "Begins (Europe/Berlin)", "Ends (Europe/Berlin)"]
    assert [line[3:7] for line in lines] == [
        ["Tomas", "Agent", "Motor claims, how can I help?", ""],
        ["Hanne", "Customer", "It is about the assessor’s bill.", "Negative"],
        ["Supervisor", "Supervisor", "May I help?", ""],
        ["Hanne", "Customer", "'=1+1 <b>thank you</b>", "Positive"],
    ]
    assert lines[0][1:3] == ["2026-03-04T15:00:12.000+01:00", "2026-03-04T15:00:14.000+01:00"]


def test_text_and_json_lines_tell_the_same(talk: Talk, screens: Client) -> None:
    text = export(screens, talk.interaction, "txt")
    assert "times in Europe/Berlin" in text
    assert "2026-03-04 15:00:20  Hanne: It is about the assessor’s bill.  [Negative]" in text
    lines = list(map(json.loads, export(screens, talk.interaction, "jsonl").splitlines()))
    assert lines[0]["timeZone"] == "Europe/Berlin"
    assert [(line["speaker"], line["text"], line["sentiment"]) for line in lines][1::2] == [
        ("Hanne", "It is about the assessor’s bill.", -420.5),
        ("Hanne", "=1+1 <b>thank you</b>", 800.0),
    ]


def test_a_long_transcript_is_exported_whole(screens: Client, supervisor: User) -> None:
    live = make_live(channel="chat", at=after(0))
    many_lines(live, (f"line {number}" for number in range(1, 451)))
    lines = export(screens, live, "jsonl").splitlines()
    assert [json.loads(line)["number"] for line in lines] == list(range(1, 451))


def test_a_line_for_agents_alone_says_so(page: Page, screens: Client, supervisor: User) -> None:
    live = make_live(channel="chat", at=after(0))
    many_lines(live, ["Is he a good customer?"])
    live.entries.update(visibility="agents", sender_kind="HUMAN_AGENT", participant=supervisor.public_id)
    assert "for agents alone Is he a good customer?" in plain(page(path(live), tab="call"))
    for form, told in (("txt", "(to agents alone): Is he"), ("csv", "Agent (to agents alone)"), ("jsonl", '"agents"')):
        assert told in export(screens, live, form)


def test_nobody_else_takes_it_away(talk: Talk, screens: Client) -> None:
    file = path(talk.interaction).replace("change/", "transcript.csv")
    assert screens.get(file.replace("csv", "exe")).status_code == 404
    assert browser_of(make_user(Role.AGENT)).get(file).status_code == 302  # to sign in as somebody else
    with scope(make_tenant("Somebody Else")):
        stranger = make_user(Role.SUPERVISOR)
    assert browser_of(stranger).get(file).status_code == 404
    assert browser_of(stranger).get("/admin/engagements/conversationentry/?q=assessor").status_code == 200


SEARCH = "/admin/engagements/conversationentry/"


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        ("assessor", True),
        ("ASSESS bill", True),  # the beginnings of words are enough
        ('"the assessor’s bill"', True),
        ('"assess"', False),  # quoted words are whole
        ('"bill assessor"', False),
        ("bill motor", False),  # not in one line
        ("sessor", False),
        ("' & | ! ( ) :* <->", None),
        ("", None),
    ],
)
def test_contacts_are_found_by_what_was_said(talk: Talk, page: Page, asked: str, finds: bool | None) -> None:
    html = page(SEARCH, q=asked)
    assert (str(talk.interaction.name) in html) == bool(finds)
    if finds:
        assert "<mark>assessor" in html.lower() or "<mark>the assessor" in html
        assert re.search(r"at=1#line-1", html)
    else:
        assert ("Nobody said that" in html) == (finds is False)


def test_another_tenant_s_words_are_not_found(talk: Talk) -> None:
    with scope(make_tenant("Somebody Else")):
        stranger = make_user(Role.SUPERVISOR)
    html = browser_of(stranger).get(SEARCH, {"q": "assessor"}).content.decode()
    assert "Nobody said that" in html


def test_a_page_of_what_was_said_leads_to_older_contacts(page: Page, supervisor: User) -> None:
    made = [make_live(channel="chat", at=after(0)) for _ in range(25)]
    for live in made:
        many_lines(live, ["a refund, please", f"{'word ' * 200}refund"])
    first = page(SEARCH, q="refund")
    names = re.findall(r"EI-\d+", first)
    assert names == [live.name for live in made[:4:-1]]
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page(SEARCH + older.replace("&amp;", "&"))
    assert re.findall(r"EI-\d+", second) == [live.name for live in made[4::-1]]
    assert 'rel="next"' not in second
    assert 'rel="prev"' not in first
    (newer,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert re.findall(r"EI-\d+", page(SEARCH + newer.replace("&amp;", "&"))) == names
    between = page(SEARCH, q="refund", newer_than=made[2].pk)
    assert re.findall(r"EI-\d+", between) == [live.name for live in made[22:2:-1]]
    assert 'rel="prev"' in between
    assert 'rel="next"' in between
    assert "EI-" not in page(SEARCH, q="refund", channel="voice")
    assert "EI-" not in page(SEARCH, q="refund", since="2199-01-01", columns="who,lines")
    browser = browser_of(supervisor)
    browser.post(f"{SEARCH}views/?q=refund&channel=chat", {"do": "save", "name": "Refunds"})
    assert names[0] in page(SEARCH, view=SavedView.objects.get(name="Refunds").uuid, columns="lines,name")
    file = browser.get(f"{SEARCH}table.csv", {"q": "refund", "columns": "name,number"})
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert (len(lines), lines[0].split(",")[:3]) == (51, ["Customer", "Interaction", "Number or address"])
    assert [lines[place].split(",")[1] for place in (1, 3, 50)] == [made[-1].name, made[-2].name, made[0].name]


def test_earlier_contacts_of_the_number_are_shown_however_it_was_written(page: Page, supervisor: User) -> None:
    first = make_live(customer="020 7946 0123", subject="Glass damage", at=after(0))
    operations.abandon(first, at=after(30))
    second = make_live(customer="+44 20 7946 0123", at=after(3600))
    make_live(customer="+44 20 7946 9999")
    html = page(path(second))
    assert re.search(r"4 Mar 2026, 15:00:00.*Glass damage no queue", plain(html))
    assert html.count("<li><a href=") == 1
    assert "?q=%2B442079460123" in html
    listed = page("/admin/engagements/engagementinteraction/", q="+442079460123")
    assert len(re.findall(r"EI-\d+</a>", listed)) == 2
