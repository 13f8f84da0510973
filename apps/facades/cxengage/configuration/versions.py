"""Versions of queues (cxengage 11.3): kept and told as they were sent; `slaId` and the active version count here."""

from uuid import UUID, uuid4, uuid5

from apps.accounts.models import User
from apps.accounts.permissions import Permission
from apps.annexes import operations
from apps.annexes.models import Annex
from apps.common import clock
from apps.facades.cxengage.configuration.bodies import Body, unknown
from apps.facades.cxengage.configuration.entity import second
from apps.facades.cxengage.payloads.formats import Row
from apps.queues.models import Queue, SlaVersion
from apps.queues.operations import setup

_UNITS = ("seconds", "minutes", "hours", "days")
_EVERYBODY = "{}"


def first_id(queue: Queue) -> str:
    """Every queue has a version, also one that never came by this dialect."""
    return str(uuid5(queue.uuid, "version-1"))


def active_of(queue: Queue, annex: Annex) -> str:
    return str(annex.content.get("activeVersion") or first_id(queue))


def versions_of(queue: Queue, annex: Annex) -> list[Row]:
    """Oldest first."""
    first: Row = {"name": "v1", "description": ""} | _values(Body({})) | {"created": second(queue.created_date)}
    first |= {"id": first_id(queue), "version": first_id(queue), "createdBy": None}
    sla = str(queue.sla.uuid) if queue.sla else None
    common: Row = {"queueId": str(queue.uuid), "slaId": sla}
    return [common | each for each in [first, *annex.content.get("versions", [])]]


def add_version(queue: Queue, annex: Annex, body: Body, by: User) -> Row:
    """Another version, which does not count before it is made the active one."""
    versions = annex.content.setdefault("versions", [])
    made = str(uuid4())
    told: Row = {"id": made, "version": made, "name": body.text("name", f"v{len(versions) + 2}")}
    told |= {"description": body.long_text("description", "")} | _values(body)
    told |= {"created": second(clock.now()), "createdBy": str(by.uuid)}
    if sla := body.uuid("slaId"):
        _rule(sla)
        told["slaId"] = str(sla)
    versions.append(told)
    operations.configure(annex, permission=Permission.MANAGE_ALL_QUEUES, by=by)
    return {"queueId": str(queue.uuid), "slaId": None} | told


def activate(queue: Queue, annex: Annex, version: UUID | None, by: User) -> None:
    """From now on the version counts, with the service-level rule that it names. Raises Invalid for an unknown one."""
    chosen = next((each for each in versions_of(queue, annex) if each["id"] == str(version)), None)
    if chosen is None:
        raise unknown("activeVersion")
    annex.content["activeVersion"] = chosen["id"]
    operations.configure(annex, permission=Permission.MANAGE_ALL_QUEUES, by=by)
    if chosen["slaId"]:
        queue.sla = _rule(UUID(chosen["slaId"]))
        setup.configure(queue, by=by)


def _rule(sla: UUID) -> SlaVersion:
    """The rule that an SLA stands for now: its active version."""
    annex = Annex.objects.filter(kind="sla", about=None, uuid=sla).first()
    found = SlaVersion.objects.filter(uuid=annex.content["activeVersion"] if annex else sla).first()
    if found is None:
        raise unknown("slaId")
    return found


def _values(body: Body) -> Row:
    return {
        "query": body.long_text("query", _EVERYBODY),
        "queryVersion": body.number("queryVersion", 2, 1, 2),
        "minPriority": body.number("minPriority", 1, 1, 1000),
        "maxPriority": body.number("maxPriority", 1000, 1, 1000),
        "priorityValue": body.number("priorityValue", 1, 0, 1000),
        "priorityRate": body.number("priorityRate", 10, 0, 1_000_000),
        "priorityUnit": body.word("priorityUnit", "seconds", _UNITS),
    }
