"""What every configuration entity is: where its rows are, how they look, who may do what, and how they are written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from apps.accounts.models import User
from apps.accounts.permissions import Permission
from apps.annexes import operations
from apps.annexes.models import Annex
from apps.common.errors import NotFound
from apps.common.stamped import Stamped
from apps.facades.cxengage.configuration.bodies import Body
from apps.facades.cxengage.payloads.formats import Row, uuid_of
from apps.tenants import scope

# Keys that are told beside a row where its kind documents them.
EXTERNAL_ID, SHARED = "externalId", "shared"


@dataclass(frozen=True)
class Entity:
    """One kind. `write` makes or changes our row and returns it; None: the kind is read only."""

    kind: str
    read: tuple[Permission, ...]
    rows: Callable[[], Iterable[Any]]
    own: Callable[[Any, Annex], Row]
    write: Callable[[Any, Body, User], Any] | None = None
    create: Permission | None = None
    update: Permission | None = None
    keys: tuple[str, ...] = ()
    has_annexes: bool = True  # keys beside our rows; else the kind keeps everything itself

    def id_of(self, row: Any) -> UUID:
        return id_of(self.kind, row)

    def found(self, identifier: str) -> Any:
        """The row of this id. Raises NotFound."""
        named = uuid_of(identifier)
        row = next((each for each in self.rows() if named and self.id_of(each) == named), None)
        if row is None:
            raise NotFound(f"no such {self.kind}")
        return row

    def shown(self, rows: Iterable[Any]) -> list[Row]:
        rows = list(rows)
        annexes = annexes_of(self.kind, rows) if self.has_annexes else {}
        return [self._shown(row, annexes.get(row.pk) or _none(row)) for row in rows]

    def one(self, row: Any) -> Row:
        return self.shown([row])[0]

    def _shown(self, row: Any, annex: Annex) -> Row:
        told: Row = {
            "id": str(self.id_of(row)),
            "tenantId": str(scope.tenant().uuid),
            "name": getattr(row, "name", None) or str(row),
            "description": annex.description or getattr(row, "description", ""),
            "active": getattr(row, "is_active", True) and (row is annex or annex.is_active),
        }
        if EXTERNAL_ID in self.keys:
            told[EXTERNAL_ID] = annex.external_id
        if SHARED in self.keys:
            told[SHARED] = annex.is_shared
        return told | stamps(row, annex) | self.own(row, annex)

    def keep_annex(self, row: Any, body: Body, by: User, permission: Permission) -> None:
        """What the dialect knows beside the row, with who changed it last."""
        if isinstance(row, Annex) or not self.has_annexes:
            return
        annex = Annex.objects.filter(kind=self.kind, about=row.pk).first() or Annex(kind=self.kind, about=row.pk)
        fill(annex, body)
        remember(annex, body)
        if not hasattr(row, "is_active"):
            annex.is_active = body.flag("active", annex.is_active)
        operations.configure(annex, permission=permission, by=by)


def fill(annex: Annex, body: Body) -> None:
    annex.description = body.long_text("description", annex.description)
    if "externalId" in body:
        annex.external_id = body.text("externalId", "") or None
    annex.is_shared = body.flag("shared", annex.is_shared)


def remember(annex: Annex, body: Body) -> None:
    """Keys that nothing here acts on, and that come back as they were sent."""
    for name in ("interactionField", "channelType", "value", "type", "flowId"):
        if body.sent.get(name) is not None:
            annex.content[name] = body.text(name)
    if "hasProficiency" in body:
        annex.content["hasProficiency"] = body.flag("hasProficiency", True)


def id_of(kind: str, row: Any) -> UUID:
    """Rows without a UUID have one that follows from their key."""
    return getattr(row, "uuid", None) or uuid5(scope.tenant().uuid, f"{kind}-{row.pk}")


def annexes_of(kind: str, rows: Iterable[Any]) -> Mapping[int, Annex]:
    rows = list(rows)
    if rows and isinstance(rows[0], Annex):
        return {row.pk: row for row in rows}
    found = Annex.objects.select_related("created_by", "last_modified_by").filter(kind=kind, about__isnull=False)
    if len(rows) == 1:
        found = found.filter(about=rows[0].pk)
    return {annex.about: annex for annex in found if annex.about is not None}


def _none(row: Any) -> Annex:
    made: datetime = getattr(row, "created_date", None) or scope.tenant().created_date
    return Annex(about=row.pk, created_date=made, last_modified_date=made)


def stamps(row: Any, annex: Annex) -> Row:
    """Who made it and changed it last, and when."""
    known = [each for each in (row, annex) if isinstance(each, Stamped)]
    first, last = min(known, key=_created), max(known, key=lambda each: each.last_modified_date)
    maker = next((each.created_by for each in known if each.created_by), None)
    return {
        "created": second(first.created_date),
        "createdBy": _who(maker),
        "updated": second(last.last_modified_date),
        "updatedBy": _who(last.last_modified_by or maker),
    }


def _created(row: Stamped) -> datetime:
    return row.created_date


def _who(user: User | None) -> str | None:
    return str(user.uuid) if user else None


def second(at: datetime | None) -> str | None:
    """ISO 8601 in UTC in whole seconds, as configuration has it (cxengage 2)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
