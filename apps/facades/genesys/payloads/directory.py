"""People and queues: whom work can be handed to (genesys 14)."""

from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.facades.genesys.payloads.links import Links
from apps.queues.models import Queue

_DOCUMENTED_ROLES = {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}
FEATURES = {"api-multimedia": "Interactions of every medium", "api-voice": "Calls"}


def user(of: User, links: Links) -> dict[str, Any]:
    return {
        "id": str(of.uuid),
        **links.both(f"/users/{of.uuid}"),
        "userName": of.username,
        "firstName": of.first_name,
        "lastName": of.last_name,
        "emailAddress": of.email,
        "roles": [of.role] if of.role in _DOCUMENTED_ROLES else [],
    }


def queue(of: Queue, links: Links) -> dict[str, Any]:
    return {"id": str(of.uuid), **links.both(f"/queues/{of.uuid}"), "name": of.name}


def features() -> list[dict[str, str]]:
    return [{"id": feature, "displayName": name} for feature, name in FEATURES.items()]
