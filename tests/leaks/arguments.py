"""What stands in each address for its arguments: ids and names of what was planted, found by the argument's name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from django.apps import apps

from apps.facades.cxengage.configuration.views import ENTITIES
from apps.facades.cxengage.realtime.lists import LISTS
from apps.objects import registry
from apps.objects.registry import SObject
from tests.leaks.planted import ACTIVE, OVER, House

_ADMIN = re.compile(r"/admin/(\w+)/(\w+)/%\((?:object_id|pk|key)\)")
_ENTITY = re.compile(r"/v1/tenants/[^/]+/([a-z-]+)/%\(entity_id\)")
_BY_UUID = ("job", "bulkrow")
_CONTACTS = ("public_id", "interaction_id", "identifier", "work")


def filled(address: str, names: Sequence[str], house: House) -> Iterator[str]:
    """The address with each combination of what its arguments may be."""
    if address.endswith("%(record_id)s"):
        pairs = [(each.name, record_id) for each in registry.every() for record_id in _record_ids(each, house)]
        yield from (address % {"version": "66", "name": name, "record_id": record_id} for name, record_id in pairs)
        return
    values = [_values(name, address, house) for name in names]
    for chosen in product(*values):
        yield address % dict(zip(names, chosen, strict=True))


def _record_ids(sobject: SObject, house: House) -> list[str]:
    if sobject.model._meta.label == "engagements.EngagementInteraction":
        return [sobject.id_of(each.pk) for each in house.contacts]
    found = sobject.rows().order_by("pk").first() if sobject.calls else None
    return [sobject.id_of(getattr(found, sobject.text_id) if sobject.text_id else found.pk)] if found else []


def _values(name: str, address: str, house: House) -> Sequence[Any]:
    for pattern, given in house.remembered("particular", _particular).items():
        if name in given and re.search(pattern, address):
            return given[name]
    if name in ("object_id", "pk", "key") and (found := _ADMIN.search(address)):
        return _of_screen(apps.get_model(*found.groups()), house)
    if name == "entity_id" and (found := _ENTITY.search(address)):
        entity = ENTITIES[found[1]]
        return [entity.id_of(row) for row in list(entity.rows())[:1]] or [house.agent.uuid]
    everywhere = house.remembered("everywhere", _everywhere)
    assert name in everywhere, f"tests/leaks/arguments.py does not say what {name!r} is in {address}"
    return everywhere[name]


def _of_screen(model: Any, house: House) -> Sequence[Any]:
    if model._meta.model_name == "engagementinteraction":
        return [each.pk for each in house.contacts]
    row = house.row(model)
    if model._meta.model_name == "bulkrow":
        row = row.job
    return [getattr(row, "uuid", row.pk) if model._meta.model_name in _BY_UUID else row.pk]


def _particular(house: House) -> Mapping[str, Mapping[str, Sequence[Any]]]:
    """By a pattern of the address: the first that fits says what its arguments are."""
    over = house.over
    attachment = over.mail.get().attachments.get()
    workbin = house.parked.workbin
    assert workbin
    return {
        "/attachments/": {"uuid": [attachment.uuid]},
        r"/attendees/%\(key\)": {"key": [over.attendees.first().pk]},
        r"/topics/%\(key\)": {"key": [over.topics.first().pk]},
        "^/api/v2/queues": {"uuid": [house.queue.uuid]},
        "^/api/v2/skills": {"uuid": [house.agent.uuid]},
        "^/api/v2/": {
            "public_id": [each.genesys_id for each in house.contacts],
            "uuid": [house.agent.user.uuid],
            "channel": ["voice"],
            "plural": ["calls", "emails"],
            "workbin": [workbin.uuid],
        },
        "/connect/conversation/": {"identifier": [over.uuid]},
        "/connect/": {
            "identifier": [registry.named("EngagementInteraction").id_of(each.pk) for each in house.contacts],
            "suffix": [".json"],
        },
        "^/id/": {"user_id": [house.admin.public_id], "organization": [house.tenant.org_id]},
        "/Soap/": {"kind": ["u"], "version": ["66.0"], "organization": [house.tenant.org_id]},
        "/wfm/": {"kind": ["queue", "agent", "agent-queue"]},
        "/listviews": {"list_view": ["All"], "name": ["EngagementInteraction"]},
        "/board/work/": {"key": [each.uuid for each in house.contacts]},
        "/board/agents/": {"key": [house.agent.pk]},
        "/board/queues/": {"key": [house.queue.pk]},
        "/cell/": {"name": ["reason"]},
        "/desk/at/": {"kind": ["bin", "list", "find", "contact", "keys"]},
        "/lookup/": {"name": ["InitiatingAttendeeId"]},
        "/password": {"record_id": [house.admin.public_id]},
        "/sobjects/": {
            "first": ["ExternalIdentifier"],
            "rest": [f"{OVER}-{over.pk}", f"{ACTIVE}-{house.active.pk}"],
            "name": ["EngagementInteraction"],
            "record_id": [registry.named("EngagementInteraction").id_of(over.pk)],
            "field": ["ExternalIdentifier"],
            "layout": ["x"],
            "record_type": ["012000000000000AAA"],
        },
        "/composite/": {"name": ["EngagementInteraction"], "field": ["ExternalIdentifier"]},
        "^/admin/r/": {"content_type_id": [1], "object_id": [over.pk]},
    }


def _everywhere(house: House) -> Mapping[str, Sequence[Any]]:
    over = house.over
    artifact = over.artifacts.get()
    return {
        **{name: [each.uuid for each in house.contacts] for name in _CONTACTS},
        "action_id": [over.uuid],
        "app_label": ["accounts"],
        "attachment": [over.mail.get().attachments.get().uuid],
        "artifact_id": [artifact.uuid],
        "call_id": [house.call.public_id, house.call.vendor_call_key],
        "contact_id": [_contact(house)],
        "device": [house.agent.uuid],
        "file_id": [artifact.stored.get().uuid],
        "form": ["csv"],
        "group": ["application"],
        "locator": ["01g000000000001AAA-200"],
        "note_id": [over.notes.earliest("pk").uuid],
        "organization": [house.tenant.org_id],
        "skill_id": [house.agent.uuid],
        "statistic": sorted(LISTS),
        "suffix": ["x"],
        "tenant_id": [house.tenant.uuid],
        "url": ["nothing"],
        "user_id": [house.agent.user.uuid],
        "version": ["66"],
    }


def _contact(house: House) -> Any:
    return apps.get_model("directory.CrmRecord").objects.get(record_id="003HOUSE").uuid
