"""Defining, renaming, changing, switching off and deleting custom fields while records hold values."""

from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.common.errors import Forbidden, Invalid, NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewInteraction, record
from apps.objects import catalogue, custom_fields
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue
from apps.objects.operations import (
    define_custom_field,
    define_picklist_value,
    delete_custom_field,
    holders,
    rename_custom_field,
)
from apps.objects.operations.custom_fields import records
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user

pytestmark = pytest.mark.usefixtures("in_scope")
OBJECT = "EngagementInteraction"
Kind = CustomFieldKind


def recorded(**own: Any) -> EngagementInteraction:
    values = {"start_date_time": "2026-03-04T10:00:00Z", "communication_channel": "Voice Call"}
    return record(NewInteraction(values, list(own.items())), by=make_user(Role.INTEGRATION))


def shown(interaction: EngagementInteraction) -> dict[str, Any]:
    interaction.refresh_from_db()
    return {field.api_name: value for field, value in custom_fields.shown(OBJECT, interaction.custom_fields)}


def refused(**wanted: Any) -> str:
    with pytest.raises(Invalid) as caught:
        define_custom_field(**{"object_name": OBJECT, "api_name": "Some__c", "kind": Kind.TEXT, **wanted})
    return next(iter(caught.value.problems[0].fields))


@pytest.mark.parametrize(
    "name",
    ["Branch", "__c", "1st__c", "_a__c", "a b__c", "Straße__c", "Two__Parts__c", "Dash_" + "__c", "B" * 41 + "__c"],
)
def test_names_that_cannot_be(name: str) -> None:
    assert refused(api_name=name) == "api_name"


@pytest.mark.parametrize("name", ["B__c", "B" * 40 + "__c", "Two_Parts__c", "x1__c"])
def test_names_that_can(name: str) -> None:
    assert define_custom_field(OBJECT, name, Kind.TEXT).api_name == name


@pytest.mark.parametrize(
    ("kind", "settings", "at"),
    [
        ("colour", {}, "kind"),
        (Kind.TEXT, {"length": 0}, "length"),
        (Kind.TEXT, {"length": 256}, "length"),
        (Kind.TEXT_AREA, {"length": 131_073}, "length"),
        (Kind.NUMBER, {"precision": 19}, "precision"),
        (Kind.NUMBER, {"precision": 0}, "precision"),
        (Kind.CURRENCY, {"precision": 2, "scale": 3}, "scale"),
        (Kind.TEXT, {"label": ""}, "label"),
        (Kind.TEXT, {"label": "x" * 81}, "label"),
        (Kind.DATE, {"default_value": "tomorrow"}, "default_value"),
        (Kind.TEXT, {"length": 3, "default_value": "four"}, "default_value"),
    ],
)
def test_settings_that_cannot_be(kind: str, settings: dict[str, Any], at: str) -> None:
    assert refused(kind=kind, **settings) == at
    assert not CustomField.objects.exists()


@pytest.mark.parametrize(
    ("kind", "length"),
    [(Kind.TEXT, 255), (Kind.TEXT_AREA, 131_072), (Kind.PHONE, 40), (Kind.EMAIL, 80), (Kind.URL, 255), (Kind.DATE, 0)],
)
def test_a_kind_has_its_length(kind: Kind, length: int) -> None:
    assert define_custom_field(OBJECT, "Some__c", kind).length == length


def test_objects_without_custom_fields_get_none() -> None:
    assert refused(object_name="Conversation") == "object_name"
    assert refused(object_name="User") == "object_name"


def test_switched_off_fields_count_and_a_call_has_room_for_three_hundred() -> None:
    for object_name, most in (("EngagementTopic", 50), ("VoiceCall", 300)):
        rows = [
            CustomField(object_name=object_name, api_name=f"F{n}__c", key=f"F{n}__c", label="F", kind=Kind.TEXT)
            for n in range(most - 1)
        ]
        CustomField.objects.bulk_create(rows)
        define_custom_field(object_name, "Last__c", Kind.TEXT, is_active=False)
        assert refused(object_name=object_name, api_name="TooMany__c") == "object_name"
        assert CustomField.objects.filter(object_name=object_name).count() == most


def test_a_new_name_keeps_the_values_and_frees_the_old_one() -> None:
    field = define_custom_field(OBJECT, "Colour__c", Kind.PICKLIST)
    define_picklist_value(OBJECT, "Colour__c", "red")
    one = recorded(Colour__c="red")
    rename_custom_field(field, "Paint__c")
    assert shown(one) == {"Paint__c": "red"}
    assert [row.value for row in catalogue.current().active(OBJECT, "Paint__c")] == ["red"]

    define_custom_field(OBJECT, "Colour__c", Kind.NUMBER)
    two = recorded(Colour__c=7, paint__c="red")
    assert shown(two) == {"Paint__c": "red", "Colour__c": 7}
    assert shown(one) == {"Paint__c": "red"}


def test_a_writer_who_still_has_the_old_definitions_loses_nothing(in_scope: Tenant) -> None:
    field = define_custom_field(OBJECT, "Old__c", Kind.TEXT)
    catalogue.current()
    slow = Tenant.objects.get(pk=in_scope.pk)
    rename_custom_field(field, "New__c")
    with scope(slow):
        one = recorded(Old__c="Galway")
    assert shown(one) == {"New__c": "Galway"}


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 records"),
        (1, "1 record"),
        (1000, "1,000 records"),
        (1001, "more than 1,000 records"),
    ],
)
def test_counts_stop_where_nobody_cares(count: int, said: str) -> None:
    assert records(count) == said


def test_a_name_that_is_taken_or_cannot_be_is_no_new_name() -> None:
    field = define_custom_field(OBJECT, "One__c", Kind.TEXT)
    define_custom_field(OBJECT, "Two__c", Kind.TEXT)
    for name in ("two__C", "Two", "TWO__c"):
        with pytest.raises(Invalid):
            rename_custom_field(field, name)
    assert rename_custom_field(field, "ONE__c").api_name == "ONE__c"


def test_a_field_that_is_switched_off_keeps_its_values_and_brings_them_back() -> None:
    define_custom_field(OBJECT, "Branch__c", Kind.TEXT, is_required=True)
    one = recorded(Branch__c="Galway")
    define_custom_field(OBJECT, "Branch__c", Kind.TEXT, is_active=False)
    assert shown(one) == {}
    recorded()  # what is hidden is not required
    with pytest.raises(Invalid):
        recorded(Branch__c="Cork")
    define_custom_field(OBJECT, "Branch__c", Kind.TEXT, is_active=True)
    assert shown(one) == {"Branch__c": "Galway"}


def test_a_field_goes_only_when_no_record_has_a_value() -> None:
    field = define_custom_field(OBJECT, "Colour__c", Kind.PICKLIST)
    define_picklist_value(OBJECT, "Colour__c", "red")
    one = recorded(Colour__c="red")
    assert holders(field) == 1
    with pytest.raises(NotAllowed, match="has values in 1 record"):
        delete_custom_field(field)
    EngagementInteraction.objects.filter(pk=one.pk).update(custom_fields={field.key: None})
    delete_custom_field(field)
    assert not CustomField.objects.exists()
    assert not PicklistValue.objects.filter(field_name="Colour__c").exists()


@pytest.mark.parametrize(
    ("was", "value", "becomes", "settings", "possible"),
    [
        (Kind.TEXT, "Galway", Kind.TEXT_AREA, {}, True),
        (Kind.EMAIL, "a@b.example", Kind.TEXT, {}, True),
        (Kind.TEXT, "Galway", Kind.TEXT, {"length": 6}, True),
        (Kind.TEXT, "Galway", Kind.TEXT, {"length": 5}, False),
        (Kind.TEXT_AREA, "x" * 300, Kind.TEXT, {}, False),
        (Kind.TEXT, "7", Kind.NUMBER, {}, False),
        (Kind.TEXT, "a@b.example", Kind.EMAIL, {}, False),
        (Kind.NUMBER, 7, Kind.PERCENT, {}, True),
        (Kind.NUMBER, 123, Kind.CURRENCY, {"precision": 4, "scale": 2}, False),
        (Kind.CHECKBOX, True, Kind.TEXT, {}, False),
    ],
)
def test_values_that_are_there_decide_what_a_field_may_become(
    was: Kind, value: Any, becomes: Kind, settings: dict[str, Any], possible: bool
) -> None:
    define_custom_field(OBJECT, "Some__c", was)
    one = recorded(Some__c=value)
    try:
        define_custom_field(OBJECT, "Some__c", becomes, **settings)
    except Invalid:
        assert not possible
    else:
        assert possible
    assert shown(one) == {"Some__c": value}


def test_without_values_a_field_may_become_anything() -> None:
    define_custom_field(OBJECT, "Some__c", Kind.TEXT)
    assert define_custom_field(OBJECT, "some__c", Kind.GEOLOCATION).kind == Kind.GEOLOCATION


def test_a_default_is_for_new_records_that_say_nothing() -> None:
    define_custom_field(OBJECT, "Score__c", Kind.NUMBER, default_value="7", scale=1)
    define_custom_field(OBJECT, "Wanted__c", Kind.CHECKBOX, default_value=True, is_required=True)
    define_custom_field(OBJECT, "Colour__c", Kind.PICKLIST)
    define_picklist_value(OBJECT, "Colour__c", "red", is_default=True)
    assert shown(recorded()) == {"Score__c": 7, "Wanted__c": True, "Colour__c": "red"}
    assert shown(recorded(Score__c=None, Colour__c=None, Wanted__c=False)) == {"Wanted__c": False}


def test_only_administrators_define() -> None:
    for role in (Role.SUPERVISOR, Role.AGENT, Role.INTEGRATION):
        with pytest.raises(Forbidden):
            define_custom_field(OBJECT, "Some__c", Kind.TEXT, by=make_user(role))
    define_custom_field(OBJECT, "Some__c", Kind.TEXT, by=make_user(Role.ADMIN))
