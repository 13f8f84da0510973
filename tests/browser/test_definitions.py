"""An administrator defines a field and a Status in a real browser; an agent and a second editor use them at once."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents.models import Agent
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.tenants.scope import scope
from tests.browser.conftest import OpenDesk
from tests.builders import PASSWORD, make_agent, make_live, make_queue, make_tenant, make_user, ready

SignIn = Callable[..., Page]


@pytest.fixture
def work() -> EngagementInteraction:
    """A chat that Tomas works on; Ramona administrates, Siobhán supervises."""
    with scope(make_tenant()):
        make_user(Role.ADMIN, "ramona")
        make_user(Role.SUPERVISOR, "siobhan", first_name="Siobhán")
        agent = ready(make_agent("tomas"))
        live = make_live(make_queue("Claims", [agent]), channel="chat")
        operations.accept(live, by=agent)
        return EngagementInteraction.objects.get(pk=live.pk)


@pytest.fixture
def sign_in(browser: Browser, server: str) -> Iterator[SignIn]:
    contexts: list[BrowserContext] = []

    def signing_in(name: str, **options: object) -> Page:
        context = browser.new_context(base_url=server, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/admin/**")
        return page

    yield signing_in
    for context in contexts:
        context.close()


def test_a_field_is_defined_by_keyboard_and_filled_in_at_the_desk(
    sign_in: SignIn, open_desk: OpenDesk, work: EngagementInteraction
) -> None:
    page = sign_in("ramona")
    page.goto("/admin/objects/customfield/add/")
    expect(page.get_by_label("Object")).to_contain_text("Engagement Interaction (0 of 50)")
    page.get_by_label("Label").fill("Branch")
    page.get_by_label("API name").fill("Branch")
    page.get_by_label("Kind").select_option("Geolocation")
    expect(page.get_by_label("Length")).to_be_hidden()
    expect(page.locator("#field-preview")).to_contain_text("longitude")
    page.get_by_label("Kind").select_option("Picklist")
    page.get_by_label("Values").fill("Galway\nCork")
    expect(page.locator("#field-preview")).to_contain_text('"value": "Galway"')
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save", exact=True).press("Enter")

    name = page.get_by_label("API name")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description(re.compile(r"such as Branch__c.* ends in __c\.$"))
    name.fill("Branch__c")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_text("1 of 50")).to_be_visible()

    with scope(work.tenant):
        agent = Agent.objects.get()
    desk = open_desk(agent)
    desk.locator("#fields").get_by_label("Branch").select_option("Cork")
    with desk.expect_response("**/desk/work/*"):
        desk.locator("#fields").get_by_role("button", name="Save").press("Enter")
    expect(desk.locator("#fields").get_by_label("Branch")).to_have_value("Cork")
    with scope(work.tenant):
        work.refresh_from_db()
    assert work.custom_fields == {"Branch__c": "Cork"}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_second_editor_sees_what_the_first_has_written(
    sign_in: SignIn, work: EngagementInteraction, script: bool
) -> None:
    path = f"/admin/engagements/engagementinteraction/{work.pk}/edit/"
    first, second = sign_in("siobhan", java_script_enabled=script), sign_in("ramona", java_script_enabled=script)
    for page in (first, second):
        page.goto(path)
    first.get_by_label("Reason").fill("Lost card")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("Saved.")).to_be_visible()

    second.get_by_label("Reason").fill("Stolen card")
    second.get_by_role("button", name="Save").click()
    expect(second.get_by_role("alert")).to_contain_text("Siobhán changed this at")
    expect(second.get_by_role("alert")).to_contain_text("Reason was empty and is Lost card.")
    expect(second.get_by_label("Reason")).to_have_value("Stolen card")
    second.get_by_role("button", name="Save what stands here").click()
    expect(second.get_by_text("Saved.")).to_be_visible()
    with scope(work.tenant):
        work.refresh_from_db()
        assert User.objects.get(pk=work.last_modified_by_id).username == "ramona"
    assert work.reason == "Stolen card"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_form_scrolls_sideways(sign_in: SignIn, work: EngagementInteraction, width: int) -> None:
    page = sign_in("ramona", viewport={"width": width, "height": 800})
    detail = f"/admin/engagements/engagementinteraction/{work.pk}"
    for path in (
        f"{detail}/edit/",
        f"{detail}/attendees/add/",
        "/admin/objects/customfield/add/",
        "/admin/objects/picklistvalue/",
        "/admin/objects/tracking/",
        "/admin/tenants/tenant/",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
