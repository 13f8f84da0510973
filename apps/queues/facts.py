"""What rules may ask about a contact."""

from collections.abc import Mapping
from typing import Any

from apps.engagements.models import EngagementInteraction
from apps.objects.columns import columns_of

Facts = Mapping[str, Any]  # lower-case name -> value; `userdata` holds a mapping
_USER_DATA = "userdata"


def facts_of(interaction: EngagementInteraction | None, *records: Any, inputs: Facts | None = None) -> Facts:
    """Documented and custom fields by API name, what the journal knows, and what was sent along; the last one wins.

    `records` are other documented ones that belong to the contact, such as its call. Costs no query.
    """
    found: dict[str, Any] = {}
    for record in (interaction, *records):
        found.update(_fields(record) if record is not None else {})
    if interaction is not None:
        found |= {
            "channel": interaction.channel,
            "direction": interaction.direction,
            "customer": interaction.customer,
            "contactpoint": interaction.contact_point,
            "subject": interaction.subject,
            _USER_DATA: interaction.user_data,
        }
    return found | {name.lower(): value for name, value in (inputs or {}).items()}


def _fields(record: Any) -> dict[str, Any]:
    row = vars(record)  # what the database makes is not there after an insert, and would be one more question
    columns = columns_of(type(record).sobject).items()
    return {name: column.value(row) for name, column in columns if row.keys() >= set(column.reads)}


def fact_named(name: str, facts: Facts) -> Any:
    """A fact by its name in any case; below UserData by the keys that lead to it. None if there is none."""
    first, _, path = name.strip().partition(".")
    if first.lower() != _USER_DATA or not path:
        return facts.get(name.strip().lower())
    value: Any = facts.get(_USER_DATA)
    for key in path.split("."):
        known = {str(each).lower(): each for each in value} if isinstance(value, Mapping) else {}
        value = value[known[key.lower()]] if key.lower() in known else None
    return value
