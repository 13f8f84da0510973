"""Signing in with two factors in a real browser, from the set-up page to the next morning."""

from datetime import UTC, datetime

from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, Page, expect

from apps.accounts.roles import Role
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_tenant, make_user

_STEP = 30  # seconds that a code is shown


def _device(key: str) -> TOTP:
    """An authenticator app, given the key as a person types it off the page."""
    device = TOTPDevice.objects.get()
    assert key.replace(" ", "") in device.config_url
    return TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)


def _shown(device: TOTP, *, later: int = 0) -> str:
    """What it shows, `later` steps from now: no code counts twice."""
    device.time = datetime.now(UTC).timestamp() + later * _STEP
    return f"{device.token():06d}"


def _a_moment_later() -> None:
    """Guesses are looked at ever more slowly."""
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)


def _by_password(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("siobhan")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_set_up_signed_out_and_in_again(browser: Browser, server: str) -> None:
    with scope(make_tenant()):
        make_user(Role.SUPERVISOR, "siobhan")
    page = browser.new_page(base_url=server)
    page.goto("/second-factor")
    _by_password(page)
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    device = _device(page.locator(".sw-steps code").inner_text())
    page.get_by_label("Code").fill("000 000")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the code of now.")
    expect(page.get_by_label("Code")).to_have_accessible_description(
        "This is not the code of now. Codes change every 30 s."
    )
    _a_moment_later()
    page.get_by_label("Code").fill(_shown(device))
    page.keyboard.press("Enter")
    expect(page.get_by_role("listitem")).to_have_count(10)
    written = page.get_by_role("listitem").first.inner_text()
    page.get_by_role("link", name="Written down").click()
    page.wait_for_url("**/admin/**")

    for code in (_shown(device, later=1), written):
        page.get_by_role("button", name="Siobhan").press("Enter")
        page.get_by_role("button", name="Log out").press("Enter")
        _by_password(page)
        expect(page.get_by_label("Code")).to_be_focused()
        page.keyboard.type("123456")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("This is not the code of now.")
        _a_moment_later()
        page.get_by_label("Code").fill(code)
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/**")
    page.close()
