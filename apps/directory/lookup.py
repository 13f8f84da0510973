"""Finding records of the directory by what somebody types."""

from collections.abc import Collection, Iterator

from django.db.models import Q

from apps.directory.models import CrmRecord
from apps.directory.phone import phone_key
from apps.tenants import scope

MOST = 10
SHORTEST = 2  # letters; fewer would find everybody


def found_by(typed: str, objects: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Id, name and object of records whose name, id or phone number is like that; a few, by name."""
    typed = typed.replace("\x00", "").strip()
    if len(typed) < SHORTEST:
        return
    like = Q(name__icontains=typed) | Q(record_id__startswith=typed)
    if key := phone_key(typed, scope.tenant().phone_region):
        like |= Q(phone_key=key)
    for record in CrmRecord.objects.filter(like, object_name__in=objects)[:MOST]:
        yield record.record_id, record.name, record.object_name
