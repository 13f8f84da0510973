"""Finding the person behind a number."""

from apps.directory.models import CrmRecord


def only_person_of(phone_key: str | None) -> CrmRecord | None:
    """The only contact with this number, else the only account or lead; several or none: nobody (V-68)."""
    if not phone_key:
        return None
    found = list(CrmRecord.objects.filter(phone_key=phone_key, object_name__in=("Contact", "Account", "Lead"))[:20])
    contacts = [record for record in found if record.object_name == "Contact"]
    candidates = contacts or found
    return candidates[0] if len(candidates) == 1 else None
