"""The tenant's own settings."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.operations import configure_tenant
from apps.accounts.roles import Role
from apps.common.errors import Forbidden, Invalid, NotFound
from apps.objects.operations import define_custom_field
from apps.tenants.models import Tenant
from tests.builders import make_user
from tests.supervision.conftest import browser_of

SETTINGS = {"name": "Harbour Lights", "time_zone": "Europe/Dublin", "phone_region": "IE"}
SETTINGS |= {"reference_checking": "strict", "daily_api_requests": 1000, "default_queue": ""}
SETTINGS |= {"lost_work": "requeue", "requeue_lost_after_s": 60}
SETTINGS |= {"misses_until_not_ready": 3, "inactivity_logout_min": 30}


@pytest.fixture
def browser(in_scope: Tenant) -> Client:
    return browser_of(make_user(Role.ADMIN))


def screen(tenant: Tenant) -> str:
    return f"/admin/tenants/tenant/{tenant.pk}/change/"


def test_the_list_is_the_one_row_and_what_is_saved_counts(browser: Client, in_scope: Tenant) -> None:
    assert browser.get("/admin/tenants/tenant/")["Location"] == screen(in_scope)
    assert browser.get(screen(in_scope)).status_code == 200
    assert browser.post(screen(in_scope), SETTINGS).status_code == 302
    kept = Tenant.objects.get(pk=in_scope.pk)
    assert (kept.reference_checking, kept.auto_create_internal_attendee) == ("strict", False)
    assert (kept.time_zone, kept.phone_region, kept.daily_api_requests) == ("Europe/Dublin", "IE", 1000)


def test_saving_does_not_turn_definitions_back(in_scope: Tenant) -> None:
    opened = Tenant.objects.get(pk=in_scope.pk)
    define_custom_field("VoiceCall", "Colour__c", "string")
    configure_tenant(opened, by=make_user(Role.ADMIN))
    assert Tenant.objects.get(pk=in_scope.pk).catalogue_version == in_scope.catalogue_version


def test_no_tenant_is_added_deleted_or_anothers(browser: Client, in_scope: Tenant, other_tenant: Tenant) -> None:
    assert browser.get("/admin/tenants/tenant/add/").status_code == 403
    assert browser.post(f"/admin/tenants/tenant/{in_scope.pk}/delete/", {"post": "yes"}).status_code == 403
    assert browser.get(screen(other_tenant)).status_code == 404
    with pytest.raises(NotFound):
        configure_tenant(other_tenant, by=make_user(Role.ADMIN))


def test_supervisors_do_not_change_it(screens: Client, in_scope: Tenant) -> None:
    assert screens.post(screen(in_scope), SETTINGS).status_code == 403
    with pytest.raises(Forbidden):
        configure_tenant(in_scope, by=make_user(Role.SUPERVISOR))


@pytest.mark.parametrize("changed", [{"time_zone": "Mars/Olympus"}, {"phone_region": "XX"}])
def test_places_that_nobody_knows_are_refused(browser: Client, in_scope: Tenant, changed: dict[str, Any]) -> None:
    answer = browser.post(screen(in_scope), SETTINGS | changed)
    assert list(answer.context["adminform"].form.errors) == list(changed)
    for name, value in changed.items():
        setattr(in_scope, name, value)
    with pytest.raises(Invalid):
        configure_tenant(in_scope, by=make_user(Role.ADMIN))
