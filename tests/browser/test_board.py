"""A supervisor's live board in a real browser: what happens shows by itself, and what is done reaches the agent."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from apps.accounts.roles import Role
from apps.queues import operations
from apps.tenants.scope import scope
from tests.browser.conftest import OpenDesk
from tests.builders import PASSWORD, make_agent, make_live, make_queue, make_tenant, make_user, ready


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    # With motion, a colour that is on its way from one to the other has less contrast than either.
    size = {"width": 1280, "height": 800}
    context = browser.new_context(base_url=server, viewport=size, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def blameless(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_shows_what_happens_and_reassigns(page: Page, open_desk: OpenDesk) -> None:
    tenant = make_tenant()
    with scope(tenant):
        make_user(Role.SUPERVISOR, "siobhan")
        tomas = ready(make_agent("tomas"))
        fatima = make_agent("fatima")
        queue = make_queue("Claims", [tomas], offer_timeout_s=300)
    page.goto("/sign-in")
    page.get_by_label("Name", exact=True).fill("siobhan")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/**")
    page.goto("/admin/board/")
    page.locator("#live[data-live=on]").wait_for(state="attached")
    row = page.get_by_role("row", name="Claims")
    expect(page.get_by_role("row", name="Tomas")).to_contain_text("Ready")

    with scope(tenant):
        live = make_live(queue)
    expect(page.get_by_role("row", name="Tomas")).to_contain_text("Being offered")
    with scope(tenant):
        operations.accept(live, by=tomas)
        waiting = make_live(queue, customer="+442079460124")
    expect(page.get_by_role("row", name="Tomas")).to_contain_text("On call")
    expect(row.locator("[data-label=Waiting]")).to_have_text("1")

    desk = open_desk(fatima)
    expect(page.get_by_role("row", name="Fatima")).to_contain_text("Not ready")
    page.get_by_role("link", name="Actions for Fatima").click()
    page.get_by_role("button", name="Set ready", exact=True).click()
    expect(desk.locator("#state-menu b")).to_have_text("Ready")
    expect(page.locator("#notice")).to_contain_text("Fatima is ready now.")
    expect(page.locator("#sheet")).to_be_hidden()

    page.get_by_role("link", name="Claims", exact=True).click()
    page.get_by_role("link", name="Act… on +442079460124").click()
    blameless(page)
    page.get_by_label("Give it to").select_option(label="Fatima, ready")
    page.get_by_role("button", name="Assign").click()
    expect(desk.locator(".sw-offer")).to_contain_text("+442079460124")
    expect(page.get_by_role("row", name="Fatima")).to_contain_text("Being offered")
    page.get_by_role("button", name="Undo").click()
    expect(desk.locator(".sw-offer")).to_have_count(0)
    expect(row.locator("[data-label=Waiting]")).to_have_text("1")

    page.get_by_role("link", name="Waiting", exact=True).press("Enter")
    expect(page.get_by_role("columnheader", name="Waiting", exact=True)).to_have_attribute("aria-sort", "descending")
    blameless(page)
    page.emulate_media(color_scheme="dark")
    blameless(page)
    page.get_by_role("link", name="Today", exact=True).click()
    expect(page.get_by_role("columnheader", name="Answer rate")).to_be_visible()
    blameless(page)
    page.go_back()
    page.get_by_role("link", name="Wall mode").click()
    expect(page.locator(".sw-tile")).to_contain_text("Claims")
    page.locator("#live[data-live=on]").wait_for(state="attached")
    blameless(page)
    with scope(tenant):
        operations.close(waiting, by=None)
    expect(page.locator(".sw-tile dd").first).to_have_text("0")
    page.keyboard.press("Escape")
    page.wait_for_url("**/admin/board/?queues=-waiting")

    with scope(tenant):
        make_queue("Q" * 80)
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    expect(page.get_by_role("link", name="Q" * 80, exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
