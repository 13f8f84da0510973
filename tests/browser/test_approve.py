"""A person lets a client in: from the client's link, by the sign-in page, and back."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from apps.accounts.operations import register_client
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_user


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_allowed_by_keyboard(server: str, browser: Browser, tenant: Tenant, width: int, scheme: str) -> None:
    with scope(tenant):
        user = make_user("agent", "tomas", last_name="Ó Súilleabháin")
    back = f"{server}/healthz"  # any address that answers
    client_id, _ = register_client(
        user, "Field service console for the northern districts", grant_types=["authorization_code"], redirect_uris=back
    )
    with scope(tenant):
        make_user("agent", "lena")
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": back, "state": "s", "prompt": "consent"}
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(f"{server}/services/oauth2/authorize?{urlencode(asked | {'code_challenge': 'c' * 43})}")
    page.get_by_label("Name").fill("lena")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Let Field service console")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.get_by_role("button", name="Deny")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Allow")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{back}?*")
    brought = dict(parse_qsl(urlsplit(page.url).query))
    assert (brought["state"], set(brought)) == ("s", {"code", "state"})
    page.close()
