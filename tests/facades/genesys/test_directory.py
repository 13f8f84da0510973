"""What a desktop reads beside the work (genesys 3.3, 13.2, 14)."""

from typing import Any

import pytest

from apps.agents.models import AgentSkill, NotReadyReason, Skill
from apps.queues.models import Queue
from tests.builders import make_agent, make_queue, make_user
from tests.desktop import BASE_URL, Desktop


@pytest.fixture
def directory(desk: Desktop) -> Desktop:
    ines = make_agent("ines")
    ines.user.first_name, ines.user.last_name = "Ines", "Marsh"
    ines.user.save()
    make_queue("Marshalling")
    return desk


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("marsh", ["Ines Marsh", "Marshalling"]),
        ("*MARSH", ["Ines Marsh"]),
        ("Marsh*", ["Ines Marsh", "Marshalling"]),
        ("i*h", ["Ines Marsh"]),
        ("ines", ["Ines Marsh"]),
        ("(", []),
        ("*", ["Alice", "Bob", "Ines Marsh", "Marshalling", "Support"]),
    ],
)
def test_contacts_by_name_or_number(directory: Desktop, wanted: str, names: list[str]) -> None:
    query = f"contacts?fields=*&filterName=namesorphonenumbermatches&filterParameters={wanted}"
    answer = directory.get(query)
    assert ([each["name"] for each in answer["contacts"]], answer["totalCount"]) == (names, len(names))


def test_contacts_page_by_page(directory: Desktop) -> None:
    pages = [directory.get(f"contacts?fields=name&limit=2&offset={offset}") for offset in (0, 2, 4)]
    assert [page["totalCount"] for page in pages] == [5, 5, 5]
    shown = [each["name"] for page in pages for each in page["contacts"]]
    assert shown == ["Alice", "Bob", "Ines Marsh", "Marshalling", "Support"]
    (uri, *_) = directory.get("contacts")["uris"]
    contact = directory.get(uri.removeprefix(f"{BASE_URL}/api/v2/"))["contact"]
    assert (contact["type"], contact["phoneNumber"], contact["channel"]) == ("User", "alice", "voice")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("contacts?filterName=nonsense", 10),
        ("contacts?filterName=NamesOrPhoneNumberMatches", 1),
        ("contacts?filterName=NamesOrPhoneNumberMatches&filterParameters=%00", 10),
        ("contacts?offset=-1", 10),
        ("contacts/00000000-0000-7000-8000-000000000000", 6),
        ("skills/00000000-0000-7000-8000-000000000000", 6),
        ("settings/nonsense", 6),
        ("users?subresources=nonsense", 10),
        ("workbins?subresources=nonsense", 10),
    ],
)
def test_what_there_is_not(directory: Desktop, query: str, code: int) -> None:
    answer = directory.request("GET", query).json()
    assert (answer["statusCode"], set(answer)) == (code, {"statusCode", "statusMessage"})


def test_users_with_their_channels_and_skills(directory: Desktop, second: Desktop) -> None:
    AgentSkill.objects.create(agent=directory.user.agent, skill=Skill.objects.create(name="Boats"), level=7)
    users = {each["id"]: each for each in directory.get("users?fields=*&subresources=channels,skills")["users"]}
    alice = users[str(directory.user.uuid)]
    assert [(each["name"], each["level"]) for each in alice["skills"]] == [("Boats", 7)]
    assert {each["userState"]["state"] for each in alice["channels"]} == {"Ready"}
    states = [each["channels"][0]["userState"]["state"] for each in users.values()]
    assert sorted(states) == ["LoggedOut", "Ready", "Ready"]
    one = directory.get(f"users/{directory.user.uuid}?subresources=*")["user"]
    assert one == alice
    assert len(directory.get("users?filterName=NamesMatches&filterParameters=*marsh")["uris"]) == 1


def test_skills_queues_and_settings(directory: Desktop, queue: Queue) -> None:
    Skill.objects.create(name="Boats")
    (uri,) = directory.get("skills")["uris"]
    assert directory.get(uri.removeprefix(f"{BASE_URL}/api/v2/"))["skill"]["name"] == "Boats"
    assert [each["name"] for each in directory.get("me/queues?fields=name")["queues"]] == ["Marshalling", "Support"]
    NotReadyReason.objects.create(name="Lunch", operation_name="OutToLunch")
    assert directory.get("settings/agent-states")["settings"][-1]["operationName"] == "OutToLunch"
    for group in ("general-settings", "reporting", "voice", "voice operations", "interaction-workspace"):
        answer: Any = directory.get(f"settings/{group.replace(' ', '%20')}")
        assert (answer["statusCode"], type(answer["settings"])) == (0, dict)
    workspace = directory.get("settings")["settings"]["interaction-workspace"]
    assert workspace["interaction.disposition.is-mandatory"] is False
    make_queue("Strict", disposition_required=True)
    workspace = directory.get("settings/interaction-workspace")["settings"]
    assert workspace["interaction.disposition.is-mandatory"] is True


def test_supervisors_read_them_too(directory: Desktop, django_assert_max_num_queries: Any) -> None:
    supervisor = Desktop(make_user("supervisor"))
    for path in ("users?fields=*&subresources=*", "contacts?fields=*", "skills", "workbins?fields=*&subresources=*"):
        with django_assert_max_num_queries(20):
            assert supervisor.request("GET", path).status_code == 200
