"""Lists of the set-up by their readers' wishes: views, columns, and an order that bears other columns."""

import re
from typing import Any

from django.test import Client

from apps.accounts.roles import Role
from apps.saved_views.models import ListChoice, SavedView
from apps.tenants.models import Tenant
from tests.builders import make_queue, make_user
from tests.supervision.conftest import browser_of

LIST = "/admin/queues/queue/"


def headings(html: str) -> list[str]:
    return re.findall(r'<th class="[^"]*\bcolumn-(\w+)', html)


def rows(html: str) -> list[str]:
    return re.findall(r'/change/[^"]*"[^>]*>([^<]+)</a>', html)


def test_a_view_of_a_setup_list_is_saved_shown_begun_with_and_left(in_scope: Tenant) -> None:
    browser = browser_of(make_user(Role.ADMIN))
    make_queue("Billing"), make_queue("Claims"), make_queue("Attic", is_active=False)
    browser.post(LIST + "views/?is_active__exact=1&o=-name", {"do": "save", "name": "Open ones", "is_shared": "on"})
    view = SavedView.objects.get(list_name="queues.queue", is_shared=True)

    html = text(browser, LIST, view=view.uuid)
    assert rows(html) == ["Claims", "Billing"]
    assert "Open ones" in html
    assert "(changed)" not in html
    assert f"view={view.uuid}" in html  # sorting or paging goes on in it
    assert "(changed)" in text(browser, LIST, view=view.uuid, is_active__exact=1, o="name")
    assert rows(text(browser, LIST)) == ["Attic", "Billing", "Claims"]

    browser.post(LIST + "views/", {"do": f"begin:{view.uuid}"})
    assert rows(text(browser, LIST)) == ["Claims", "Billing"]
    assert rows(text(browser, LIST, all=1)) == ["Attic", "Billing", "Claims"]
    assert "all=1" in text(browser, LIST, is_active__exact=1)  # what takes the only filter away shows everything
    assert "Filters: " in text(browser, LIST + "views/", is_active__exact=1, q="x")


def test_columns_of_a_setup_list_are_ones_own_choice_also_in_its_file(in_scope: Tenant) -> None:
    admin, other = make_user(Role.ADMIN), make_user(Role.ADMIN)
    browser = browser_of(admin)
    make_queue("Claims", priority=3)
    make_queue("Billing", priority=9)
    chosen = {"column": ["developer_name", "priority"], "place_priority": "1", "place_developer_name": "2"}
    browser.post(LIST + "columns/?o=-priority", chosen)
    assert ListChoice.objects.get(user=admin).columns == ["priority", "developer_name"]

    assert headings(text(browser, LIST))[:3] == ["name", "priority", "developer_name"]
    assert rows(text(browser, LIST, o="priority")) == ["Claims", "Billing"]
    assert rows(text(browser, LIST, o="-priority")) == ["Billing", "Claims"]
    assert "member_count" in headings(text(browser_of(other), LIST))
    file: Any = browser.get(LIST + "export.csv")
    assert b"".join(file.streaming_content).decode().splitlines()[0].endswith("Name,Priority,Developer name")
    browser.post(LIST + "columns/", {"reset": "1"})
    assert len(headings(text(browser, LIST))) > 4


def test_nothing_secret_is_a_column_and_views_are_shared_with_a_permission(in_scope: Tenant) -> None:
    browser = browser_of(make_user(Role.ADMIN))
    html = text(browser, "/admin/accounts/user/columns/") + text(browser, "/admin/accounts/apiclient/columns/")
    assert 'value="last_name"' in html
    assert not re.search(r'value="(password|client_secret|certificate)"', html)
    agent = browser_of(make_user(Role.AGENT))
    assert agent.get(LIST + "views/", follow=True).status_code == 403


def test_the_list_of_roles_counts_those_without_a_role_of_their_own(in_scope: Tenant) -> None:
    browser = browser_of(make_user(Role.ADMIN))
    make_user(Role.AGENT), make_user(Role.AGENT)
    html = text(browser, "/admin/accounts/userrole/")
    assert dict(zip(rows(html), re.findall(r'data-label="People">\s*(\d+)', html), strict=True))["Agent"] == "2"


def text(browser: Client, address: str, **asked: Any) -> str:
    answer = browser.get(address, asked)
    assert answer.status_code == 200, answer
    return answer.content.decode()
