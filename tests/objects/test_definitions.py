"""Custom fields, picklist values and the cache of both."""

from typing import Any

import pytest

from apps.common.errors import Invalid, Problem
from apps.objects import catalogue, custom_fields, standard
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue
from apps.objects.operations import define_custom_field, define_picklist_value, define_record_type
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_tenant

pytestmark = pytest.mark.usefixtures("in_scope")
OBJECT = "EngagementInteraction"


@pytest.fixture
def fields(in_scope: Tenant) -> None:
    define_custom_field(OBJECT, "Place__c", CustomFieldKind.GEOLOCATION)
    define_custom_field(OBJECT, "Callback__c", CustomFieldKind.DATE)
    define_custom_field(OBJECT, "Score__c", CustomFieldKind.PERCENT, scale=1)
    define_custom_field(OBJECT, "Colour__c", CustomFieldKind.PICKLIST)
    define_picklist_value(OBJECT, "Colour__c", "red")


@pytest.mark.usefixtures("fields")
def test_keys_match_in_any_case_and_come_out_as_defined() -> None:
    stored, problems = custom_fields.clean(
        OBJECT,
        [
            ("COLOUR__C", "red"),
            ("callback__c", "06/17/2022"),
            ("place__c", {"latitude": 12, "longitude": -17.25}),
            ("score__c", None),
        ],
    )
    assert not problems
    shown = [(field.api_name, value) for field, value in custom_fields.shown(OBJECT, stored)]
    assert shown == [
        ("Place__c", {"latitude": 12, "longitude": -17.25}),
        ("Callback__c", "2022-06-17"),
        ("Colour__c", "red"),
    ]


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize(
    ("pair", "problem", "path"),
    [
        (("Nothing__c", 1), Problem.UNKNOWN_FIELD, "key"),
        ((None, 1), Problem.UNKNOWN_FIELD, "key"),
        ((["Place__c"], 1), Problem.UNKNOWN_FIELD, "key"),
        (("Place__c", {"latitude": 90.5, "longitude": 0}), Problem.OUT_OF_RANGE, "value"),
        (("Place__c", {"latitude": 0, "longitude": -181}), Problem.OUT_OF_RANGE, "value"),
        (("Place__c", {"latitude": 0}), Problem.MALFORMED, "value"),
        (("Place__c", {"latitude": None, "longitude": 1}), Problem.MALFORMED, "value"),
        (("Place__c", "12,17"), Problem.MALFORMED, "value"),
        (("Score__c", "17"), Problem.MALFORMED, "value"),
        (("Score__c", 10**30), Problem.OUT_OF_RANGE, "value"),
        (("Callback__c", "17/06/2022"), Problem.MALFORMED, "value"),
        (("Colour__c", "blue"), Problem.NOT_IN_PICKLIST, "value"),
    ],
)
def test_bad_items(pair: tuple[Any, Any], problem: Problem, path: str) -> None:
    _, problems = custom_fields.clean(OBJECT, [pair])
    assert [(each.problem, each.fields) for each in problems] == [(problem, [f"custom_fields[0].{path}"])]


@pytest.mark.usefixtures("fields")
def test_a_key_comes_once() -> None:
    _, problems = custom_fields.clean(OBJECT, [("Colour__c", "red"), ("colour__C", "red")])
    assert [each.fields for each in problems] == [["custom_fields[1].key"]]


def test_a_required_field_must_be_given() -> None:
    define_custom_field(OBJECT, "Branch__c", CustomFieldKind.TEXT, is_required=True)
    assert custom_fields.clean(OBJECT, [])[1][0].problem is Problem.REQUIRED
    assert not custom_fields.clean(OBJECT, [], complete=False)[1]


def test_names_end_in_c_and_fifty_are_enough() -> None:
    with pytest.raises(Invalid):
        define_custom_field(OBJECT, "Branch", CustomFieldKind.TEXT)
    for number in range(50):
        define_custom_field(OBJECT, f"Field{number}__c", CustomFieldKind.TEXT)
    define_custom_field(OBJECT, "FIELD7__c", CustomFieldKind.NUMBER)
    assert CustomField.objects.count() == 50
    with pytest.raises(Invalid):
        define_custom_field(OBJECT, "OneMore__c", CustomFieldKind.TEXT)


def test_the_catalogue_is_read_once_for_each_version(django_assert_num_queries: Any) -> None:
    catalogue.current()
    with django_assert_num_queries(0):
        assert "Voice Call" in catalogue.current().picklist(OBJECT, "CommunicationChannel")
    define_picklist_value(OBJECT, "CommunicationChannel", "Email", channel="email")
    define_record_type(OBJECT, "Complaint")
    assert catalogue.current().picklist(OBJECT, "CommunicationChannel")["Email"].channel == "email"
    assert [row.name for row in catalogue.current().record_types[OBJECT].values()] == ["Complaint"]


def test_a_switched_off_value_stays_known_but_is_not_offered() -> None:
    define_picklist_value(OBJECT, "Sentiment", "Neutral", is_active=False)
    assert "Neutral" in catalogue.current().picklist(OBJECT, "Sentiment")
    assert [row.value for row in catalogue.current().active(OBJECT, "Sentiment")] == ["Negative", "Positive"]


def test_one_status_is_the_default_of_a_state() -> None:
    values = {"mapped_state": "InProgress", "is_default_for_state": True}
    define_picklist_value(OBJECT, "Status", "Being worked", **values)
    rows = PicklistValue.objects.filter(mapped_state="InProgress", is_default_for_state=True)
    assert [row.value for row in rows] == ["Being worked"]
    assert define_picklist_value(OBJECT, "Status", "Parked").mapped_state == "New"


def test_installing_twice_changes_nothing_that_an_administrator_changed(in_scope: Tenant) -> None:
    define_picklist_value(OBJECT, "Status", "New", label="Fresh")
    before = PicklistValue.objects.count()
    standard.install(in_scope)
    assert PicklistValue.objects.count() == before
    assert PicklistValue.objects.get(object_name=OBJECT, field_name="Status", value="New").label == "Fresh"


def test_tenants_have_catalogues_of_their_own() -> None:
    define_custom_field(OBJECT, "Ours__c", CustomFieldKind.TEXT)
    with scope(make_tenant("Elsewhere")):
        assert not catalogue.current().fields_of(OBJECT)
    assert list(catalogue.current().fields_of(OBJECT)) == ["ours__c"]
