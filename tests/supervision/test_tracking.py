"""Which fields are tracked is chosen in a table, and counts from the next change on."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field
from apps.objects.tracked import FeedItem, FieldChange, Tracking
from apps.objects.tracking import tracking_of
from apps.tenants.models import Tenant
from tests.builders import make_user
from tests.objects.test_picklist_changes import recorded
from tests.supervision.conftest import browser_of
from tests.supervision.test_editing import edit, form_at

OBJECT = "EngagementInteraction"
PATH = f"/admin/objects/tracking/?object={OBJECT}"


@pytest.fixture
def browser(in_scope: Tenant) -> Client:
    return browser_of(make_user(Role.ADMIN))


def ticked(browser: Client) -> list[str]:
    fields = browser.get(PATH).context["fields"]
    return [field.name for field in fields if field.in_history]


def test_the_table_begins_with_what_the_platform_tracks(browser: Client) -> None:
    assert ticked(browser) == ["EndDateTime", "Status", "MappedState", "IsAttendeeVerified", "OwnerId"]
    assert browser.get("/admin/objects/tracking/?object=EngagementTopic").status_code == 200
    assert browser.get("/admin/objects/tracking/?object=User").status_code == 404


def test_what_is_chosen_counts_from_the_next_change_on(browser: Client) -> None:
    define_custom_field(OBJECT, "Branch__c", CustomFieldKind.TEXT)
    one = recorded()
    sent = {"history": ["Reason", "Branch__c"], "feed": ["Reason"]}
    assert browser.post(PATH, sent).status_code == 302
    assert tracking_of(OBJECT) == (["Reason", "Branch__c"], ["Reason"])
    assert ticked(browser) == ["Reason", "Branch__c"]
    typed = form_at(browser, edit(one)) | {"Reason": "Cards", "Branch__c": "Galway", "Status": "New"}
    assert browser.post(edit(one), typed).status_code == 302
    kept = FieldChange.objects.exclude(field="created").values_list("field", flat=True)
    assert sorted(kept) == ["Branch__c", "Reason"]
    assert FeedItem.objects.exists()


def test_too_many_and_unknown_fields_are_refused(browser: Client) -> None:
    for number in range(21):
        define_custom_field(OBJECT, f"F{number}__c", CustomFieldKind.TEXT)
    answer = browser.post(PATH, {"history": [f"F{number}__c" for number in range(21)]})
    assert answer.status_code == 422
    assert "At most 20" in answer.content.decode()
    assert browser.post(PATH, {"feed": ["Nothing__c"]}).status_code == 422
    assert not Tracking.objects.exists()


def test_supervisors_stay_out(screens: Client) -> None:
    assert screens.get(PATH).status_code == 403
    assert screens.post(PATH, {}).status_code == 403


def shown(answer: Any) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', answer.content.decode())
    assert found
    return unescape(found[1])


def test_a_second_editor_sees_what_another_ticked_and_saves_knowingly(browser: Client) -> None:
    other = browser_of(make_user(Role.ADMIN, first_name="Ramona", last_name="Quick"))
    begun = ["EndDateTime", "Status", "MappedState", "IsAttendeeVerified", "OwnerId"]
    carried = shown(browser.get(PATH))
    other.post(PATH, {"history": [*begun, "Reason"], "feed": ["Status"], "shown": carried})
    mine = {"history": begun[1:], "feed": ["OwnerId"], "shown": carried}
    answer = browser.post(PATH, mine)
    met = answer.context["overtaken"].told
    assert [(each.label, each.was, each.now, each.is_mine, each.by) for each in met] == [
        ("Reason, In history", "No", "Yes", False, "Ramona Quick"),
        ("Status, In the feed", "No", "Yes", False, "Ramona Quick"),
    ]
    assert sorted(tracking_of(OBJECT)[0]) == sorted([*begun, "Reason"])
    ticks = {
        kind: [each.name for each in answer.context["fields"] if getattr(each, f"in_{kind}")]
        for kind in ("history", "feed")
    }
    assert sorted(ticks["history"]) == sorted([*begun[1:], "Reason"])
    assert sorted(ticks["feed"]) == ["OwnerId", "Status"]
    assert browser.post(PATH, {**ticks, "shown": shown(answer)}).status_code == 302
    assert sorted(tracking_of(OBJECT)[0]) == sorted([*begun[1:], "Reason"])
    for nonsense in ("", "[]", "{", '{"history": 3, "feed": [4]}'):
        assert browser.post(PATH, {**ticks, "shown": nonsense}).status_code in (200, 302)
