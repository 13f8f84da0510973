"""SLAs: a name over versions, which are our service-level rules and never change (M-21)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.accounts.permissions import Permission as P
from apps.annexes import operations
from apps.annexes.models import Annex
from apps.facades.cxengage.configuration.bodies import Body, unknown
from apps.facades.cxengage.configuration.entity import SHARED, Entity, fill, stamps
from apps.facades.cxengage.payloads.formats import Row
from apps.queues.models import Queue, SlaVersion
from apps.queues.operations import setup

_KIND = "sla"
_TYPES = tuple(SlaVersion.AbandonType.values)


@dataclass
class Sla:
    """One SLA; a rule that was set up on the screens is one of its own, with that one version."""

    annex: Annex | None
    versions: list[SlaVersion]

    @property
    def pk(self) -> int:
        return -self.annex.pk if self.annex else self.versions[0].pk

    @property
    def uuid(self) -> UUID:
        return self.annex.uuid if self.annex else self.versions[0].uuid

    @property
    def name(self) -> str:
        return self.annex.name if self.annex else self.versions[0].name

    @property
    def active(self) -> SlaVersion:
        chosen = self.annex.content["activeVersion"] if self.annex else ""
        return next((each for each in self.versions if str(each.uuid) == chosen), self.versions[0])


def slas() -> Iterable[Sla]:
    rules = {str(rule.uuid): rule for rule in SlaVersion.objects.order_by("id")}
    annexes = Annex.objects.select_related("created_by", "last_modified_by").filter(kind=_KIND, about=None)
    made = [Sla(each, [rules.pop(key) for key in each.content["versions"] if key in rules]) for each in annexes]
    return [*made, *(Sla(None, [rule]) for rule in rules.values())]


def own(row: Sla, annex: Annex) -> Row:
    version = row.active
    told: Row = {"shared": bool(row.annex and row.annex.is_shared), "activeVersion": str(version.uuid)}
    told["description"] = row.annex.description if row.annex else ""
    told["activeSla"] = version_shown(version)
    return told | {"active": row.annex.is_active} | stamps(row.annex, row.annex) if row.annex else told


def version_shown(version: SlaVersion) -> Row:
    return {
        "id": str(version.uuid),
        "versionName": version.name,
        "description": "",
        "slaThreshold": version.threshold_s,
        "abandonType": version.abandon_type,
        "abandonThreshold": version.abandon_threshold_s,
    }


def add_version(row: Sla, body: Body, by: User) -> SlaVersion:
    """Another rule, which does not count before it is made the active one."""
    made = _rule(body, row.name, by)
    annex = row.annex or Annex(kind=_KIND, name=row.name, uuid=row.uuid, content={"versions": [str(row.uuid)]})
    annex.content.setdefault("activeVersion", str(row.active.uuid))
    annex.content["versions"].append(str(made.uuid))
    operations.configure(annex, permission=P.CUSTOM_STATS_UPDATE, by=by)
    return made


def _rule(body: Body, name: str, by: User) -> SlaVersion:
    made = SlaVersion(
        name=body.text("versionName", name, longest=80),
        threshold_s=body.number("slaThreshold", 20, 0, 2_000_000_000),
        abandon_type=body.word("abandonType", _TYPES[0], _TYPES),
        abandon_threshold_s=body.number("abandonThreshold", 20, 0, 2_000_000_000),
    )
    setup.configure(made, by=by)
    return made


def write(row: Sla | None, body: Body, by: User) -> Any:
    """A new one begins with a version; another active one counts for all queues that went by this SLA."""
    name = body.text("name", row.name if row else None, longest=80)
    if row is None:
        first = next((body.sent[key] for key in ("activeSla", "initialVersion") if body.sent.get(key)), body.sent)
        rule = _rule(Body(first), name, by)
        row = Sla(Annex(kind=_KIND, content={"versions": [str(rule.uuid)], "activeVersion": str(rule.uuid)}), [rule])
        permission = P.CUSTOM_STATS_CREATE
    else:
        permission = P.CUSTOM_STATS_UPDATE
    key = str(row.versions[0].uuid)
    annex = row.annex or Annex(kind=_KIND, uuid=row.uuid, content={"versions": [key], "activeVersion": key})
    annex.name, annex.is_active = name, body.flag("active", annex.is_active)
    fill(annex, body)
    row.annex = annex
    if "activeVersion" in body and isinstance(body.sent["activeVersion"], str):
        _activate(row, body.uuid("activeVersion"), by)
    operations.configure(annex, permission=permission, by=by)
    return row


def _activate(row: Sla, version: UUID | None, by: User) -> None:
    chosen = next((each for each in row.versions if each.uuid == version), None)
    if chosen is None or row.annex is None:
        raise unknown("activeVersion")
    row.annex.content["activeVersion"] = str(chosen.uuid)
    for queue in Queue.objects.filter(sla__in=row.versions).exclude(sla=chosen):
        queue.sla = chosen
        setup.configure(queue, by=by)


SLAS = Entity(
    _KIND, (P.CUSTOM_STATS_READ,), slas, own, write, P.CUSTOM_STATS_CREATE, P.CUSTOM_STATS_UPDATE, (SHARED,), False
)
