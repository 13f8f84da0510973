"""Writing records: from a body, plain values by name, to the domain's operations and back to documented errors.

Each function raises `Rejected` alone, whatever is wrong; a resource prints it in its own shape.
"""

from apps.facades.salesforce_sobjects.writing.bodies import Sent, read_new
from apps.facades.salesforce_sobjects.writing.calls import Upserted, create, delete, find, undelete, update, upsert
from apps.facades.salesforce_sobjects.writing.keys import ids_with, key_column
from apps.facades.salesforce_sobjects.writing.many import create_many, delete_many, update_many
from apps.facades.salesforce_sobjects.writing.rejections import Mistake, Rejected, Several, rejection_of, tried
from apps.facades.salesforce_sobjects.writing.upserting import upsert_many

__all__ = [
    "Mistake",
    "Rejected",
    "Sent",
    "Several",
    "Upserted",
    "create",
    "create_many",
    "delete",
    "delete_many",
    "find",
    "ids_with",
    "key_column",
    "read_new",
    "rejection_of",
    "tried",
    "undelete",
    "update",
    "update_many",
    "upsert",
    "upsert_many",
]
