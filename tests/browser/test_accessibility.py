"""axe-core finds no fault with any screen, light or dark, and none says a word that has no translation. The screens
come out of the URL configuration: a new one is tried without anybody thinking of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client

from apps.accounts.roles import Role
from apps.accounts.second_step import CodeForm
from apps.agents.models import Agent
from apps.tenants.scope import scope
from config import urls
from tests.browser.screens import Screens, a_window, is_screen
from tests.builders import make_tenant, make_user
from tests.leaks.addresses import addresses
from tests.leaks.arguments import filled
from tests.leaks.planted import ACTIVE, HOUSE, KEPT, OVER, House, plant, reader_of
from tests.words.brackets import LANGUAGE, spoken, unbracketed

pytestmark = pytest.mark.django_db
_OWN = ("/second-factor", "/my-settings", "/change-password")
_BEGINNINGS = ("/admin/", "/desk/", "/sign-in", *_OWN, "/services/oauth2/authorize")
_FILE = "%(form)s"
ADDRESSES = {
    address: names
    for address, names in addresses(urls.urlpatterns)
    if address.startswith(_BEGINNINGS) and not address.endswith(_FILE)
}
_AS_THE_FORM = ("/add/", "/delete/", "/history/", "/uses/")  # a model's screens have the colours of its form
_MAY_BE_EMPTY = {
    *(
        "/admin/board/",
        "/admin/reports/",
        "/admin/reports/heat/",
        "/admin/reports/staffing/",
        "/admin/set-up/",
        "/admin/audit/auditentry/",
    ),
    *("/admin/engagements/engagementinteraction/", "/admin/engagements/conversationentry/", "/admin/jobs/job/"),
    *("/admin/queues/queue/", "/admin/privacy/personrequest/", "/admin/imports/importedinteraction/"),
}
# What the house has written itself. Its names, and what was said in it.
PLANTED = (
    *(f"{OVER}-key", "I am", "^Note$", "Later", "Morning", "North", "[Nn]ewcomer", "Elsewhere", r"\b[Hh]ouse-?\w*"),
    *(f"(?i:{each})" for each in (ACTIVE, HOUSE, KEPT, OVER)),
    r"{'reason': '\w+'}",
)
LIST = "/admin/engagements/engagementinteraction/"


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """One set-up for all screens, undone at the end: somebody's busy day, and an administrator who has nothing yet."""
    with django_db_blocker.unblock(), transaction.atomic():
        tenant, empty = make_tenant("House"), make_tenant("Elsewhere")
        with scope(tenant):
            made = plant(tenant)
            made.readers.append(reader_of(made.agent.user, ()))
        with scope(empty):
            newcomer = make_user(Role.ADMIN, "newcomer")
            Agent.objects.create(user=newcomer)
            made.readers.append(reader_of(newcomer, ()))
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def screens() -> Iterator[Screens]:
    with a_window() as made:
        yield made


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_screen_has_no_fault(house: House, screens: Screens, address: str) -> None:
    with scope(house.tenant):
        there = next(filled(address, ADDRESSES[address], house))
    for browser in _browsers(house, address):
        with spoken():
            shown = browser.get(there, headers={"Accept-Language": LANGUAGE})
        if is_screen(shown):
            assert unbracketed(shown.content.decode(), *PLANTED) == [], there
            faults = screens.faults(shown, dark=not address.endswith(_AS_THE_FORM))
            assert not faults, f"{there}\n" + "\n".join(faults)


def _browsers(house: House, address: str) -> list[Client]:
    """Whose screen it is; where it is of our own making and may be empty, also the newcomer."""
    agent, newcomer = (each.browser for each in house.readers)
    if address.startswith("/sign-in"):
        return [Client()]
    if address.startswith("/desk/"):
        return [agent, newcomer] if address == "/desk/" else [agent]
    return [house.owner.browser, newcomer] if address in _MAY_BE_EMPTY else [house.owner.browser]


def _drawn(template: str, **context: Any) -> Callable[[House], HttpResponse]:
    return lambda house: HttpResponse(render_to_string(template, context))


def _seen(address: str) -> Callable[[House], HttpResponse]:
    return lambda house: house.owner.browser.get(address % {"pk": house.over.pk, "desk": house.parked.uuid})


STATES: dict[str, Callable[[House], HttpResponse]] = {
    "wrong password": lambda house: Client().post("/sign-in", {"username": "x", "password": "x"}),
    "wrong code": lambda house: house.owner.browser.post("/second-factor", {"code": "000000", "act": "on"}),
    "second step": _drawn("accounts/second_step.html", form=CodeForm({"code": ""})),
    "two factors on": _drawn("accounts/second_factor.html", form=CodeForm(), is_on=True, codes_left=3),
    "codes to write down": _drawn("accounts/second_factor_codes.html", codes=["0123456789"]),
    "our mistake": _drawn("500.html"),
    "not understood": _drawn("400.html"),
    "a form from elsewhere": _drawn("403_csrf.html"),
    "not for this account": lambda house: house.readers[0].browser.get("/admin/login/?next=/admin/"),
    "nothing here": _seen("/admin/nothing/of/the/kind/"),
    "a refused form": lambda house: house.owner.browser.post("/admin/queues/queue/add/", {}),
    "a refused record": lambda house: house.owner.browser.post(f"{LIST}{house.over.pk}/edit/", {"StartDateTime": "x"}),
    "a form in a window of its own": _seen("/admin/agents/team/add/?_popup=1"),
    "nothing found": _seen(f"{LIST}?q=nobody"),
    "filtered by a field": _seen(f"{LIST}?Reason=quill&columns=Reason"),
    **{f"tab {tab}": _seen(f"{LIST}%(pk)s/change/?tab={tab}") for tab in ("topics", "call", "journal", "history")},
    "wall": _seen("/admin/board/?wall=1"),
    **{
        f"report on {about}": _seen(f"/admin/reports/?about={about}&by=hour")
        for about in ("queues", "agents", "contacts")
    },
    "report against before": _seen("/admin/reports/?compare=before"),
}


@pytest.mark.parametrize("state", STATES)
def test_no_state_has_a_fault(house: House, screens: Screens, state: str) -> None:
    shown = STATES[state](house)
    assert is_screen(shown)
    assert not (faults := screens.faults(shown)), "\n".join(faults)


def test_the_sidebar_has_no_fault(house: House, screens: Screens) -> None:
    assert not (faults := screens.faults(house.owner.browser.get("/admin/queues/queue/"), sidebar=True)), "\n".join(
        faults
    )


def test_what_may_be_empty_is_there() -> None:
    assert set(ADDRESSES) >= _MAY_BE_EMPTY


def test_a_fault_is_found(screens: Screens) -> None:
    """Or the tests above would prove nothing."""
    page = '<html lang="en"><title>x</title><main><h1>x</h1><input><p style="color: #bbb">too pale</p></main></html>'
    found = " ".join(screens.faults(HttpResponse(page)))
    assert "label: ['input']" in found
    assert "color-contrast: ['p']" in found
    assert "dark color-contrast: ['p']" in found
