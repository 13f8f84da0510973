"""A supervisor changes 5,000 contacts at once in a real browser, watches how far it is, and takes it back."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, connections
from playwright.sync_api import Browser, Page, expect

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.engagements.models import EngagementInteraction
from apps.jobs.models import Job
from apps.jobs.running import do_next
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
    """She supervises a house with 5,000 contacts."""
    with scope(make_tenant()):
        user = make_user(Role.SUPERVISOR, "siobhan", time_zone="Europe/Berlin")
        with connection.cursor() as cursor:
            cursor.execute(_MANY, {"tenant": user.tenant_id, "user": user.pk, "rows": ROWS})
    return user


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


def _work(user: User) -> None:
    """As a worker does."""
    assert do_next(user.tenant, threading.Event())
    connections.close_all()


def test_all_that_are_found_are_changed_with_progress_and_taken_back(page: Page, siobhan: User) -> None:
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
