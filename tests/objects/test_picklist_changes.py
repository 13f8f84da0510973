"""Changing picklists and record types while records have their values."""

from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.common.errors import Forbidden, Invalid
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewInteraction, record
from apps.objects import catalogue
from apps.objects.models import CustomFieldKind, PicklistValue, RecordType
from apps.objects.operations import (
    define_custom_field,
    define_picklist_value,
    define_record_type,
    rename_picklist_value,
    rename_record_type,
    replace_picklist_value,
)
from tests.builders import make_user

pytestmark = pytest.mark.usefixtures("in_scope")
OBJECT = "EngagementInteraction"


def recorded(**values: Any) -> EngagementInteraction:
    own = [(name, values.pop(name)) for name in list(values) if name.endswith("__c")]
    values = {"start_date_time": "2026-03-04T10:00:00Z", "communication_channel": "Voice Call", **values}
    return record(NewInteraction(values, own), by=make_user(Role.INTEGRATION))


def value(field: str, name: str) -> PicklistValue:
    return PicklistValue.objects.get(object_name=OBJECT, field_name=field, value=name)


def test_a_new_value_comes_into_all_records_and_moves_their_stamp() -> None:
    one, two = recorded(status="In Progress"), recorded(status="New")
    rename_picklist_value(value("Status", "In Progress"), "Being worked")
    stamps = one.system_modstamp, two.system_modstamp
    for each in (one, two):
        each.refresh_from_db()
    assert (one.status, one.mapped_state, two.status) == ("Being worked", "InProgress", "New")
    assert (one.system_modstamp > stamps[0], two.system_modstamp == stamps[1]) == (True, True)
    assert "In Progress" not in catalogue.current().picklist(OBJECT, "Status")


def test_one_value_takes_the_place_of_another_of_its_state() -> None:
    define_picklist_value(OBJECT, "Status", "Escalated", mapped_state="InProgress")
    one = recorded(status="Escalated")
    assert replace_picklist_value(value("Status", "Escalated"), value("Status", "In Progress")) == 1
    one.refresh_from_db()
    assert one.status == "In Progress"
    with pytest.raises(Invalid, match="stands for"):
        replace_picklist_value(value("Status", "Escalated"), value("Status", "Completed"))


def test_values_of_custom_picklists_are_renamed_and_replaced_too() -> None:
    define_custom_field(OBJECT, "Colour__c", CustomFieldKind.PICKLIST)
    for name in ("red", "blue"):
        define_picklist_value(OBJECT, "Colour__c", name)
    one, two = recorded(Colour__c="red"), recorded(Colour__c="blue")
    rename_picklist_value(value("Colour__c", "red"), "crimson")
    assert replace_picklist_value(value("Colour__c", "blue"), value("Colour__c", "crimson")) == 1
    for each in (one, two):
        each.refresh_from_db()
        assert each.custom_fields == {"Colour__c": "crimson"}


def test_what_is_there_already_or_ours_to_write_is_not_renamed() -> None:
    for row, name in (
        (value("Status", "New"), "Completed"),
        (value("Type", "Inbound"), "Incoming"),
        (value("Sentiment", "Neutral"), ""),
        (value("Status", "New"), "x" * 101),
    ):
        with pytest.raises(Invalid):
            rename_picklist_value(row, name)
    with pytest.raises(Invalid):
        replace_picklist_value(value("Status", "New"), value("Sentiment", "Neutral"))


@pytest.mark.parametrize(
    "changed", [{"is_active": False}, {"mapped_state": "Completed"}, {"is_default_for_state": False}]
)
def test_every_state_keeps_a_status_to_move_to(changed: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        define_picklist_value(OBJECT, "Status", "In Progress", **changed)
    assert refused.value.problems[0].fields == list(changed)
    assert value("Status", "In Progress").is_default_for_state
    define_picklist_value(OBJECT, "Status", "Working", mapped_state="InProgress", is_default_for_state=True)
    define_picklist_value(OBJECT, "Status", "In Progress", is_active=False)


def test_a_contact_can_always_come_by_some_channel() -> None:
    *others, last = PicklistValue.objects.filter(object_name=OBJECT, field_name="CommunicationChannel")
    for row in others:
        define_picklist_value(OBJECT, "CommunicationChannel", row.value, is_active=False)
    with pytest.raises(Invalid):
        define_picklist_value(OBJECT, "CommunicationChannel", last.value, is_active=False)
    for name in ("Negative", "Neutral", "Positive"):
        define_picklist_value(OBJECT, "Sentiment", name, is_active=False)


def test_a_list_has_one_default() -> None:
    define_picklist_value(OBJECT, "Sentiment", "Neutral", is_default=True)
    define_picklist_value(OBJECT, "Sentiment", "Positive", is_default=True)
    assert catalogue.current().default(OBJECT, "Sentiment") == "Positive"
    with pytest.raises(Invalid):
        define_picklist_value(OBJECT, "Sentiment", "Positive", is_active=False)


@pytest.mark.parametrize(
    ("object_name", "field_name"),
    [(OBJECT, "Reason"), (OBJECT, "MappedState"), (OBJECT, "Colour__c"), ("Nothing", "Status")],
)
def test_what_is_no_picklist_gets_no_values(object_name: str, field_name: str) -> None:
    with pytest.raises(Invalid):
        define_picklist_value(object_name, field_name, "some")


def test_defaults_are_for_new_records_that_say_nothing() -> None:
    assert recorded().status is None
    define_picklist_value(OBJECT, "Status", "In Progress", is_default=True)
    define_picklist_value(OBJECT, "Sentiment", "Neutral", is_default=True)
    kind = define_record_type(OBJECT, "Complaint", is_default=True)
    one = recorded(sentiment=None)
    assert (one.status, one.mapped_state, one.sentiment, one.record_type) == ("In Progress", "InProgress", None, kind)
    assert recorded(status="New", record_type=None).record_type is None


def test_record_types_take_the_default_from_one_another() -> None:
    define_record_type(OBJECT, "Complaint", is_default=True)
    row = define_record_type(OBJECT, "Praise", is_default=True, name="Praise and thanks")
    assert list(RecordType.objects.filter(is_default=True)) == [row]
    assert rename_record_type(row, "Thanks").name == "Praise and thanks"
    for bad in ({"is_active": False}, {"name": ""}):
        with pytest.raises(Invalid):
            define_record_type(OBJECT, "Thanks", **bad)
    for object_name, name in (("EngagementTopic", "Complaint"), (OBJECT, "1st"), (OBJECT, "a__b"), (OBJECT, "a b")):
        with pytest.raises(Invalid):
            define_record_type(object_name, name)


def test_only_administrators_change_lists() -> None:
    supervisor = make_user(Role.SUPERVISOR)
    row = value("Status", "New")
    for change in (
        lambda: define_picklist_value(OBJECT, "Status", "New", by=supervisor),
        lambda: rename_picklist_value(row, "Fresh", by=supervisor),
        lambda: replace_picklist_value(row, row, by=supervisor),
        lambda: define_record_type(OBJECT, "Complaint", by=supervisor),
    ):
        with pytest.raises(Forbidden):
            change()
