"""The audit log: who did what, written with what it tells of, and never changed."""

import re
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts import operations as accounts
from apps.accounts.models import User, UserRole
from apps.accounts.roles import Role
from apps.agents import operations as agents
from apps.agents.models import Skill
from apps.audit.models import Action, AuditEntry
from apps.common import clock, looking
from apps.common.errors import Forbidden
from apps.objects import registry
from apps.queues.operations import setup
from apps.supervision.audit.reading import Asked, log
from apps.tenants.models import Tenant
from tests.builders import PASSWORD, make_live, make_queue, make_user

pytestmark = pytest.mark.django_db
PAGE = reverse("admin:audit_auditentry_changelist")


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN, "ramona", last_name="Ilves")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def noted(**wanted: Any) -> AuditEntry:
    return AuditEntry.objects.filter(**wanted).latest("id")


def told(browser: Client, **asked: Any) -> str:
    answer = browser.get(PAGE, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_settings_and_roles_are_noted_with_what_they_were(admin: User) -> None:
    queue = make_queue("Claims")
    queue.name, queue.wrap_up_s = "Claims (motor)", 30
    setup.configure(queue, by=admin)
    entry = noted(object_kind="queues.queue")
    assert (entry.action, entry.actor_id, entry.actor_name) == (Action.CHANGED, admin.pk, admin.name)
    assert entry.details == {"name": ["Claims", "Claims (motor)"], "wrap_up_s": [None, 30]}
    accounts.configure_role(UserRole(name="Auditor", permissions=["AUDIT_LOG_READ"]), by=admin)
    assert noted(object_kind="accounts.userrole").details["permissions"] == [None, ["AUDIT_LOG_READ"]]
    skill = Skill(name="Arabic")
    agents.configure(skill, by=admin)
    before = AuditEntry.objects.count()
    agents.configure(skill, by=admin)  # nothing differs
    with pytest.raises(Forbidden):
        agents.configure(Skill(name="No"), by=make_user(Role.AGENT))
    assert AuditEntry.objects.count() == before


def test_no_secret_is_noted(admin: User) -> None:
    user = make_user(Role.AGENT)
    accounts.configure_user(user, by=admin, password="a long sentence 4711")
    accounts.set_password(user, "another sentence 0815", by=admin)
    entries = list(AuditEntry.objects.filter(object_key=str(user.pk)))
    assert [entry.details["password"] for entry in entries] == [["…", "…"]] * 2


def test_what_is_undone_was_never_noted(admin: User) -> None:
    with transaction.atomic():
        agents.configure(Skill(name="Gone"), by=admin)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(object_name="Gone").exists()


@pytest.mark.parametrize("change", ["update audit_auditentry set actor_name = ''", "delete from audit_auditentry"])
def test_nothing_that_is_noted_changes(admin: User, change: str) -> None:
    agents.configure(Skill(name="Stays"), by=admin)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert noted().object_name == "Stays"


def test_sign_ins_by_browser_and_by_clients(admin: User) -> None:
    client = Client()
    for password in ("wrong", PASSWORD):
        client.post("/sign-in", {"username": "ramona", "password": password})
    client.post("/sign-out")
    client.post("/sign-in", {"username": "nobody", "password": "wrong"})
    client.post("/v1/tokens", {"username": "ramona", "password": "wrong"}, "application/json")
    client.post("/v1/tokens", {"username": "ramona", "password": PASSWORD}, "application/json")
    assert list(AuditEntry.objects.order_by("id").values_list("action", "actor_name", "details__way")) == [
        (Action.SIGN_IN_FAILED, admin.name, "the browser"),
        (Action.SIGNED_IN, admin.name, "the browser"),
        (Action.SIGNED_OUT, admin.name, "the browser"),
        (Action.SIGN_IN_FAILED, admin.name, "a CxEngage token"),
        (Action.SIGNED_IN, admin.name, "a CxEngage token"),
    ]


def test_one_list_of_entries_and_of_what_the_ledger_knows(admin: User, browser: Client) -> None:
    supervisor = make_user(Role.SUPERVISOR, last_name="Byrne")
    one = make_live()
    address = f"/services/data/v66.0/sobjects/EngagementInteraction/{registry.of(one).id_of(one.pk)}"
    bearer = {"Authorization": f"Bearer {accounts.issue_token(admin)}"}
    Client().patch(address, {"Reason": "A leak"}, "application/json", headers=bearer)
    agents.configure(Skill(name="Arabic"), by=admin)
    browser.get(reverse("admin:agents_skill_export", args=["csv"]))
    page = told(browser)
    assert "Skill: Arabic" in page
    assert "Exported" in page
    assert "Skills" in told(browser, kind="exports")
    assert "A leak" in told(browser, kind="records")
    assert "Skill: Arabic" not in told(browser, kind="exports")
    assert "Skill: Arabic" in told(browser, kind="settings", object="arab", who=admin.pk)
    assert "Skill: Arabic" in told(browser, object="skill")
    assert "Skill: Arabic" not in told(browser, object="arable")
    assert "Nothing matches" in told(browser, who=supervisor.pk)
    assert "Nothing matches" in told(browser, until="2020-01-01")


def test_pages_have_every_line_once(admin: User, browser: Client) -> None:
    for number in range(7):
        agents.configure(Skill(name=f"Skill no. {number}"), by=admin)
        if number % 2:
            browser.get(reverse("admin:agents_skill_export", args=["csv"]))
    pages = [log(Asked.of({}), size=3)]
    while place := pages[-1].older:
        pages.append(log(Asked.of({}), older_than=place, size=3))
    lines = [line for page in pages for line in page.lines]
    abouts = [line.about for line in lines]
    assert abouts.count("Skills") == 3
    assert [each for each in abouts if each != "Skills"] == [f"Skill: Skill no. {n}" for n in reversed(range(7))]
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    for page, before in pairwise(reversed(pages)):
        back = log(Asked.of({}), newer_than=str(page.newer), size=3)
        assert (back.lines, back.older) == (before.lines, before.older)
    assert (pages[0].newer, back.newer) == (None, None)
    for nonsense in ("x", "1.2", "_", "1.2.3", "9" * 18 + ".1.1", "-" + "9" * 18 + ".0.0", "9" * 30 + ".1.1"):
        for name in ("older_than", "newer_than"):
            assert browser.get(PAGE, {name: nonsense, "who": "x", "since": "2026-13-40"}).status_code == 200


def test_pages_lead_back_to_the_one_before_also_where_few_lines_fit(
    admin: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page looks at some rows only; at one moment both sources have lines."""
    monkeypatch.setattr(looking, "LOOKED_AT", 4)
    monkeypatch.setattr(looking, "_CHEAP", -1.0)
    at = clock.now()
    for number in range(30):
        kind = "queues.queue" if number % 9 else "queues.flow"
        AuditEntry.objects.create(at=at, action=Action.CHANGED, object_kind=kind, object_name=str(number))
    asked = Asked.of({"kind": "settings", "object": "flow"})
    pages = [log(asked, size=2)]
    while place := pages[-1].older:
        pages.append(log(asked, older_than=place, size=2))
    every = [line.about for page in pages for line in page.lines]
    assert every == [f"Flow: {number}" for number in (27, 18, 9, 0)]
    back, newer = [*pages[-1].lines], pages[-1].newer
    while newer:
        page = log(asked, newer_than=newer, size=2)
        back = [*page.lines, *back]
        newer = page.newer
    assert page == pages[0]
    assert list(dict.fromkeys(line.about for line in back)) == every


def test_the_page_leads_both_ways(admin: User, browser: Client) -> None:
    for number in range(60):
        agents.configure(Skill(name=f"Skill no. {number}"), by=admin)
    first = browser.get(PAGE)
    second = browser.get(PAGE + first.context["older"]).content.decode()
    (newer,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert browser.get(PAGE + newer.replace("&amp;", "&")).context["log"] == first.context["log"]
    assert 'rel="prev"' not in first.content.decode()


def test_the_log_is_for_those_who_may_read_it_and_costs_the_same_however_long(
    admin: User, browser: Client, django_assert_max_num_queries: Any
) -> None:
    other = Client()
    other.force_login(make_user(Role.SUPERVISOR))
    assert other.get(PAGE).status_code == 403
    assert other.get(reverse("admin:audit_auditentry_table", args=["csv"])).status_code == 403
    for number in range(60):
        agents.configure(Skill(name=f"Skill no. {number}"), by=admin)
    with django_assert_max_num_queries(12):
        assert 'rel="next"' in told(browser)
    told_csv = b"".join(browser.get(reverse("admin:audit_auditentry_table", args=["csv"])).streaming_content).decode()
    assert told_csv.count("Skill no. ") >= 60
