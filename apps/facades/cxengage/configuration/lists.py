"""Lists and texts that exist in this dialect alone, kept as they were sent."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from uuid import uuid5

from apps.accounts.models import User
from apps.accounts.permissions import Permission as P
from apps.agents.models import NotReadyReason
from apps.annexes import operations
from apps.annexes.models import Annex
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.facades.cxengage.configuration.bodies import Body, unknown
from apps.facades.cxengage.configuration.entity import EXTERNAL_ID, SHARED, Entity, fill, id_of
from apps.facades.cxengage.configuration.simple import SIMPLE
from apps.facades.cxengage.payloads.formats import Row
from apps.tenants import scope

_LARGEST = 65_536  # characters of the content


def annexes(kind: str) -> Callable[[], Any]:
    def rows() -> Any:
        return Annex.objects.select_related("created_by", "last_modified_by").filter(kind=kind, about=None)

    return rows


def _items(body: Body, name: str, reference: str, path: str) -> list[Row]:
    """Members of a list, each with its place and the headings that it stands under."""
    known = {str(id_of(SIMPLE[path].kind, row)) for row in SIMPLE[path].rows()}
    told = []
    for position, each in enumerate(body.rows(name)):
        key = each.uuid(reference)
        if str(key) not in known:
            raise unknown(f"{name}[{position}].{reference}")
        hierarchy = each.sent.get("hierarchy") or []
        if not isinstance(hierarchy, list) or not all(isinstance(step, str) for step in hierarchy):
            raise Invalid(FieldProblem(Problem.MALFORMED, [f"{name}[{position}].hierarchy"], "must be a list of texts"))
        order = each.number("sortOrder", position, 0, 1_000_000)
        told.append({reference: str(key), "sortOrder": order, "hierarchy": hierarchy})
    return told


def _members(name: str, reference: str, path: str) -> Callable[[Annex, Body], None]:
    def read(annex: Annex, body: Body) -> None:
        if name in body or name not in annex.content:
            annex.content[name] = _items(body, name, reference, path)

    return read


def _told_members(name: str, reference: str, path: str) -> Callable[[Any, Annex], Row]:
    def told(row: Annex, annex: Annex) -> Row:
        names = (vars(row).get("names") or _Names(path)).of
        return {name: [each | {"name": names.get(each[reference])} for each in row.content.get(name, [])]}

    return told


class _Names:
    """What lists' members are called, looked up once for all lists that are told."""

    def __init__(self, path: str) -> None:
        self.entity = SIMPLE[path]

    @cached_property
    def of(self) -> Mapping[str, str]:
        return {str(id_of(self.entity.kind, each)): each.name for each in self.entity.rows()}


def _sharing_names(path: str, rows: Callable[[], Any]) -> Callable[[], Any]:
    def found() -> list[Any]:
        names, made = _Names(path), list(rows())
        for each in made:
            vars(each)["names"] = names
        return made

    return found


def _anything(*names: str) -> Callable[[Annex, Body], None]:
    def read(annex: Annex, body: Body) -> None:
        annex.content |= {name: body.sent[name] for name in names if name in body}

    return read


def _told(**defaults: Any) -> Callable[[Any, Annex], Row]:
    return lambda row, annex: {name: row.content.get(name, default) for name, default in defaults.items()}


def _reasons(annex: Annex, body: Body) -> None:
    _members("reasons", "reasonId", "reasons")(annex, body)
    annex.content["isDefault"] = body.flag("isDefault", annex.content.get("isDefault", False))


def _told_reasons(row: Annex, annex: Annex) -> Row:
    told = _told_members("reasons", "reasonId", "reasons")(row, annex)
    return told | {"isDefault": row.content.get("isDefault", False), "system": row.pk is None}


def system_reasons() -> Annex:
    """The platform's own reasons: every agent has this list, and nobody changes it."""
    tenant = scope.tenant()
    reasons = [{"reasonId": str(uuid5(tenant.uuid, "reason-logged-in")), "sortOrder": 0, "hierarchy": []}]
    active = NotReadyReason.objects.filter(is_active=True)
    reasons += [
        {"reasonId": str(id_of("reason", row)), "sortOrder": place, "hierarchy": []}
        for place, row in enumerate(active, start=1)
    ]
    return Annex(
        kind="reason-list",
        uuid=uuid5(tenant.uuid, "reason-list-system"),
        name="System Presence Reasons",
        content={"reasons": reasons, "isDefault": True},
        created_date=tenant.created_date,
        last_modified_date=tenant.created_date,
    )


def _told_system(row: Annex, annex: Annex) -> Row:
    told = _told_reasons(row, annex)
    for each in told["reasons"]:
        each["name"] = each["name"] or ("Logged in" if row.pk is None else None)
    return told


def _reason_lists() -> Any:
    return [system_reasons(), *annexes("reason-list")()]


def _writer(kind: str, create: P, update: P, read: Callable[[Annex, Body], None]) -> Callable[[Any, Body, User], Any]:
    def write(row: Annex | None, body: Body, by: User) -> Annex:
        if row is not None and row.pk is None:
            raise NotAllowed("the system's own list stays as it is")
        annex = row or Annex(kind=kind)
        annex.name = body.text("name", annex.name or None)
        annex.is_active = body.flag("active", annex.is_active)
        fill(annex, body)
        read(annex, body)
        if len(str(annex.content)) > _LARGEST:
            raise Invalid(FieldProblem(Problem.TOO_LONG, ["name"], f"more than {_LARGEST} characters in all"))
        return operations.configure(annex, permission=update if row else create, by=by)

    return write


def _list(kind: str, read: P, create: P, update: P, reader: Any, told: Any, keys: tuple[str, ...] = ()) -> Entity:
    return Entity(kind, (read,), annexes(kind), told, _writer(kind, create, update, reader), create, update, keys)


def _of_members(kind: str, read: P, write: tuple[P, P], about: tuple[str, str, str], keys: tuple[str, ...]) -> Entity:
    rows, writer = _sharing_names(about[2], annexes(kind)), _writer(kind, *write, _members(*about))
    return Entity(kind, (read,), rows, _told_members(*about), writer, *write, keys)


_BOTH = (EXTERNAL_ID, SHARED)
_DISPOSITIONS = ("dispositions", "dispositionId", "dispositions")
_IDENTIFIERS = ("members", "outboundIdentifierId", "outbound-identifiers")

LISTS: Mapping[str, Entity] = {
    "disposition-lists": _of_members(
        "disposition-list",
        P.READ_DISPOSITION_LIST,
        (P.CREATE_DISPOSITION_LIST, P.UPDATE_DISPOSITION_LIST),
        _DISPOSITIONS,
        _BOTH,
    ),
    "reason-lists": Entity(
        "reason-list",
        (P.READ_REASON_LIST,),
        _sharing_names("reasons", _reason_lists),
        _told_system,
        _writer("reason-list", P.CREATE_REASON_LIST, P.UPDATE_REASON_LIST, _reasons),
        P.CREATE_REASON_LIST,
        P.UPDATE_REASON_LIST,
        _BOTH,
    ),
    "outbound-identifier-lists": _of_members(
        "outbound-identifier-list",
        P.VIEW_ALL_OUTBOUND_IDENTIFIERS,
        (P.MANAGE_ALL_OUTBOUND_IDENTIFIERS, P.MANAGE_ALL_OUTBOUND_IDENTIFIERS),
        _IDENTIFIERS,
        (),
    ),
    "transfer-lists": _list(
        "transfer-list",
        P.VIEW_ALL_TRANSFER_LISTS,
        P.MANAGE_ALL_TRANSFER_LISTS,
        P.MANAGE_ALL_TRANSFER_LISTS,
        _anything("endpoints"),
        _told(endpoints=[]),
    ),
    "message-templates": _list(
        "message-template",
        P.VIEW_ALL_MESSAGE_TEMPLATES,
        P.MANAGE_ALL_MESSAGE_TEMPLATES,
        P.MANAGE_ALL_MESSAGE_TEMPLATES,
        _anything("type", "channels", "template"),
        _told(type="plain-text", channels=[], template=""),
    ),
    "dashboards": _list(
        "dashboard",
        P.VIEW_ALL_REALTIME_DASHBOARDS,
        P.MANAGE_ALL_REALTIME_DASHBOARDS,
        P.MANAGE_ALL_REALTIME_DASHBOARDS,
        _anything("dashboardCategoryId", "activeDashboard", "widgets"),
        _told(dashboardCategoryId=None, activeDashboard=None, widgets=[]),
    ),
}


def shares(entity: Entity) -> P | None:
    """The permission that sharing one needs on top."""
    return {
        "disposition": P.SHARE_DISPOSITIONS,
        "reason": P.SHARE_PRESENCE_REASONS,
        "disposition-list": P.SHARE_DISPOSITION_LIST,
        "reason-list": P.SHARE_REASON_LIST,
    }.get(entity.kind)
