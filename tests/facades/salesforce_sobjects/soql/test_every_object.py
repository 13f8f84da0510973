"""What describe says of a field holds in a query, for every field and relationship of every object."""

import pytest

from apps.objects import registry
from apps.objects.columns import columns_of, parents_of
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.facades.salesforce_sobjects.soql.asking import CONTACT, ask, attendee, crm, make, topic

OBJECTS = [each for each in registry.every() if "query" in each.calls]


@pytest.fixture(autouse=True)
def rows(in_scope):
    """Something of most kinds."""
    for kind in CustomFieldKind:
        define_custom_field("EngagementInteraction", f"{kind.name.title()}__c", kind)
    crm("Contact", CONTACT, "Ada")
    one = attendee(make(initiating_attendee_id=CONTACT))
    topic(one.engagement, "t")
    make_live(make_queue(members=[ready(make_agent())]))


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_every_field(role: str) -> None:
    by = make_user(role)
    for sobject in OBJECTS:
        fields = [column.declared for column in columns_of(sobject).values()]
        found = ask(f"SELECT {', '.join(field.api_name for field in fields)} FROM {sobject.name}", by)
        assert all(list(row) == [field.api_name for field in fields] for row in found), sobject.name
        for field in fields:
            if field.filterable:
                ask(f"SELECT Id FROM {sobject.name} WHERE {field.api_name} = null OR {field.api_name} != null", by)
            if field.sortable:
                ask(f"SELECT Id FROM {sobject.name} ORDER BY {field.api_name} DESC NULLS LAST", by)
            if field.groupable:
                ask(f"SELECT {field.api_name}, COUNT(Id) FROM {sobject.name} GROUP BY {field.api_name}", by)


@pytest.mark.parametrize("role", ["admin", "agent"])
def test_every_relationship(role: str) -> None:
    by = make_user(role)
    for sobject in OBJECTS:
        for parent in parents_of(sobject).values():
            known = (
                columns_of(parent.targets[0]) if len(parent.column.declared.references) == 1 and parent.targets else {}
            )
            names = [column.name for column in known.values()] or ["Id", "Name", "Type"]
            paths = ", ".join(f"{parent.name}.{name}" for name in names)
            ask(f"SELECT {paths} FROM {sobject.name} WHERE {parent.name}.Type = 'x' OR {parent.name}.Id = null", by)
        for name in sobject.children:
            ask(f"SELECT (SELECT Id FROM {name} LIMIT 3) FROM {sobject.name}", by)


def test_what_name_is_described_with_is_what_several_parents_have_in_common() -> None:
    names = [column.name for column in columns_of(registry.named("Name")).values()]
    (row,) = ask(
        f"SELECT {', '.join(f'InitiatingAttendee.{name}' for name in names)} FROM EngagementInteraction LIMIT 1"
    )
    assert row["InitiatingAttendee"]["Name"] == "Ada"
    ask(f"SELECT {', '.join(f'Owner.{name}' for name in names)} FROM VoiceCall")
