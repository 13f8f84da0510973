"""What Django's own permissions (view, add, change, delete of a model) mean in ours: one table for all screens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.accounts.permissions import Permission as P
from apps.accounts.permissions import permits

if TYPE_CHECKING:
    from apps.accounts.models import User


@dataclass(frozen=True)
class Rights:
    """The permission for each; `add` and `delete` are `change` where nothing is said."""

    view: P
    change: P
    add: P | None = None
    delete: P | None = None

    def of(self, action: str) -> P:
        return {"view": self.view, "add": self.add, "delete": self.delete}.get(action) or self.change


_RECORDS = Rights(P.INTERACTIONS_API_READ_ALL, P.INTERACTIONS_MANAGE_ALL)
_QUEUES = Rights(P.VIEW_ALL_QUEUES, P.MANAGE_ALL_QUEUES)
_FLOWS = Rights(P.VIEW_ALL_FLOWS, P.MANAGE_ALL_FLOWS)
_HOURS = Rights(P.VIEW_ALL_BUSINESS_HOURS, P.MANAGE_ALL_BUSINESS_HOURS)
_INTEGRATIONS = Rights(P.VIEW_ALL_INTEGRATIONS, P.MANAGE_ALL_INTEGRATIONS)
_CREDENTIALS = Rights(P.MANAGE_ALL_APP_CREDENTIALS, P.MANAGE_ALL_APP_CREDENTIALS)
_AGENTS = Rights(P.VIEW_ALL_USERS, P.MANAGE_ALL_USER_GROUPS)

# By model; an app's name alone stands for those of its models that are not named, settings for every other app.
TABLE: Mapping[str, Rights] = {
    "engagements": _RECORDS,
    "attendees": _RECORDS,
    "attendees.verificationprocess": Rights(P.READ_DISPOSITIONS, P.UPDATE_DISPOSITIONS, add=P.CREATE_DISPOSITIONS),
    "topics": _RECORDS,
    "voice_calls": _INTEGRATIONS,
    "voice_calls.voicecall": _RECORDS,
    "directory": Rights(P.CONTACTS_READ, P.CONTACTS_UPDATE, P.CONTACTS_CREATE, P.CONTACTS_DELETE),
    "agents": _AGENTS,
    "agents.team": Rights(P.VIEW_ALL_GROUPS, P.MANAGE_ALL_GROUPS),
    "agents.teamsupervisor": Rights(P.VIEW_ALL_GROUPS, P.MANAGE_ALL_GROUPS),
    "agents.skill": Rights(P.VIEW_ALL_SKILLS, P.MANAGE_ALL_SKILLS),
    "agents.agentskill": Rights(P.VIEW_ALL_USERS, P.MANAGE_ALL_USER_SKILLS),
    "agents.channelcapacity": Rights(P.VIEW_ALL_CAPACITY_RULES, P.MANAGE_ALL_CAPACITY_RULES),
    "agents.notreadyreason": Rights(P.READ_PRESENCE_REASONS, P.UPDATE_PRESENCE_REASONS, add=P.CREATE_PRESENCE_REASONS),
    "queues": _QUEUES,
    "queues.queuemember": _AGENTS,
    "queues.teamqueue": Rights(P.VIEW_ALL_GROUPS, P.MANAGE_ALL_GROUPS),
    "queues.slaversion": Rights(P.CUSTOM_STATS_READ, P.CUSTOM_STATS_UPDATE, add=P.CUSTOM_STATS_CREATE),
    "queues.threshold": Rights(P.VIEW_ALL_REALTIME_DASHBOARDS, P.MANAGE_ALL_REALTIME_DASHBOARDS),
    "queues.flow": _FLOWS,
    "queues.flowrule": _FLOWS,
    "queues.flowcondition": _FLOWS,
    "queues.flowruleskill": _FLOWS,
    "queues.businesshours": _HOURS,
    "queues.openinterval": _HOURS,
    "queues.holidaylist": _HOURS,
    "queues.holiday": _HOURS,
    "queues.disposition": Rights(P.READ_DISPOSITIONS, P.UPDATE_DISPOSITIONS, add=P.CREATE_DISPOSITIONS),
    "messaging": Rights(P.READ_DISPOSITIONS, P.UPDATE_DISPOSITIONS, add=P.CREATE_DISPOSITIONS),
    "queues.outboundidentifier": Rights(P.VIEW_ALL_OUTBOUND_IDENTIFIERS, P.MANAGE_ALL_OUTBOUND_IDENTIFIERS),
    "objects": Rights(P.MANAGE_DEFINITIONS, P.MANAGE_DEFINITIONS),
    "tenants": Rights(P.MANAGE_TENANT, P.MANAGE_TENANT),
    "audit": Rights(P.AUDIT_LOG_READ, P.AUDIT_LOG_READ),
    "reporting": Rights(P.ASSIGNED_REPORTS_READ, P.ASSIGNED_REPORTS_READ),  # figures; they have no model of their own
    "exports": Rights(P.MANAGE_JOBS, P.MANAGE_JOBS),
    "privacy": Rights(P.MANAGE_PERSONAL_DATA, P.MANAGE_PERSONAL_DATA),
    "jobs": Rights(P.MANAGE_JOBS, P.MANAGE_JOBS),
    "imports": Rights(P.MANAGE_JOBS, P.MANAGE_JOBS),
    "webhooks": Rights(P.MANAGE_ALL_WEBHOOKS, P.MANAGE_ALL_WEBHOOKS),
    "accounts": _CREDENTIALS,
    "accounts.user": Rights(P.MANAGE_ALL_USERS, P.MANAGE_ALL_USERS),  # the screen; credentials hang on it
    "accounts.userrole": Rights(P.VIEW_ALL_ROLES, P.MANAGE_ALL_ROLES),
}


def permits_django(user: "User", name: str) -> bool:
    """Whether the user has a permission of Django's, such as `queues.change_queue`."""
    app, _, code = name.partition(".")
    action, _, model = code.partition("_")
    rights = TABLE.get(f"{app}.{model}") or TABLE.get(app) or TABLE["tenants"]
    return permits(user, rights.of(action))


def permits_any_of(user: "User", app: str) -> bool:
    """Whether anything of the app may be seen."""
    named = [rights for name, rights in TABLE.items() if name.partition(".")[0] == app]
    return any(permits(user, rights.view) for rights in named or [TABLE["tenants"]])
