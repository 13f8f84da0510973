"""Fields, picklists and record types through their screens."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.roles import Role
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue, RecordType
from apps.objects.operations import define_custom_field, define_record_type
from apps.tenants.models import Tenant
from tests.builders import make_user
from tests.objects.test_picklist_changes import recorded
from tests.supervision.conftest import browser_of
from tests.supervision.test_setup import problems, url

OBJECT = "EngagementInteraction"
FIELD = {"object_name": OBJECT, "kind": "string", "label": "Policy", "api_name": "Policy__c", "length": 20}
FIELD |= {"precision": 18, "scale": 0, "position": "", "help_text": "", "default_text": "", "options": ""}
FIELD |= {"is_active": "on", "is_restricted": "on"}


@pytest.fixture
def browser(in_scope: Tenant) -> Client:
    return browser_of(make_user(Role.ADMIN))


def at(answer: Any, name: str) -> str:
    """What the form says at this field, linked to its input for who cannot see it; fails if it says nothing."""
    said = " ".join(answer.context["adminform"].form.errors.get(name, []))
    assert said, problems(answer)
    page = answer.content.decode()
    assert f'id="id_{name}_error"' in page
    assert f"id_{name}_error" in page.partition(f'name="{name}"')[2].partition(">")[0]
    return said


@pytest.mark.parametrize("kind", CustomFieldKind)
def test_a_field_of_every_kind_is_added_and_opened_again(browser: Client, kind: CustomFieldKind) -> None:
    sent = {**FIELD, "kind": kind.value, "precision": 12, "scale": 2, "options": "red\n\nblue\nred\n"}
    assert browser.post(url(CustomField, "add"), sent).status_code == 302
    made = CustomField.objects.get()
    assert (made.kind, made.api_name, made.is_active) == (kind, "Policy__c", True)
    values = PicklistValue.objects.filter(field_name="Policy__c").values_list("value", flat=True)
    assert list(values) == (["red", "blue"] if kind == CustomFieldKind.PICKLIST else [])
    page = browser.get(url(CustomField, "change", made)).content.decode()
    assert "In 0 records." in page
    assert "Policy__c" in page


def test_sizes_that_are_not_said_are_those_of_the_kind(browser: Client) -> None:
    browser.post(url(CustomField, "add"), FIELD | {"length": "", "precision": "", "scale": ""})
    browser.post(url(CustomField, "add"), FIELD | {"api_name": "Number__c", "kind": "double", "precision": ""})
    found = CustomField.objects.values_list("api_name", "length", "precision", "scale", "position")
    assert list(found) == [("Policy__c", 255, 18, 0, 0), ("Number__c", 0, 18, 0, 1)]


def test_the_list_and_the_form_say_how_many_fields_there_is_room_for(browser: Client) -> None:
    define_custom_field(OBJECT, "One__c", CustomFieldKind.TEXT)
    define_custom_field(OBJECT, "Two__c", CustomFieldKind.TEXT, is_active=False)
    listed = browser.get(url(CustomField, "changelist")).content.decode()
    assert "2 of 50" in listed
    assert "0 of 300" in listed
    assert "Engagement Interaction (2 of 50)" in browser.get(url(CustomField, "add")).content.decode()


@pytest.mark.parametrize(
    ("changed", "name", "said"),
    [
        ({"api_name": "Policy"}, "api_name", "ends in __c"),
        ({"api_name": "Two__Parts__c"}, "api_name", "single underscores"),
        ({"api_name": "B" * 41 + "__c"}, "api_name", "At most 40"),
        ({"length": 256}, "length", "From 1 to 255"),
        ({"kind": "double", "precision": 19}, "precision", "From 1 to 18"),
        ({"kind": "double", "scale": 19}, "scale", "decimal point"),
        ({"kind": "date", "default_text": "tomorrow"}, "default_text", "cannot be read as date"),
        ({"label": ""}, "label", "required"),
        ({"kind": "colour"}, "kind", "valid choice"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(browser: Client, changed: dict[str, Any], name: str, said: str) -> None:
    assert said in at(browser.post(url(CustomField, "add"), {**FIELD, **changed}), name)
    assert not CustomField.objects.exists()


def test_the_field_beyond_the_limit_is_refused_at_the_object(browser: Client) -> None:
    for number in range(49):
        define_custom_field(OBJECT, f"F{number}__c", CustomFieldKind.TEXT)
    assert browser.post(url(CustomField, "add"), FIELD).status_code == 302
    assert "50 custom fields" in at(
        browser.post(url(CustomField, "add"), FIELD | {"api_name": "Other__c"}), "object_name"
    )
    assert CustomField.objects.filter(object_name=OBJECT).count() == 50


def test_a_field_is_renamed_switched_off_and_not_deleted_while_it_has_values(browser: Client, in_scope: Tenant) -> None:
    field = define_custom_field(OBJECT, "Policy__c", CustomFieldKind.TEXT, length=20)
    recorded(Policy__c="KFZ-4471")
    before = Tenant.objects.get(pk=in_scope.pk).catalogue_version
    change = url(CustomField, "change", field)
    assert browser.post(change, FIELD | {"label": "Policy number", "api_name": "Number__c"}).status_code == 302
    assert Tenant.objects.get(pk=in_scope.pk).catalogue_version > before
    assert "In 1 record." in browser.get(change).content.decode()
    assert "no longer fit" in at(browser.post(change, FIELD | {"length": 3}), "length")
    assert "does not become" in at(browser.post(change, FIELD | {"kind": "date"}), "kind")

    answer = browser.post(f"/admin/objects/customfield/{field.pk}/delete/", {"post": "yes"}, follow=True)
    assert "switch the field off instead" in answer.content.decode()
    assert browser.post(change, FIELD | {"api_name": "Number__c", "is_active": ""}).status_code == 302
    assert CustomField.objects.values_list("label", "api_name", "is_active").get() == ("Policy", "Number__c", False)


def test_a_name_that_stands_is_said_at_the_name(browser: Client) -> None:
    define_custom_field(OBJECT, "POLICY__c", CustomFieldKind.TEXT)
    assert "already" in at(browser.post(url(CustomField, "add"), FIELD), "api_name")


def test_an_unused_field_is_deleted(browser: Client) -> None:
    field = define_custom_field(OBJECT, "Policy__c", CustomFieldKind.TEXT)
    assert browser.post(f"/admin/objects/customfield/{field.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not CustomField.objects.exists()


@pytest.mark.parametrize("kind", CustomFieldKind)
def test_the_preview_shows_the_field_in_every_dialect(browser: Client, kind: CustomFieldKind) -> None:
    asked = {**FIELD, "kind": kind.value, "label": "<Policy>", "options": "red"}
    page = browser.get(reverse("admin:objects_customfield_preview"), asked).content.decode()
    assert "&lt;Policy&gt;" in page
    assert "SELECT Id, Policy__c" in page
    assert ("Policy__Latitude__s" in page) == (kind == CustomFieldKind.GEOLOCATION)
    assert f"Policy__c: {kind}" in page


def test_a_preview_of_nothing_is_a_text(browser: Client) -> None:
    page = browser.get(reverse("admin:objects_customfield_preview"), {"kind": "colour"}).content.decode()
    assert "Name__c: string" in page


VALUE = {"value": "Escalated", "label": "Escalated", "position": 5, "channel": "", "is_active": "on"}
VALUE |= {"mapped_state": "InProgress", "is_default_for_state": "on", "place": f"{OBJECT}.Status"}


def picklist_value(name: str) -> PicklistValue:
    return PicklistValue.objects.get(object_name=OBJECT, value=name)


def test_a_picklist_gets_a_value_and_a_new_default(browser: Client) -> None:
    assert browser.post(url(PicklistValue, "add"), VALUE).status_code == 302
    assert PicklistValue.objects.get(mapped_state="InProgress", is_default_for_state=True).value == "Escalated"
    change = url(PicklistValue, "change", picklist_value("Escalated"))
    assert "default for InProgress" in at(browser.post(change, VALUE | {"is_active": ""}), "is_active")
    plain = VALUE | {"is_default_for_state": ""}
    assert "default for InProgress" in at(browser.post(change, plain), "is_default_for_state")
    assert "Engagement Interaction: Status" in browser.get(change).content.decode()

    other = url(PicklistValue, "change", picklist_value("In Progress"))
    assert browser.post(other, VALUE | {"value": "In Progress", "label": "Busy"}).status_code == 302
    assert browser.post(change, plain | {"is_active": ""}).status_code == 302
    assert not picklist_value("Escalated").is_active


def test_a_value_is_renamed_and_replaced_in_the_records_that_have_it(browser: Client) -> None:
    one = recorded(status="In Progress")
    change = url(PicklistValue, "change", picklist_value("In Progress"))
    assert "In 1 record." in browser.get(change).content.decode()
    assert browser.post(change, VALUE | {"value": "Being worked", "label": "Busy"}).status_code == 302
    one.refresh_from_db()
    assert (one.status, picklist_value("Being worked").label) == ("Being worked", "Busy")

    browser.post(url(PicklistValue, "add"), VALUE | {"is_default_for_state": ""})
    instead = picklist_value("Escalated")
    sent = VALUE | {"value": "Being worked", "label": "Busy", "replacement": instead.pk}
    assert browser.post(change, sent).status_code == 302
    one.refresh_from_db()
    assert one.status == "Escalated"
    done = browser.post(change, sent | {"replacement": picklist_value("Completed").pk})
    assert "stands for InProgress, Completed for Completed" in at(done, "replacement")


def test_what_operations_write_is_not_renamed(browser: Client) -> None:
    change = url(PicklistValue, "change", picklist_value("Inbound"))
    sent = {"value": "Incoming", "label": "Incoming", "position": 0, "is_active": "on"}
    assert browser.post(change, sent).status_code == 302
    assert picklist_value("Inbound").label == "Incoming"


def test_one_list_is_shown_and_put_in_order(browser: Client) -> None:
    listed = url(PicklistValue, "changelist")
    page = browser.get(listed, {"picklist": f"{OBJECT}.Sentiment"}).content.decode()
    assert "Neutral" in page
    for nonsense in ("", "a.b\x00", "Nothing.Status"):
        assert browser.get(listed, {"picklist": nonsense}, follow=True).status_code == 200
    assert page.count('name="form-0-position"') == 1
    assert 'name="form-3-position"' not in page
    rows = list(PicklistValue.objects.filter(object_name=OBJECT, field_name="Sentiment"))
    sent = {"form-TOTAL_FORMS": 3, "form-INITIAL_FORMS": 3, "_save": "Save"}
    for number, row in enumerate(rows):
        sent |= {f"form-{number}-id": row.pk, f"form-{number}-position": 2 - number}
    browser.post(f"{listed}?picklist={OBJECT}.Sentiment", sent)
    found = PicklistValue.objects.filter(object_name=OBJECT, field_name="Sentiment")
    assert list(found.values_list("value", flat=True)) == ["Positive", "Neutral", "Negative"]


def test_a_record_type_is_added_renamed_made_default_and_switched_off(browser: Client) -> None:
    sent = {"object_name": OBJECT, "name": "Complaint", "developer_name": "Complaint", "is_active": "on"}
    assert browser.post(url(RecordType, "add"), sent).status_code == 302
    made = RecordType.objects.get()
    change = url(RecordType, "change", made)
    changed = sent | {"name": "Grievance", "developer_name": "Grievance", "is_default": "on"}
    assert browser.post(change, changed).status_code == 302
    assert RecordType.objects.values_list("name", "developer_name", "is_default").get() == ("Grievance",) * 2 + (True,)
    assert "no default" in at(browser.post(change, changed | {"is_active": ""}), "is_default")
    assert "letter first" in at(browser.post(change, changed | {"developer_name": "1st"}), "developer_name")
    assert browser.post(change, changed | {"is_active": "", "is_default": ""}).status_code == 302
    define_record_type(OBJECT, "Other")
    assert "already" in at(browser.post(url(RecordType, "add"), sent | {"developer_name": "other"}), "developer_name")
