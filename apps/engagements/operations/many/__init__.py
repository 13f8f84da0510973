"""The record's operations on many at once: each is done as if it came alone, and none is hindered by another.

They return of each the row or the error that the single operation raises. The number of queries does not depend on the
number of records.
"""

from apps.engagements.operations.many.interactions import delete_many, record_many, revise_many
from apps.engagements.operations.many.outcomes import attempt
from apps.engagements.operations.many.parts import add_many, delete_parts, revise_parts

__all__ = [
    "add_many",
    "attempt",
    "delete_many",
    "delete_parts",
    "record_many",
    "revise_many",
    "revise_parts",
]
