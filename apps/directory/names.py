"""Names for the CRM's ids."""

from collections.abc import Iterable

from apps.common.public_ids import in_full
from apps.common.words import later as _
from apps.directory.models import CrmRecord

NOBODY = in_full("0" * 15)  # stands where somebody must be named whose data was erased; it has the shape of an id
_ERASED = _("Erased person")


def names_of(record_ids: Iterable[str | None]) -> dict[str, str]:
    """The names of those records that the directory knows, in one query."""
    wanted = {record_id for record_id in record_ids if record_id}
    names = dict(CrmRecord.objects.filter(record_id__in=wanted).values_list("record_id", "name"))
    return {**names, NOBODY: _ERASED} if NOBODY in wanted else names
