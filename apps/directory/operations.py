"""Keeping the directory."""

from django.db import transaction

from apps.accounts.models import User
from apps.accounts.operations import drop, keep
from apps.common.public_ids import in_full, is_salesforce_id
from apps.directory.models import CrmRecord
from apps.directory.phone import phone_key
from apps.tenants import scope


@transaction.atomic
def configure(record: CrmRecord, *, by: User) -> None:
    """Write the record, its id in full (P-10), and the key that its number is found by. Raises as `keep`."""
    if is_salesforce_id(record.record_id):
        record.record_id = in_full(record.record_id)
    record.phone_key = phone_key(record.phone, scope.tenant().phone_region)
    keep(record, by=by)


@transaction.atomic
def remove(record: CrmRecord, *, by: User) -> None:
    """Forget a record of the CRM. References to its id stay as they are, without a name."""
    drop(record, by=by)
