"""People, queues, skills and contacts: whom work can be handed to (genesys 14)."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.accounts.roles import Role
from apps.agents.models import AgentSkill, Skill
from apps.facades.genesys.payloads.links import Links
from apps.queues.models import Queue

_DOCUMENTED_ROLES = {Role.AGENT, Role.SUPERVISOR, Role.ADMIN}
_FEATURES = {
    "api-multimedia": "Interactions of every medium",
    "api-voice": "Calls",
}
_FEATURES_OF_SUPERVISORS = {"api-supervisor-agent-control": "States of other agents"}


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


def skill(of: Skill, links: Links) -> dict[str, Any]:
    return {"id": str(of.uuid), **links.both(f"/skills/{of.uuid}"), "name": of.name}


def held_skill(of: AgentSkill, links: Links) -> dict[str, Any]:
    return {**skill(of.skill, links), "level": of.level}


def contact(row: Mapping[str, Any], links: Links) -> dict[str, Any]:
    """A user or queue, as the directory for calls and transfers has it."""
    of = f"/{'queues' if row['type'] == 'Queue' else 'users'}/{row['uuid']}"
    return {
        "id": str(row["uuid"]),
        **links.both(f"/contacts/{row['uuid']}"),
        "type": row["type"],
        "name": row["shown"],
        "phoneNumber": row["phone"],
        "channel": "voice",
        "targetUri": links.uri(of),
        **({} if row["type"] == "Queue" else {"userName": row["login"]}),
    }


def features(of: User) -> list[dict[str, str]]:
    """What the operations' pages name as required, as far as this user's role may use it."""
    has = _FEATURES | (_FEATURES_OF_SUPERVISORS if permits(of, Permission.MANAGE_ALL_USER_STATE) else {})
    return [{"id": feature, "displayName": name} for feature, name in has.items()]
