"""History out of files: what it becomes, read back as everybody else reads it; the same again; what is left out."""

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.imports.mapping import BadMapping, checked
from apps.imports.reading import Unreadable
from apps.imports.working import Import
from apps.objects.models import CustomField
from apps.objects.operations.version import moved
from apps.queues.models import Disposition, Queue
from apps.reporting import figures
from apps.reporting.journal import load_one
from apps.tenants.models import Tenant
from tests.builders import make_agent, make_live, make_queue, make_user

HEADING = "Call,Began,Over,Line,Who,Taken,Hold,ACW,Gave up,Number,Result,Tier,People"
ANSWERED = "c-1,2025-07-01 12:00:00,2025-07-01 12:05:00,SUP,tomas,2025-07-01 12:00:20,30,45.5,,+442079460123,Sold,gold,"
ABANDONED = "c-2,2025-07-01 12:01:00,2025-07-01 12:01:50,Support,,,,,yes,+442079460124,,,003Wq00000pL9cDIAS"
NOTED = "c-3,2025-07-01 13:00:00,2025-07-01 13:30:00,,,,,,,,,,"
MAPPING: dict[str, Any] = {
    "columns": {
        "Call": "ExternalIdentifier",
        "Began": "StartDateTime",
        "Over": "EndDateTime",
        "Line": "queue",
        "Who": "agent",
        "Taken": "answered",
        "Hold": "holdSeconds",
        "ACW": "wrapUpSeconds",
        "Gave up": "abandoned",
        "Number": "PhoneNumber",
        "Result": "disposition",
        "Tier": "Tier__c",
        "People": "attendees",
    },
    "constants": {"CommunicationChannel": "Voice Call", "Type": "Inbound"},
    "values": {"Line": {"SUP": "Support"}},
    "timeZone": "Europe/Berlin",
}

Bring = Callable[..., tuple[str, list[list[str]]]]


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    user = make_user(Role.ADMIN)
    make_queue("Support", [make_agent("tomas")])
    Disposition.objects.create(name="Sold")
    CustomField.objects.create(
        object_name="EngagementInteraction", api_name="Tier__c", key="Tier__c", label="Tier", kind="text", length=4
    )
    moved()
    return user


@pytest.fixture
def bring(admin: User, tmp_path: Path) -> Bring:
    """Imports these lines; the outcome, and what the file of errors holds."""

    def bring(*lines: str, name: str = "calls.csv", dry: bool = False, **changes: Any) -> tuple[str, list[list[str]]]:
        path, errors = tmp_path / name, tmp_path / "errors.csv"
        path.write_text(
            "\n".join([HEADING, *lines] if name.endswith("csv") else lines) + "\n", errors="surrogateescape"
        )
        errors.unlink(missing_ok=True)
        importing = Import(admin.tenant, admin, path, {**MAPPING, **changes}, dry=dry)
        list(importing.run(errors))
        told = list(csv.reader(errors.read_text("utf-8-sig").splitlines())) if errors.exists() else []
        return str(importing.tally), told[1:]

    return bring


def found(identifier: str) -> EngagementInteraction:
    return EngagementInteraction.objects.get(external_identifier=identifier)


def test_history_reads_as_if_it_had_happened_here(bring: Bring) -> None:
    assert bring(ANSWERED, ABANDONED, NOTED) == ("3 rows: 3 added, 0 changed, 0 unchanged, 0 left out", [])
    taken, left, noted = found("c-1"), found("c-2"), found("c-3")
    assert (taken.stage, taken.status, taken.channel, taken.direction) == ("ended", "Completed", "voice", "inbound")
    assert taken.opened_at == datetime(2025, 7, 1, 10, 0, tzinfo=UTC)
    assert (taken.owner.username, taken.custom_fields, taken.customer) == (
        "tomas",
        {"Tier__c": "gold"},
        "+442079460123",
    )
    journal = load_one(taken)
    assert figures.queue_time(journal.entries[0]) == 20_000
    assert figures.talk_time(journal) == 250_000
    assert figures.customer_hold_time(journal) == 30_000
    assert figures.agent_wrap_up_time(journal.offers[0]) == 45_500
    assert figures.interaction_time(journal) == 345_500
    assert journal.offers[0].disposition and journal.offers[0].disposition.name == "Sold"  # noqa: PT018
    assert figures.customer_abandon_time(journal) is None
    journal = load_one(left)
    assert figures.queue_abandon_time(journal.entries[0]) == figures.customer_abandon_time(journal) == 50_000
    assert list(left.attendees.values_list("external_attendee_id", flat=True).exclude(external_attendee_id=None)) == [
        "003Wq00000pL9cDIAS"
    ]
    assert (noted.stage, noted.opened_at.hour, load_one(noted).segments) == ("recorded", 11, [])
    assert Event.objects.filter(name="engagement.recorded").count() == 3


def test_the_same_again_changes_nothing_and_other_values_change_the_same_record(bring: Bring) -> None:
    bring(ANSWERED, ABANDONED)
    before = found("c-1")
    later = ABANDONED.replace("12:01:50", "12:02:00")
    queueless = ANSWERED.replace(",SUP,", ",,")
    assert bring(ANSWERED, ABANDONED)[0] == "2 rows: 0 added, 0 changed, 2 unchanged, 0 left out"
    assert bring(queueless, later) == ("2 rows: 0 added, 2 changed, 0 unchanged, 0 left out", [])
    assert EngagementInteraction.objects.count() == 2
    assert (found("c-1").pk, found("c-1").uuid) == (before.pk, before.uuid)
    journal = load_one(found("c-1"))
    assert (len(journal.segments), journal.entries, len(journal.offers)) == (1, [], 1)
    assert figures.queue_abandon_time(load_one(found("c-2")).entries[0]) == 60_000
    assert found("c-2").attendees.exclude(external_attendee_id=None).count() == 1
    assert found("c-2").closed_at == found("c-2").end_date_time
    assert bring(queueless, later)[0] == "2 rows: 0 added, 0 changed, 2 unchanged, 0 left out"


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (ANSWERED.replace("tomas", "nobody"), "Who", "There is no agent 'nobody', or more than one."),
        (ANSWERED.replace("SUP", "=1+1"), "Line", "There is no queue '=1+1', or more than one."),
        (ANSWERED.replace("12:00:20", "25:00:20"), "Taken", "'2025-07-01 25:00:20' is no time."),
        (ANSWERED.replace("12:00:20", "11:00:20"), "Taken", "It lies before Began."),
        (ANSWERED.replace("12:05:00", "11:05:00"), "Over", "It lies before Taken."),
        (ANSWERED.replace("2025-07-01 12:05:00", ""), "Over", "A contact that had a queue or an agent has ended."),
        (ANSWERED.replace(",30,", ",-1,"), "Hold", "It is out of range."),
        (ANSWERED.replace(",30,", ",300,"), "Hold", "It is longer than the conversation."),
        (ANSWERED.replace("gold", "silver"), "Tier", "Tier takes at most 4 characters."),
        (ANSWERED.replace("c-1", " "), "Call", "Every row needs one."),
        (ANSWERED.replace("Sold", "S\x00ld"), "Result", "It cannot be kept: text holds a null character."),
        (ANSWERED.replace("Sold", "S\udcffld"), "Result", "It cannot be kept: text holds half a character."),
        (ABANDONED.replace("yes", "perhaps"), "Gave up", "'perhaps' is neither yes nor no."),
        (NOTED.replace("13:30:00", "12:30:00"), "Over", "The end lies before the start."),
        (f"{NOTED},more", "", "It has more cells than the heading."),
        (f"{NOTED}\n{NOTED}", "", "An earlier row of this file is 'c-3', too."),
    ],
)
def test_a_bad_row_is_left_out_and_told_with_its_column(bring: Bring, line: str, column: str, reason: str) -> None:
    good = NOTED.replace("c-3", "c-9")
    tally, (told,) = bring(line, good)
    assert tally.endswith("1 left out")
    assert [told[1], told[2]] == [column, reason]
    assert told[0] == str(2 + line.count("\n"))
    assert found("c-9")


def test_a_contact_that_was_live_here_is_left_alone(bring: Bring, admin: User) -> None:
    live = make_live(Queue.objects.get())
    EngagementInteraction.objects.filter(pk=live.pk).update(external_identifier="c-1")
    _, (told,) = bring(ANSWERED)
    assert told[2] == "The contact of this identifier was live here."


def test_a_dry_run_says_the_same_and_writes_nothing(bring: Bring) -> None:
    tally, errors = bring(ANSWERED, ABANDONED.replace("yes", "x"), dry=True)
    assert (tally, len(errors)) == ("2 rows: 1 added, 0 changed, 0 unchanged, 1 left out", 1)
    assert not EngagementInteraction.objects.exists()
    assert bring(ANSWERED)[0].startswith("1 rows: 1 added")


def test_json_lines_and_other_ways_to_write_times(bring: Bring) -> None:
    row = {
        "Call": "j-1",
        "Began": "01/07/2025 12:00",
        "Over": "01/07/2025 12:05",
        "Hold": None,
        "People": ["003000000000001AAA"],
    }
    written = {"values": {}, "timeFormat": "%d/%m/%Y %H:%M", "columns": {key: MAPPING["columns"][key] for key in row}}
    tally, errors = bring(json.dumps(row), "[]", "{", name="calls.jsonl", **written)
    assert tally == "3 rows: 1 added, 0 changed, 0 unchanged, 2 left out"
    assert [each[0] for each in errors] == ["2", "3"]
    assert found("j-1").attendees.filter(external_attendee_id="003000000000001AAA").exists()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], '"columns"'),
        ({"columns": {"a": "ExternalIdentifier"}}, "No column becomes StartDateTime."),
        ({"columns": {"a": "ExternalIdentifier", "b": "StartDateTime", "c": "Nonsense"}}, "Nonsense is no field"),
        ({"columns": {"a": "ExternalIdentifier", "b": "StartDateTime", "c": "startdatetime"}}, "More than one column"),
        ({"columns": {"a": "ExternalIdentifier", "z": "StartDateTime"}}, "The file has no column z."),
        ({**MAPPING, "timeZone": "Mars/Olympus"}, "no time zone"),
        ({**MAPPING, "timeFormat": 7}, '"timeFormat"'),
        ({**MAPPING, "values": {"x": {}}}, "not mapped: x"),
        ({**MAPPING, "more": 1}, "knows no more"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(admin: User, document: Any, said: str) -> None:
    header = ["a", "b", "c", *MAPPING["columns"]]
    with pytest.raises(BadMapping, match=re.escape(said)):
        checked(document, header=header)


def test_a_file_without_a_heading_is_no_file(bring: Bring, admin: User, tmp_path: Path) -> None:
    for text in ("", "a,a\n1,2\n"):
        path = tmp_path / "bad.csv"
        path.write_text(text)
        with pytest.raises(Unreadable):
            Import(admin.tenant, admin, path, MAPPING, dry=True)


def test_the_command_does_it_and_says_what_came_of_it(
    admin: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, mapping = tmp_path / "calls.csv", tmp_path / "map.json"
    file.write_text("\n".join([HEADING, ANSWERED, ABANDONED.replace("yes", "x")]))
    mapping.write_text(json.dumps(MAPPING))
    call_command("import_history", str(file), "--mapping", str(mapping), "--by", admin.username)
    said = capsys.readouterr().out
    assert "2 rows: 1 added, 0 changed, 0 unchanged, 1 left out." in said
    assert "neither yes nor no" in (tmp_path / "calls.csv.errors.csv").read_text()
    mapping.write_text("{}")
    with pytest.raises(CommandError, match="wrapUpSeconds"):
        call_command("import_history", str(file), "--mapping", str(mapping), "--by", admin.username)
