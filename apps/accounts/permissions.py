"""What may be allowed, and the one function that asks whether it is.

The names are CxEngage's where it documents one (cxengage 1, 11.3); what the screens and the other dialects need
besides has a name of the same kind. Roles hold them (`UserRole`), and a user carries a copy of the role's, so that
asking costs no query and a change is noticed wherever the user's row is read.
"""

from enum import StrEnum, auto
from typing import TYPE_CHECKING

from apps.accounts.roles import Reach, Role

if TYPE_CHECKING:
    from apps.accounts.models import User


class Permission(StrEnum):
    """One thing that a role may allow; `permission_texts` says what it opens."""

    @staticmethod
    def _generate_next_value_(name: str, *_: object) -> str:
        return name

    INTERACTIONS_API_READ_ALL = auto()
    PHONE_NUMBERS_READ = auto()
    INTERACTIONS_MANAGE_ALL = auto()
    CONTACTS_INTERACTION_HISTORY_READ = auto()
    CONTACTS_ASSIGN_INTERACTION = auto()
    CONTACTS_READ = auto()
    CONTACTS_CREATE = auto()
    CONTACTS_UPDATE = auto()
    CONTACTS_DELETE = auto()
    NOTES_READ_ALL = auto()
    NOTES_CREATE_ALL = auto()
    ARTIFACTS_READ_ALL = auto()
    ARTIFACTS_READ_SELF = auto()
    ARTIFACTS_CREATE_ALL = auto()

    VIEW_ALL_REALTIME_DASHBOARDS = auto()
    MANAGE_ALL_REALTIME_DASHBOARDS = auto()
    AGENT_EXPERIENCE_METRICS_VIEW = auto()
    ASSIGNED_REPORTS_READ = auto()
    WFM_HISTORICAL = auto()
    WFM_RTA = auto()
    VIEW_ALL_MONITORED_CALLS = auto()
    MONITOR_ALL_CALLS = auto()
    MANAGE_ALL_USER_STATE = auto()
    MANAGE_ALL_USERS_DIRECTION = auto()
    MANAGE_DATA_QUALITY = auto()
    AGENT_EXPERIENCE_TRANSFER_MENU_AGENTS_VIEW = auto()
    AGENT_EXPERIENCE_TRANSFER_MENU_QUEUES_VIEW = auto()

    VIEW_ALL_USERS = auto()
    MANAGE_ALL_USERS = auto()
    MANAGE_ALL_USER_SKILLS = auto()
    MANAGE_ALL_USER_GROUPS = auto()
    VIEW_ALL_ROLES = auto()
    MANAGE_ALL_ROLES = auto()
    VIEW_ALL_SKILLS = auto()
    MANAGE_ALL_SKILLS = auto()
    VIEW_ALL_GROUPS = auto()
    MANAGE_ALL_GROUPS = auto()
    VIEW_ALL_CAPACITY_RULES = auto()
    MANAGE_ALL_CAPACITY_RULES = auto()

    VIEW_ALL_QUEUES = auto()
    MANAGE_ALL_QUEUES = auto()
    CUSTOM_STATS_READ = auto()
    CUSTOM_STATS_CREATE = auto()
    CUSTOM_STATS_UPDATE = auto()
    VIEW_ALL_FLOWS = auto()
    MANAGE_ALL_FLOWS = auto()
    VIEW_ALL_BUSINESS_HOURS = auto()
    MANAGE_ALL_BUSINESS_HOURS = auto()
    VIEW_ALL_TRANSFER_LISTS = auto()
    MANAGE_ALL_TRANSFER_LISTS = auto()
    VIEW_ALL_OUTBOUND_IDENTIFIERS = auto()
    MANAGE_ALL_OUTBOUND_IDENTIFIERS = auto()
    VIEW_ALL_MESSAGE_TEMPLATES = auto()
    MANAGE_ALL_MESSAGE_TEMPLATES = auto()

    READ_DISPOSITIONS = auto()
    CREATE_DISPOSITIONS = auto()
    UPDATE_DISPOSITIONS = auto()
    SHARE_DISPOSITIONS = auto()
    READ_DISPOSITION_LIST = auto()
    CREATE_DISPOSITION_LIST = auto()
    UPDATE_DISPOSITION_LIST = auto()
    SHARE_DISPOSITION_LIST = auto()
    READ_PRESENCE_REASONS = auto()
    CREATE_PRESENCE_REASONS = auto()
    UPDATE_PRESENCE_REASONS = auto()
    SHARE_PRESENCE_REASONS = auto()
    READ_REASON_LIST = auto()
    CREATE_REASON_LIST = auto()
    UPDATE_REASON_LIST = auto()
    SHARE_REASON_LIST = auto()

    VIEW_ALL_INTEGRATIONS = auto()
    MANAGE_ALL_INTEGRATIONS = auto()
    MANAGE_ALL_WEBHOOKS = auto()
    MANAGE_ALL_APP_CREDENTIALS = auto()
    MANAGE_DEFINITIONS = auto()
    MANAGE_JOBS = auto()
    SHARE_LIST_VIEWS = auto()
    MANAGE_TENANT = auto()
    AUDIT_LOG_READ = auto()
    MANAGE_PERSONAL_DATA = auto()
    PLATFORM_VIEW_ALL = auto()

    @property
    def only_reads(self) -> bool:
        return not _READERS.isdisjoint(self.split("_"))


_READERS = frozenset({"VIEW", "READ", "WFM"})

P = Permission
_CONFIGURATION = frozenset(
    {
        P.VIEW_ALL_USERS, P.VIEW_ALL_SKILLS, P.VIEW_ALL_GROUPS, P.VIEW_ALL_CAPACITY_RULES,
        P.VIEW_ALL_QUEUES, P.CUSTOM_STATS_READ, P.VIEW_ALL_FLOWS, P.VIEW_ALL_BUSINESS_HOURS,
        P.VIEW_ALL_TRANSFER_LISTS, P.VIEW_ALL_OUTBOUND_IDENTIFIERS, P.VIEW_ALL_MESSAGE_TEMPLATES,
        P.READ_DISPOSITIONS, P.READ_DISPOSITION_LIST, P.READ_PRESENCE_REASONS, P.READ_REASON_LIST,
    }
)  # fmt: skip
_AGENT = frozenset(
    {
        P.PHONE_NUMBERS_READ, P.CONTACTS_INTERACTION_HISTORY_READ, P.CONTACTS_ASSIGN_INTERACTION, P.CONTACTS_READ,
        P.NOTES_READ_ALL, P.NOTES_CREATE_ALL, P.ARTIFACTS_READ_SELF, P.AGENT_EXPERIENCE_METRICS_VIEW,
        P.AGENT_EXPERIENCE_TRANSFER_MENU_AGENTS_VIEW, P.AGENT_EXPERIENCE_TRANSFER_MENU_QUEUES_VIEW,
        P.VIEW_ALL_TRANSFER_LISTS, P.VIEW_ALL_OUTBOUND_IDENTIFIERS, P.VIEW_ALL_MESSAGE_TEMPLATES,
        P.READ_DISPOSITIONS, P.READ_DISPOSITION_LIST, P.READ_PRESENCE_REASONS, P.READ_REASON_LIST,
    }
)  # fmt: skip
_INTEGRATION = _CONFIGURATION | {
    P.PHONE_NUMBERS_READ, P.INTERACTIONS_API_READ_ALL, P.INTERACTIONS_MANAGE_ALL, P.CONTACTS_INTERACTION_HISTORY_READ,
    P.CONTACTS_ASSIGN_INTERACTION, P.CONTACTS_READ, P.CONTACTS_CREATE, P.CONTACTS_UPDATE,
    P.NOTES_READ_ALL, P.NOTES_CREATE_ALL, P.ARTIFACTS_READ_ALL, P.ARTIFACTS_CREATE_ALL,
    P.VIEW_ALL_REALTIME_DASHBOARDS, P.ASSIGNED_REPORTS_READ, P.WFM_HISTORICAL, P.WFM_RTA, P.VIEW_ALL_INTEGRATIONS,
}  # fmt: skip
_FOR_ADMINISTRATORS = frozenset(
    {
        P.MANAGE_ALL_USERS, P.VIEW_ALL_ROLES, P.MANAGE_ALL_ROLES, P.PLATFORM_VIEW_ALL, P.MANAGE_TENANT,
        P.MANAGE_ALL_INTEGRATIONS, P.MANAGE_ALL_WEBHOOKS, P.MANAGE_ALL_APP_CREDENTIALS, P.MANAGE_DEFINITIONS,
        P.CONTACTS_CREATE, P.CONTACTS_UPDATE, P.CONTACTS_DELETE, P.AUDIT_LOG_READ, P.MANAGE_PERSONAL_DATA,
    }
)  # fmt: skip
# What the roles that every tenant has allow, until an administrator changes them.
DEFAULTS = {
    Role.ADMIN: frozenset(P),
    Role.SUPERVISOR: frozenset(P) - _FOR_ADMINISTRATORS,
    Role.AGENT: _AGENT,
    Role.INTEGRATION: _INTEGRATION,
}
ACCESS_CONTROLLED = _AGENT | _CONFIGURATION | {P.MANAGE_ALL_USER_STATE, P.MONITOR_ALL_CALLS, P.VIEW_ALL_MONITORED_CALLS}


def permits(user: "User", permission: Permission) -> bool:
    """Whether the user's role allows this. Every dialect, desk and screen asks here; costs no query."""
    held = permissions_of(user)
    return permission in held or (permission.only_reads and P.PLATFORM_VIEW_ALL in held)


def permissions_of(user: "User") -> frozenset[str]:
    """The names of what the user's role allows."""
    return DEFAULTS[Role(user.role)] if user.granted is None else frozenset(user.granted)


def may_manage(user: "User", *, by: "User") -> bool:
    """Whether `by` may change what another user can do: not of those who may do, or see, more."""
    return permissions_of(user) <= permissions_of(by) and by.reach in (Reach.ALL, user.reach)
