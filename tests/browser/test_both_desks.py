"""One agent at our desk and in a Genesys client at once: what is done in either stands in the other (stories a, c)."""

from playwright.sync_api import expect

from apps.queues.models import Workbin
from apps.tenants.scope import scope
from tests.browser.conftest import OpenDesk
from tests.browser.test_desk import Centre, get_ready
from tests.browser.test_desk import centre as centre
from tests.desktop import Desktop


def test_what_a_genesys_client_does_stands_at_the_desk_and_back(centre: Centre, open_desk: OpenDesk) -> None:
    with scope(centre.tenant):
        Workbin.objects.create(name="Overnight", kind="place")
    page, genesys, other = open_desk(centre.tomas), Desktop(centre.tomas.user), Desktop(centre.fatima.user)
    get_ready(page)
    other.start("chat")
    public_id = centre.calls(channel="chat", subject="Since yesterday").genesys_id
    expect(page.locator(".sw-offer")).to_contain_text("Since yesterday")
    assert genesys.item()["state"] == "Invited"

    assert genesys.operate(public_id, "Accept")[0] == 200
    expect(page.locator("#work-head")).to_contain_text("In conversation")
    assert genesys.operate(public_id, "UpdateUserData", userData={"plate": "H-KW 1931"})[0] == 200
    expect(page.locator("#pairs")).to_contain_text("H-KW 1931")
    page.get_by_label("Name", exact=True).fill("colour")
    page.get_by_label("Value", exact=True).fill("green")
    page.keyboard.press("Enter")
    expect(page.locator("#pairs")).to_contain_text("green")
    item = genesys.item()
    assert (item["state"], item["userData"]["plate"], item["userData"]["colour"]) == ("Chatting", "H-KW 1931", "green")

    assert genesys.operate(public_id, "PlaceInWorkbin", workbin="Overnight")[0] == 200
    expect(page.locator("#my-work")).to_contain_text("None.")
    (workbin,) = (each for each in other.get("workbins?fields=*")["workbins"] if each["workbinName"] == "Overnight")
    assert other.post(f"me/workbins/{workbin['id']}", operationName="PullChat", id=public_id)[0] == 200
    assert other.item()["userData"]["colour"] == "green"
    assert genesys.operate(public_id, "Complete")[0] == 409

    handed = other.operate(public_id, "Transfer", userId=str(centre.tomas.user.uuid))
    assert handed == (200, {"statusCode": 0})
    page.locator(".sw-offer [value=accept]").click()
    expect(page.locator("#work-head")).to_contain_text("In conversation")
    assert genesys.item()["state"] == "Chatting"
    page.locator("#disposition").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#my-work")).to_contain_text("None.")
    assert genesys.get(f"interactions/{public_id}")["interaction"]["state"] == "Completed"
