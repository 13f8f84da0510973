"""References: a link to a row held here, or the text as it was sent (C-41, M-08)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import Problem
from apps.common.public_ids import in_full, is_salesforce_id, key_of
from apps.directory.models import CrmRecord
from apps.objects import catalogue, registry, values
from apps.objects.documented import Documented
from apps.objects.registry import SObject
from apps.objects.values import Refused, Rule
from apps.tenants import scope
from apps.tenants.models import ReferenceChecking

LONGEST = 64
# Real links in both modes: the owner, the record type and the parent of an attendee or topic.
_ALWAYS_LINKS = frozenset({"OwnerId", "RecordTypeId", "EngagementId"})
_ACTIVE_USER = "active User"  # who may own; others may still have taken part


@dataclass(frozen=True)
class Link:
    """What a reference came to: the key of a row of ours, or a text. Never both. `target` is that row's object."""

    key: int | None = None
    text: str | None = None
    target: str = ""

    @classmethod
    def to(cls, row: "models.Model") -> "Link":
        """The link to a row at hand."""
        return cls(key=row.pk, target=registry.of(row).name)

    @property
    def is_empty(self) -> bool:
        return self.key is None and self.text is None


class References:
    """The references of one request, looked up with one query for each kind of record.

    `collect` all of them, `look_up`, then `resolve` each. Rows at hand can be given, so that they are not read again;
    `seen` are the rows of an object that may be linked to, by default all.
    """

    def __init__(self, *known: User, seen: "Callable[[SObject], models.QuerySet[Any]]" = SObject.rows) -> None:
        self._seen = seen
        self._strict = scope.tenant().reference_checking == ReferenceChecking.STRICT
        keys = {user.pk for user in known if user.is_active}
        self._found: dict[str, set[int]] = {"User": set(keys), _ACTIVE_USER: set(keys)}
        self._asked: dict[str, set[int]] = {}
        self._crm: dict[str, str] = {}  # first 15 characters of the id -> object
        self._crm_asked: set[str] = set()

    def collect(self, declared: Documented, value: Any) -> None:
        text = value.strip() if isinstance(value, str) else ""
        if not is_salesforce_id(text):
            return
        target, key = _own(declared, text)
        if key is not None and key not in self._found.get(target, ()):
            self._asked.setdefault(target, set()).add(key)
        elif self._strict and not target:
            self._crm_asked.add(text[:15])

    def look_up(self) -> None:
        for target, keys in self._asked.items():
            self._found.setdefault(target, set()).update(self._existing(target, keys))
        if self._crm_asked:
            ids = [in_full(fifteen) for fifteen in self._crm_asked] + list(self._crm_asked)
            for record_id, name in CrmRecord.objects.filter(record_id__in=ids).values_list("record_id", "object_name"):
                self._crm[record_id[:15]] = name

    def _existing(self, target: str, keys: Iterable[int]) -> Iterable[int]:
        if target in ("User", _ACTIVE_USER):
            rows: Any = User.objects.filter(tenant_id=scope.tenant_id(), is_active__in=[True, target == _ACTIVE_USER])
        elif target == "RecordType":
            types = catalogue.current().record_types.values()
            return [key for rows in types for key in rows if key in keys]
        else:
            rows = self._seen(registry.named(target))
        return list(rows.filter(pk__in=keys).values_list("pk", flat=True))

    def resolve(self, declared: Documented, value: Any) -> Link:
        """Raises Refused where the tenant's `reference_checking` demands a record and there is none."""
        text = values.clean(value, Rule("string", declared.label, LONGEST))
        if text is None:
            return Link()
        target, key = _own(declared, text)
        if key is not None and key in self._found.get(target, ()):
            return Link(key=key, target="User" if target == _ACTIVE_USER else target)
        always = declared.api_name in _ALWAYS_LINKS
        if self._strict or always:
            self._refuse(declared, text)
            return Link(text=in_full(text))  # a checked id is one id, however it was written (C-02)
        return Link(text=text)

    def _refuse(self, declared: Documented, text: str) -> None:
        """Pass only ids of CRM records that are held here and allowed there."""
        if not is_salesforce_id(text):
            raise Refused(
                Problem.MALFORMED_ID,
                gettext("{label} takes a record id, not {text}.").format(label=declared.said, text=text),
            )
        name = self._crm.get(text[:15]) or object_of(text)
        if name and name not in declared.references and not (name.endswith("__c") and "Case" in declared.references):
            raise Refused(
                Problem.WRONG_OBJECT,
                gettext("{label} cannot refer to a record of {name}.").format(label=declared.said, name=name),
            )
        if text[:15] not in self._crm:
            raise Refused(
                Problem.NO_SUCH_RECORD, gettext("{label} names no record that exists.").format(label=declared.said)
            )


def columns(field: "models.Field[Any, Any]", link: Link) -> Mapping[str, Any]:
    """The columns that hold the link: the key and, where there is one, the text or the other link beside it."""
    declared: Documented = field.documented  # type: ignore[attr-defined]
    if not isinstance(field, models.ForeignKey):
        return {field.name: link.text if link.key is None else registry.named(link.target).id_of(link.key)}
    if declared.alternative:
        other: Any = field.model._meta.get_field(declared.alternative)
        is_other = link.key is not None and registry.of(other.related_model).name == link.target
        return {field.attname: None if is_other else link.key, other.attname: link.key if is_other else None}
    beside = {declared.text_column: link.text} if declared.text_column else {}
    return {field.attname: link.key, **beside}


def _own(declared: Documented, text: str) -> tuple[str, int | None]:
    """The object held here that this id is of, if the field may refer to it, and the row's key."""
    for target in declared.references:
        prefix = _prefix(target)
        if prefix and (key := key_of(text, prefix)) is not None:
            return (_ACTIVE_USER if declared.api_name == "OwnerId" and target == "User" else target), key
    return "", None


def _prefix(target: str) -> str | None:
    found = registry.find(target)
    return found.prefix if found and not found.text_id else None


def object_of(text: str) -> str | None:
    """The object that an id's prefix stands for, if it is one that we know."""
    return next((each.name for each in registry.every() if each.prefix == text[:3]), None)
