"""Users, their roles, and API keys (cxengage 2.1, 11.3)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch

from apps.accounts import operations as accounts
from apps.accounts.models import ApiKey, User, UserRole
from apps.accounts.permissions import Permission as P
from apps.accounts.roles import Role
from apps.agents.models import AgentChannel, AgentSession
from apps.annexes.models import Annex
from apps.facades.cxengage.configuration.bodies import Body, unknown
from apps.facades.cxengage.configuration.entity import EXTERNAL_ID, Entity
from apps.facades.cxengage.payloads.formats import Row
from apps.tenants import scope

STAMPS = ("created_by", "last_modified_by")


def people() -> Any:
    channels = Prefetch("channels", AgentChannel.objects.all(), to_attr="standing")
    sessions = AgentSession.objects.filter(ended_at=None).prefetch_related(channels)
    return (
        User.objects.filter(tenant=scope.tenant(), is_key=False)
        .select_related("agent__team", "assigned_role", *STAMPS)
        .prefetch_related("agent__agent_skills__skill", Prefetch("agent__sessions", sessions, to_attr="open_sessions"))
        .order_by("first_name", "last_name", "id")
    )


def state_of(user: User) -> str:
    """The user's presence, in the words of presence (cxengage 12.5)."""
    agent = getattr(user, "agent", None)
    sessions: list[Any] = agent.open_sessions if agent else []
    if not sessions:
        return "offline"
    return "ready" if any(each.is_ready for each in sessions[0].standing) else "notready"


def own(user: User, annex: Annex) -> Row:
    agent: Any = getattr(user, "agent", None)
    role = user.assigned_role
    active = user.is_active
    return {
        "name": user.name,
        "email": user.email or user.username,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "state": state_of(user),
        "status": "accepted" if active else "disabled",
        "platformStatus": "enabled" if active else "disabled",
        "roleId": str(role.uuid) if role else None,
        "roleName": role.name if role else user.get_role_display(),
        "skills": skills_of(agent),
        "groups": groups_of(agent),
        "extensions": annex.content.get("extensions", []),
        "activeExtension": annex.content.get("activeExtension"),
        "defaultTenant": str(scope.tenant().uuid),
    }


def skills_of(agent: Any) -> list[Row]:
    held = sorted(agent.agent_skills.all(), key=lambda each: each.skill.name) if agent else []
    return [
        {
            "id": str(each.skill.uuid),
            "skillId": str(each.skill.uuid),
            "name": each.skill.name,
            "proficiency": each.level,
        }
        for each in held
    ]


def groups_of(agent: Any) -> list[Row]:
    team = agent.team if agent else None
    return [{"id": str(team.uuid), "groupId": str(team.uuid), "name": team.name}] if team else []


def write_user(row: User | None, body: Body, by: User) -> User:
    user = row or User(tenant=scope.tenant(), role=Role.AGENT)
    user.email = body.text("email", user.email if row else None, longest=150)
    user.username = user.username or user.email
    user.first_name = body.text("firstName", user.first_name, longest=150)
    user.last_name = body.text("lastName", user.last_name, longest=150)
    status = body.word("status", "enabled" if user.is_active else "disabled", ("enabled", "disabled", "accepted"))
    user.is_active = status != "disabled"
    if "roleId" in body:
        user.assigned_role = _role(body)
    password = body.text("password", "", longest=4096) or None
    accounts.configure_user(user, by=by, password=password)
    return people().get(pk=user.pk)  # type: ignore[no-any-return]


def _role(body: Body) -> UserRole:
    named = body.uuid("roleId")
    found = UserRole.objects.filter(uuid=named).first() if named else None
    if found is None:
        raise unknown("roleId")
    return found


def _own_role(role: UserRole, annex: Annex) -> Row:
    return {"permissions": sorted(role.allows), "type": "system" if role.built_in else "custom", "shared": False}


def _write_role(row: UserRole | None, body: Body, by: User) -> UserRole:
    role = row or UserRole(kind=Role.SUPERVISOR)
    role.name = body.text("name", role.name or None, longest=80)
    role.description = body.text("description", role.description)
    role.is_active = body.flag("active", role.is_active)
    if "permissions" in body or row is None:
        role.permissions = _names(body)
    return accounts.configure_role(role, by=by)


def _names(body: Body) -> list[str]:
    sent = body.sent.get("permissions") or []
    named = sent if isinstance(sent, list) else [sent]
    return [each if isinstance(each, str) else str(each) for each in named]


def _own_key(key: ApiKey, annex: Annex) -> Row:
    role = key.user.assigned_role
    return {
        "key": key.user.username,
        "roleId": str(role.uuid) if role else None,
        "roleName": role.name if role else None,
        "status": "enabled" if key.user.is_active else "disabled",
        "active": key.user.is_active,
    }


def _write_key(row: ApiKey | None, body: Body, by: User) -> ApiKey:
    key: Any = row or ApiKey()
    key.name = body.text("name", key.name or None, longest=80)
    key.description = body.text("description", key.description)
    role = _role(body) if "roleId" in body or row is None else key.user.assigned_role
    enabled = body.word("status", "enabled" if row is None or key.user.is_active else "disabled", _STATUSES)
    key.secret = accounts.configure_key(key, role=role, is_enabled=enabled == "enabled", by=by)
    key.user.refresh_from_db()
    return key  # type: ignore[no-any-return]


_STATUSES = ("enabled", "disabled")

PEOPLE: Mapping[str, Entity] = {
    "users": Entity(
        "user",
        (P.VIEW_ALL_USERS, P.AGENT_EXPERIENCE_TRANSFER_MENU_AGENTS_VIEW),
        people,
        own,
        write_user,
        P.MANAGE_ALL_USERS,
        P.MANAGE_ALL_USERS,
        (EXTERNAL_ID,),
    ),
    "roles": Entity(
        "role",
        (P.VIEW_ALL_ROLES,),
        lambda: UserRole.objects.select_related(*STAMPS),
        _own_role,
        _write_role,
        P.MANAGE_ALL_ROLES,
        P.MANAGE_ALL_ROLES,
        has_annexes=False,
    ),
    "api-keys": Entity(
        "api-key",
        (P.MANAGE_ALL_APP_CREDENTIALS,),
        lambda: ApiKey.objects.select_related("user__assigned_role", *STAMPS),
        _own_key,
        _write_key,
        P.MANAGE_ALL_APP_CREDENTIALS,
        P.MANAGE_ALL_APP_CREDENTIALS,
        has_annexes=False,
    ),
}
