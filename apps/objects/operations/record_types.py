"""Record types."""

import re
from typing import Any

from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import drop_unused, save_noted
from apps.common.errors import FieldProblem, Invalid, NotFound, Problem
from apps.objects import registry
from apps.objects.models import RecordType
from apps.objects.operations.version import changing

_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*", re.ASCII)


def define_record_type(object_name: str, developer_name: str, *, by: User | None = None, **values: Any) -> RecordType:
    """Add a record type, or change the one of this name; the default of an object takes that from the one before.

    Raises Invalid for an object whose records carry none, and for a default that is switched off.
    """
    with changing(RecordType, "change", by):
        same = RecordType.objects.filter(object_name=object_name)
        row = same.filter(developer_name__iexact=developer_name).first() or _new(object_name, developer_name)
        for name, value in values.items():
            setattr(row, name, value)
        if row.is_default and not row.is_active:
            raise _refused("is_default", gettext("A record type that is switched off is no default."))
        if row.is_default:
            same.exclude(pk=row.pk).filter(is_default=True).update(is_default=False)
        save_noted(row, by=by)
    return row


def rename_record_type(row: RecordType, developer_name: str, *, by: User | None = None) -> RecordType:
    """Give it another developer name; records point to it as before. Raises Invalid for a name that cannot be."""
    with changing(RecordType, "change", by):
        found = RecordType.objects.filter(pk=row.pk).first()
        if found is None:
            raise NotFound(gettext("no such record type"))
        found.developer_name = _checked(developer_name)
        save_noted(found, by=by)
    return found


def delete_record_type(row: RecordType, *, by: User) -> None:
    """Remove a record type that no record has, a deleted one neither. Raises NotAllowed otherwise."""
    with changing(RecordType, "delete", by):
        drop_unused(row, by=by)


def carriers() -> list[registry.SObject]:
    """The objects whose records have a record type."""
    return [declared for declared in registry.every() if declared.calls and "recordtypeid" in declared.fields]


def _new(object_name: str, developer_name: str) -> RecordType:
    if object_name not in {declared.name for declared in carriers()}:
        raise _refused(
            "object_name", gettext("Records of {object_name} have no record type.").format(object_name=object_name)
        )
    return RecordType(object_name=object_name, developer_name=_checked(developer_name), name=developer_name)


def _checked(developer_name: str) -> str:
    if not _NAME.fullmatch(developer_name):
        raise _refused("developer_name", gettext("A letter first, then letters, digits and single underscores."))
    return developer_name


def _refused(name: str, message: str) -> Invalid:
    return Invalid(FieldProblem(Problem.CONTRADICTION, [name], message))
