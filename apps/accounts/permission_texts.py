"""What each permission is called, and what it opens in every dialect and screen: for the screen of roles."""

from collections.abc import Mapping
from enum import StrEnum

from apps.accounts.permissions import Permission

P = Permission


class Group(StrEnum):
    """Headings of the roles' screen."""

    RECORDS = "Interactions and contacts"
    LIVE = "Watching and steering live work"
    PEOPLE = "People and skills"
    ROUTING = "Queues and routing"
    OUTCOMES = "Dispositions and reasons"
    SYSTEM = "Other systems and settings"


TEXTS: Mapping[Group, Mapping[Permission, tuple[str, str]]] = {
    Group.RECORDS: {
        P.INTERACTIONS_API_READ_ALL: (
            "See all interactions",
            "Every interaction in every dialect and screen. Without it: those that are active, and one's own.",
        ),
        P.PHONE_NUMBERS_READ: (
            "See phone numbers in full",
            "Without it people see the last four digits, on screens, in exports and in every dialect. Looking for a "
            "number still works. Other systems are always told numbers in full.",
        ),
        P.INTERACTIONS_MANAGE_ALL: (
            "Change all interactions",
            "Correct and delete anybody's records in screens and Salesforce, move and end anybody's work.",
        ),
        P.CONTACTS_INTERACTION_HISTORY_READ: (
            "See a contact’s history",
            "The interactions of one contact in CxEngage, as far as the user may see each of them.",
        ),
        P.CONTACTS_ASSIGN_INTERACTION: (
            "Tie interactions to contacts",
            "Select and clear the contact of an interaction in CxEngage.",
        ),
        P.CONTACTS_READ: ("See contacts", "The directory’s screen, and CxEngage’s contacts."),
        P.CONTACTS_CREATE: ("Add contacts", "In the directory’s screen and in CxEngage."),
        P.CONTACTS_UPDATE: ("Change contacts", "In the directory’s screen and in CxEngage."),
        P.CONTACTS_DELETE: ("Delete contacts", "In the directory’s screen."),
        P.NOTES_READ_ALL: ("Read notes", "Agents’ notes of any interaction, in CxEngage."),
        P.NOTES_CREATE_ALL: ("Write notes", "Notes of any interaction, in CxEngage."),
        P.ARTIFACTS_READ_ALL: (
            "Open all artifacts",
            "Recordings, transcripts and e-mail bodies of any interaction, in CxEngage.",
        ),
        P.ARTIFACTS_READ_SELF: (
            "Open artifacts of own interactions",
            "Recordings, transcripts and e-mail bodies of interactions in which the user took part, in CxEngage.",
        ),
        P.ARTIFACTS_CREATE_ALL: ("Add artifacts", "To any interaction, in CxEngage."),
    },
    Group.LIVE: {
        P.VIEW_ALL_REALTIME_DASHBOARDS: (
            "See all live figures",
            "The live board, reports, and CxEngage’s realtime statistics of all queues and agents.",
        ),
        P.MANAGE_ALL_REALTIME_DASHBOARDS: ("Set up boards", "Change boards that others see."),
        P.AGENT_EXPERIENCE_METRICS_VIEW: (
            "See one’s own live figures",
            "CxEngage’s realtime statistics that are filtered to the user’s own resource-id.",
        ),
        P.ASSIGNED_REPORTS_READ: ("Read reports", "Reports and their exports."),
        P.WFM_HISTORICAL: ("WFM historical", "Intervals of 15 minutes for workforce management, in CxEngage."),
        P.WFM_RTA: ("WFM RTA", "Agents’ states for workforce management, in CxEngage."),
        P.VIEW_ALL_MONITORED_CALLS: ("See who listens in", "Silent monitoring that is under way."),
        P.MONITOR_ALL_CALLS: ("Listen in", "Silent monitoring of any call, by CxEngage and from the board."),
        P.MANAGE_ALL_USER_STATE: (
            "Change agents’ states",
            "Make others ready or not ready and sign them out: from the board, in Genesys and in CxEngage.",
        ),
        P.MANAGE_ALL_USERS_DIRECTION: (
            "Change agents’ directions",
            "Set whether others take inbound or make outbound contacts, in CxEngage.",
        ),
        P.MANAGE_DATA_QUALITY: ("Repair stuck work", "Repair what is flagged as stuck or incomplete."),
        P.AGENT_EXPERIENCE_TRANSFER_MENU_AGENTS_VIEW: (
            "Transfer to colleagues",
            "Names of colleagues, to hand work on to them in CxEngage.",
        ),
        P.AGENT_EXPERIENCE_TRANSFER_MENU_QUEUES_VIEW: (
            "Transfer to queues",
            "Names of queues, to hand work on to them in CxEngage.",
        ),
    },
    Group.PEOPLE: {
        P.VIEW_ALL_USERS: ("See people", "The agents’ screens, and CxEngage’s users."),
        P.MANAGE_ALL_USERS: (
            "Manage people",
            "Add people, switch them off, give them roles no mightier than one’s own, and set their passwords.",
        ),
        P.MANAGE_ALL_USER_SKILLS: ("Give skills", "Which agent has which skill, at which level."),
        P.MANAGE_ALL_USER_GROUPS: ("Assign agents", "Who is an agent, in which team and which queues."),
        P.VIEW_ALL_ROLES: ("See roles", "Roles and what they allow."),
        P.MANAGE_ALL_ROLES: ("Manage roles", "Roles that allow no more than one’s own does."),
        P.VIEW_ALL_SKILLS: ("See skills", "In screens and CxEngage."),
        P.MANAGE_ALL_SKILLS: ("Manage skills", "In screens and CxEngage."),
        P.VIEW_ALL_GROUPS: ("See teams", "Teams; in CxEngage they are groups."),
        P.MANAGE_ALL_GROUPS: ("Manage teams", "Teams; in CxEngage they are groups."),
        P.VIEW_ALL_CAPACITY_RULES: ("See capacities", "How much is taken at once on a channel."),
        P.MANAGE_ALL_CAPACITY_RULES: ("Manage capacities", "How much is taken at once on a channel."),
    },
    Group.ROUTING: {
        P.VIEW_ALL_QUEUES: ("See queues", "Queues and workbins, in screens and CxEngage."),
        P.MANAGE_ALL_QUEUES: ("Manage queues", "In screens and CxEngage."),
        P.CUSTOM_STATS_READ: ("See service levels", "The rules; CxEngage’s SLAs."),
        P.CUSTOM_STATS_CREATE: ("Add service levels", "The rules; CxEngage’s SLAs."),
        P.CUSTOM_STATS_UPDATE: ("Change service levels", "The rules; CxEngage’s SLAs."),
        P.VIEW_ALL_FLOWS: ("See flows", "Flows, entry rules, dispatch mappings."),
        P.MANAGE_ALL_FLOWS: ("Manage flows", "Flows, entry rules, dispatch mappings."),
        P.VIEW_ALL_BUSINESS_HOURS: ("See business hours", "With holidays."),
        P.MANAGE_ALL_BUSINESS_HOURS: ("Manage business hours", "With holidays."),
        P.VIEW_ALL_TRANSFER_LISTS: ("See transfer lists", "Where agents may hand work on to."),
        P.MANAGE_ALL_TRANSFER_LISTS: ("Manage transfer lists", "Where agents may hand work on to."),
        P.VIEW_ALL_OUTBOUND_IDENTIFIERS: (
            "See outbound identifiers",
            "Numbers and addresses that customers are shown, and their lists.",
        ),
        P.MANAGE_ALL_OUTBOUND_IDENTIFIERS: (
            "Manage outbound identifiers",
            "Numbers and addresses that customers are shown, and their lists.",
        ),
        P.VIEW_ALL_MESSAGE_TEMPLATES: ("See message templates", "Texts that agents may send."),
        P.MANAGE_ALL_MESSAGE_TEMPLATES: ("Manage message templates", "Texts that agents may send."),
    },
    Group.OUTCOMES: {
        P.READ_DISPOSITIONS: ("See dispositions", "In screens and CxEngage."),
        P.CREATE_DISPOSITIONS: ("Add dispositions", "In screens and CxEngage."),
        P.UPDATE_DISPOSITIONS: ("Change dispositions", "In screens and CxEngage."),
        P.SHARE_DISPOSITIONS: ("Share dispositions", "For good, in CxEngage."),
        P.READ_DISPOSITION_LIST: ("See disposition lists", "In CxEngage."),
        P.CREATE_DISPOSITION_LIST: ("Add disposition lists", "In CxEngage."),
        P.UPDATE_DISPOSITION_LIST: ("Change disposition lists", "In CxEngage."),
        P.SHARE_DISPOSITION_LIST: ("Share disposition lists", "For good, in CxEngage."),
        P.READ_PRESENCE_REASONS: ("See not-ready reasons", "In screens and CxEngage."),
        P.CREATE_PRESENCE_REASONS: ("Add not-ready reasons", "In screens and CxEngage."),
        P.UPDATE_PRESENCE_REASONS: ("Change not-ready reasons", "In screens and CxEngage."),
        P.SHARE_PRESENCE_REASONS: ("Share not-ready reasons", "For good, in CxEngage."),
        P.READ_REASON_LIST: ("See reason lists", "In CxEngage."),
        P.CREATE_REASON_LIST: ("Add reason lists", "In CxEngage."),
        P.UPDATE_REASON_LIST: ("Change reason lists", "In CxEngage."),
        P.SHARE_REASON_LIST: ("Share reason lists", "For good, in CxEngage."),
    },
    Group.SYSTEM: {
        P.VIEW_ALL_INTEGRATIONS: ("See integrations", "Call centres, calls of telephone systems, routes."),
        P.MANAGE_ALL_INTEGRATIONS: ("Manage integrations", "Call centres, their keys and routes."),
        P.MANAGE_ALL_WEBHOOKS: ("Manage webhooks", "See and change them, send again, read their log."),
        P.MANAGE_ALL_APP_CREDENTIALS: (
            "Manage API keys and clients",
            "Make API keys and clients, end sessions and approvals, in screens and CxEngage.",
        ),
        P.MANAGE_DEFINITIONS: ("Manage fields", "Custom fields, picklists, record types, field history."),
        P.MANAGE_JOBS: ("Export and import", "Large exports as background jobs, imports of history, bulk actions."),
        P.SHARE_LIST_VIEWS: ("Share views of lists", "Views that everybody sees who sees the list."),
        P.MANAGE_TENANT: ("Change settings", "Settings of the whole contact centre."),
        P.AUDIT_LOG_READ: ("Read the audit log", "Who changed, opened, took away or signed in to what, and when."),
        P.MANAGE_PERSONAL_DATA: (
            "Manage personal data",
            "Retention rules, legal holds, and one person’s data: exporting it and erasing it, wherever it lies and "
            "whatever the user may see otherwise.",
        ),
        P.PLATFORM_VIEW_ALL: ("See everything", "Stands for every permission here that only reads."),
    },
}
