"""A supervisor at work in a real browser: signs in, filters, opens a contact, reads its tabs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.accounts.roles import Role
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_agent, make_live, make_queue, make_tenant, make_user, ready


@pytest.fixture
def finished() -> EngagementInteraction:
    """One finished call, one that waits, and Siobhán, who supervises."""
    with scope(make_tenant()):
        make_user(Role.SUPERVISOR, "siobhan", time_zone="Europe/Berlin")
        agent = ready(make_agent("Tomas"))
        queue = make_queue("Claims (motor)", [agent])
        live = make_live(queue)
        operations.accept(live, by=agent)
        operations.complete(live, by=agent)
        make_live(make_queue("Billing"), channel="chat")
        return EngagementInteraction.objects.get(pk=live.pk)


@pytest.fixture(params=["script", "no script"])
def page(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(base_url=server, java_script_enabled=request.param == "script")
    yield context.new_page()
    context.close()


def test_finds_a_contact_and_reads_it(page: Page, finished: EngagementInteraction) -> None:
    page.goto("/admin/")
    page.get_by_label("Name", exact=True).fill("siobhan")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Interactions")).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(2)

    page.get_by_label("Status").select_option("Completed")
    page.get_by_label("Queue").select_option("Claims (motor)")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("rowheader")).to_have_text([finished.name])
    expect(page.get_by_role("link", name="Remove the filter Status: Completed")).to_be_visible()

    page.get_by_role("link", name=finished.name).click()
    expect(page.get_by_role("img", name=f"Timeline of {finished.name}")).to_be_visible()
    for tab in ("Topics", "Journal", "History", "Attendees"):
        page.get_by_role("navigation", name="Parts of this interaction").get_by_role("link", name=tab).click()
        expect(page.get_by_role("heading", name=tab).last).to_be_visible()
        expect(page.locator(".sw-tabs [aria-current]")).to_contain_text(tab)
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("row", name="Tomas Conversation").first).to_be_visible()

    page.get_by_role("navigation", name="You are here").get_by_role("link", name="Interactions").click()
    expect(page.get_by_label("Status")).to_have_value("Completed")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways(browser: Browser, server: str, finished: EngagementInteraction, width: int) -> None:
    context = browser.new_context(base_url=server, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Name", exact=True).fill("siobhan")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/**")
    detail = f"/admin/engagements/engagementinteraction/{finished.pk}/change/"
    for path in ("/admin/engagements/engagementinteraction/", detail, f"{detail}?tab=history", "/admin/queues/queue/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
