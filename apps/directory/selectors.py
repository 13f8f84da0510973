"""Finding the person behind a number."""

from apps.directory.models import CrmRecord
from apps.tenants.selecting import Select

_OF_NUMBER: Select[CrmRecord] = Select(
    lambda key: CrmRecord.objects.filter(phone_key=key, object_name__in=("Contact", "Account", "Lead"))[:20],
    texts=["key"],
)


def only_person_of(phone_key: str | None) -> CrmRecord | None:
    """The only contact with this number, else the only account or lead; several or none: nobody (V-68)."""
    if not phone_key:
        return None
    found = _OF_NUMBER(key=phone_key)
    contacts = [record for record in found if record.object_name == "Contact"]
    candidates = contacts or found
    return candidates[0] if len(candidates) == 1 else None
