"""Lists in a real browser: a caller is found, a cell written beside somebody else, 5,000 contacts changed at once."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from playwright.sync_api import Browser, Page, expect

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes, NewInteraction, record
from apps.jobs.models import Job
from apps.jobs.running import do_next
from apps.queues import operations as live
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_tenant, make_user

ROWS = 5000
LIST = "/admin/engagements/engagementinteraction/"

_MANY = """
insert into engagements_engagementinteraction (
    tenant_id, uuid, start_date_time, opened_at, communication_channel, channel, status, mapped_state, stage,
    owner_id, created_by_id, last_modified_by_id, created_date, last_modified_date, system_modstamp,
    is_attendee_authenticated, is_attendee_verified, is_draft, custom_fields, user_data, reason
)
select %(tenant)s, gen_random_uuid(), at, at, 'Voice Call', 'voice', 'New', 'New', 'recorded',
    %(user)s, %(user)s, %(user)s, at, at, at, false, false, false, '{}', '{}', 'Lost card'
from (select now() - make_interval(secs => number) as at from generate_series(1, %(rows)s) number) moments
"""


@pytest.fixture
def siobhan() -> User:
    with scope(make_tenant()):
        return make_user(Role.SUPERVISOR, "siobhan", time_zone="Europe/Berlin")


@pytest.fixture
def page(browser: Browser, server: str, siobhan: User) -> Iterator[Page]:
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Name", exact=True).fill("siobhan")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/**")
    yield page
    context.close()


def _written_down(by: User) -> EngagementInteraction:
    with scope(by.tenant):
        values = {"start_date_time": "2026-03-04T10:00:05Z", "communication_channel": "Voice Call", "reason": "Cards"}
        return record(NewInteraction({**values, "phone_number": "+44 20 7946 0991"}), by=by)


def test_a_caller_is_found_by_three_spellings_of_the_number(page: Page, siobhan: User) -> None:
    one = _written_down(siobhan)
    for spelling in ("020 7946 0991", "+442079460991", "(020) 7946-0991"):
        page.goto(LIST)
        page.get_by_label("Find").fill(spelling)
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("rowheader")).to_have_text([one.name])


def test_a_cell_is_not_written_over_somebody_else(page: Page, siobhan: User) -> None:
    one = _written_down(siobhan)
    page.goto(f"{LIST}?columns=Reason")
    page.get_by_role("button", name="Edit Reason").click()
    cell = page.locator(".sw-cellform")
    cell.get_by_label("Reason").fill("Stolen card")
    with scope(siobhan.tenant):
        bea = make_user(Role.SUPERVISOR, first_name="Bea", last_name="Moran")
        live.revise(one, Changes({"reason": "Lost card"}, row=one), by=bea)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Bea Moran made this Lost card")
    expect(cell.get_by_label("Reason")).to_have_value("Stolen card")
    page.get_by_role("button", name="Keep mine").click()
    expect(cell).to_have_count(0)
    expect(page.get_by_role("cell", name="Stolen card")).to_be_visible()
    with scope(siobhan.tenant):
        one.refresh_from_db()
        assert one.reason == "Stolen card"


def _work(user: User) -> None:
    """As a worker does."""
    assert do_next(user.tenant, threading.Event())
    connections.close_all()


def test_all_that_are_found_are_changed_with_progress_and_taken_back(page: Page, siobhan: User) -> None:
    with scope(siobhan.tenant), connection.cursor() as cursor:
        cursor.execute(_MANY, {"tenant": siobhan.tenant_id, "user": siobhan.pk, "rows": ROWS})
    page.goto(f"{LIST}?Reason=lost")
    page.get_by_label("With those ticked, or all that are found").select_option("Set a field")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="5,000 interactions")).to_be_visible()
    page.get_by_label("Field").select_option("Status")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Status").select_option("Completed")
    page.get_by_role("button", name="Set a field: 5,000 interactions").click()
    expect(page.get_by_role("progressbar")).to_be_visible()

    seen: list[int] = []
    working = threading.Thread(target=_work, args=[siobhan])
    working.start()
    while working.is_alive():
        text = page.get_by_role("status").first.inner_text()
        seen.append(int(text.partition(" ")[0].replace(",", "")))
        page.wait_for_timeout(200)  # milliseconds
    working.join()
    expect(page.get_by_text("5,000 changed.")).to_be_visible()
    assert any(0 < done < ROWS for done in seen), "how far it is was told on the way"
    assert seen == sorted(seen)
    with scope(siobhan.tenant):
        assert EngagementInteraction.objects.filter(mapped_state="Completed").count() == ROWS
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert len(download.value.path().read_text().splitlines()) == ROWS + 1

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Undo: Set Status to Completed")).to_be_visible()
    with scope(siobhan.tenant):
        assert Job.objects.filter(kind="bulk.undo").exists()
