"""The one function that writes the audit log, in the transaction of what it tells of."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction
from django.utils import translation

from apps.audit.models import Action, AuditEntry

_SECRET = ("password", "secret", "token", "private")
_UNTOLD = frozenset({"created_date", "last_modified_date", "created_by", "last_modified_by", "tenant", "last_login"})
_LONGEST = 500  # characters of a value
_PLAIN = (bool, int, float, str, list, dict, type(None))


def note(
    action: Action,
    *,
    by: Any,
    about: models.Model | None = None,
    kind: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """One entry in the scope of the tenant. `by`: the user, or nobody. Nothing of it says a secret."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit entry belongs to the transaction of what it tells of")
    AuditEntry.objects.create(
        action=action,
        actor_id=by.pk if by else None,
        actor_name=by.name[:301] if by else "",
        object_kind=about._meta.label_lower if about else kind,
        object_key=str(about.pk or "") if about else "",
        object_name=_named(about) if about else "",
        details=dict(details or {}),
    )


def _named(row: models.Model) -> str:
    """What is stored is said in one language, whoever acts."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(row)[:300]


def differences(before: models.Model | None, after: models.Model) -> dict[str, list[Any]]:
    """Columns with their values before and after: those that differ, of a new row those that say something."""
    told = {}
    for field in after._meta.concrete_fields:
        if field.name in _UNTOLD or field.primary_key or field.generated:
            continue
        old, new = (getattr(row, field.attname, None) if row else None for row in (before, after))
        if old != new and not (before is None and new in (None, "", [], {})):
            is_secret = any(word in field.name for word in _SECRET)
            told[field.name] = ["…", "…"] if is_secret else [_plain(old), _plain(new)]
    return told


def belonged(row: models.Model) -> dict[str, list[Any]]:
    """What a row that goes referred to: so that the log of a queue tells of the member who left it."""
    links = [field for field in row._meta.concrete_fields if field.is_relation and field.name not in _UNTOLD]
    told = {field.name: _plain(getattr(row, field.attname)) for field in links}
    return {name: [key, None] for name, key in told.items() if key is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time | UUID | Decimal):
        return str(value)
    if isinstance(value, str):
        return value[:_LONGEST]
    return value if isinstance(value, _PLAIN) else str(value)[:_LONGEST]
