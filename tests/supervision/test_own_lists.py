"""Lists that are neither of records nor of the set-up have views, columns, files and pages by key as well."""

import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents import operations as agents
from apps.agents.models import Skill
from apps.common import clock
from apps.jobs.models import Job, JobState
from apps.saved_views.models import ListChoice, SavedView
from apps.supervision.background import listing
from apps.tenants.models import Tenant
from tests.builders import make_user
from tests.supervision.conftest import browser_of

JOBS, AUDIT = "/admin/jobs/job/", "/admin/audit/auditentry/"
_JOB = re.compile(r'scope="row" role="rowheader"><bdi>([^<]+)')


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN)


def text(browser: Client, address: str, **asked: Any) -> str:
    answer = browser.get(address, asked)
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()  # type: ignore[attr-defined]


def job(by: User, title: str, state: str = JobState.DONE) -> Job:
    return Job.objects.create(kind="export", title=title, by=by, state=state, ended_at=clock.now(), outcome="Well")


def heads(html: str) -> list[str]:
    return re.findall(r'role="columnheader">([^<]+)</th>', html)


def following(html: str, way: str) -> str:
    found = re.search(rf'rel="{way}" href="([^"]+)"', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_jobs_are_found_paged_and_taken_away(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_of(admin)
    assert "No job yet" in text(browser, JOBS)
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    monkeypatch.setattr(listing.found, "__kwdefaults__", {"given": None, "size": 2})
    made = [job(admin, f"Job {number}") for number in range(5)]
    first = text(browser, JOBS)
    job(admin, "Meanwhile")
    second = text(browser, JOBS + following(first, "next"))
    third = text(browser, JOBS + following(second, "next"))
    assert [_JOB.findall(page) for page in (first, second, third)] == [
        ["Job 4", "Job 3"],
        ["Job 2", "Job 1"],
        ["Job 0"],
    ]
    assert _JOB.findall(text(browser, JOBS + following(third, "prev"))) == ["Job 2", "Job 1"]
    assert _JOB.findall(text(browser, JOBS, order="oldest")) == ["Job 0", "Job 1"]
    assert "Nothing further back" in text(browser, JOBS, older_than="0.0")

    other = job(make_user(Role.SUPERVISOR), "Theirs", JobState.FAILED)
    assert _JOB.findall(text(browser, JOBS, state="failed")) == ["Theirs"]
    assert _JOB.findall(text(browser, JOBS, state="failed", whose="mine")) == []
    assert _JOB.findall(text(browser, JOBS, q="b 3")) == [made[3].title]
    assert "Nothing matches" in text(browser, JOBS, q="nothing of this name")
    assert len(_JOB.findall(text(browser, JOBS, q="\x00", state="x", order="y", older_than="z"))) == 2
    lines = text(browser, JOBS + "table.csv", q="job", columns="state,by").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [f"Job {number}" for number in (4, 3, 2, 1, 0)]
    assert lines[0].endswith("State,By")
    assert "Job 1" not in text(browser_of(other.by), JOBS + "table.csv")


@pytest.mark.parametrize(
    ("base", "asked", "columns", "first"),
    [(JOBS, "state=done", ["ended_at", "state"], "By"), (AUDIT, "kind=settings", ["what", "at"], "When")],
)
def test_views_and_columns_of_a_list(admin: User, base: str, asked: str, columns: list[str], first: str) -> None:
    browser = browser_of(admin)
    job(admin, "An export")
    agents.configure(Skill(name="Arabic"), by=admin)
    assert first in heads(text(browser, base))
    places = {f"place_{name}": str(number) for number, name in enumerate(columns)}
    assert browser.post(f"{base}columns/", {"column": columns, **places}).status_code == 302
    assert ListChoice.objects.get(user=admin).columns == columns
    shown = heads(text(browser, base))
    assert (len(shown) - (base == JOBS), first in shown) == (2, first == "When")
    assert shown[-1] in text(browser, f"{base}table.csv").splitlines()[0]

    browser.post(f"{base}views/?{asked}", {"do": "save", "name": "My <view>", "is_shared": "on"})
    view = SavedView.objects.get()
    assert view.query == asked
    html = text(browser, base, view=view.uuid)
    assert "My &lt;view&gt;" in html
    assert "(changed)" not in html
    assert f"view={view.uuid}" in html  # what leads on stays in it
    browser.post(f"{base}views/", {"do": f"begin:{view.uuid}"})
    form = text(browser, base, all=1).partition('class="sw-filter"')[2].partition("</form>")[0]
    assert "selected" not in form
    assert f'"{asked.partition("=")[2]}" selected' in text(browser, base)
    assert "Filters:" in text(browser, f"{base}views/?{asked}")
    stranger = browser_of(make_user(Role.SUPERVISOR))
    assert {stranger.get(AUDIT + name).status_code for name in ("columns/", "views/", "table.csv")} == {403}
