"""Names for the CRM's ids."""

from collections.abc import Iterable

from apps.directory.models import CrmRecord


def names_of(record_ids: Iterable[str | None]) -> dict[str, str]:
    """The names of those records that the directory knows, in one query."""
    wanted = {record_id for record_id in record_ids if record_id}
    return dict(CrmRecord.objects.filter(record_id__in=wanted).values_list("record_id", "name"))
