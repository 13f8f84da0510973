"""What makes no sense is answered with a sentence, never with an error of ours: at every address of the screens, out of
the URL configuration."""

import re
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client

from apps.agents.models import Skill
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.site import site
from apps.tenants.scope import scope
from config import urls
from tests.leaks.addresses import addresses
from tests.leaks.arguments import filled
from tests.leaks.planted import House

pytestmark = pytest.mark.django_db
_ADDRESSES = {
    address: names
    for address, names in addresses(urls.urlpatterns)
    if address.startswith(("/admin/", "/my-settings", "/change-password")) and "logout" not in address
}
_SCREENS = {
    f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for model, screen in site._registry.items()
    if isinstance(screen, OperationAdmin)
}
_KEYS = ("9" * 30, "a%00b")
_VALUES = ("9" * 30, "-", "x" * 10_000, "2026-99-99", "%", "null", "[]")
_ASKED = ("q", "o", "p", "view", "columns", "order", "older_than", "newer_than", "_selected_action")
_CONTROLS = {"csrfmiddlewaretoken", "_popup", "_to_field", "e"}  # refused before anything else is read
_NAMES = re.compile(r'name="([\w-]+)"|[?;]([\w-]+)=')


def one_of_each() -> Iterator[tuple[str, tuple[str, ...]]]:
    """One code makes what stands beside list and form of the set-up screens: it is tried with the first of them."""
    tried: set[str] = set()
    for address, names in _ADDRESSES.items():
        screen = "/".join(address.split("/")[:4]) + "/"
        rest = address.removeprefix(screen)
        kind = rest if screen in _SCREENS and rest not in ("", "add/") else address
        if kind not in tried:
            tried.add(kind)
            yield address, names


def test_nonsense_is_answered(house: House) -> None:
    """In place of keys; in every parameter and field that a page names; and with what no form sent."""
    browser = house.owner.browser
    browser.raise_request_exception = False
    failed = []

    def send(method: str, address: str, sent: str = "") -> str:
        with transaction.atomic():
            question, body = (f"{address}?{sent}", "") if method == "GET" else (address, sent)
            answer = browser.generic(method, question, body, "application/x-www-form-urlencoded")
            if answer.status_code >= 500:
                failed.append(f"{method} {question[:150]}: {getattr(answer, 'exc_info', ('', ''))[1]}")
            transaction.set_rollback(True)
        return "" if answer.streaming else answer.content.decode(errors="replace")

    for number, (address, names) in enumerate(one_of_each()):
        if names:
            send("GET", address % dict.fromkeys(names, _KEYS[number % 2]))
        with scope(house.tenant):
            there = next(iter(filled(address, names, house)))
        page = send("GET", there)
        fields = sorted({first or second for first, second in _NAMES.findall(page)}.union(_ASKED) - _CONTROLS)
        fields = [name for name in fields if not name.endswith("TOTAL_FORMS")]  # so many rows, each with its choices
        nonsense = urlencode(list(zip(fields, islice(cycle(_VALUES), number, None), strict=False)))
        if not address.endswith("/add/"):  # which reads its fields from what is posted
            send("GET", there, urlencode(dict.fromkeys(fields, "\0")) if number % 2 else nonsense)
        send("POST", there, nonsense if number % 2 else urlencode(dict.fromkeys(fields, "\0")))
    assert not failed, "\n".join(failed)


def test_what_is_deleted_twice_or_without_its_form_is_refused(house: House) -> None:
    with scope(house.tenant):
        skill = Skill.objects.create(name="Of nobody")
    address = f"/admin/agents/skill/{skill.pk}/delete/"
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(house.admin)
    assert stranger.post(address, {"post": "yes"}).status_code == 403
    browser = house.owner.browser
    assert [browser.post(address, {"post": "yes"}).status_code for _ in range(2)] == [302, 404]
    for method in ("put", "patch", "delete"):
        assert getattr(browser, method)("/admin/agents/skill/").status_code < 500
