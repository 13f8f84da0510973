"""What each permission is called, and what it opens in every dialect and screen: for the screen of roles."""

from collections.abc import Mapping

from django.db.models import TextChoices

from apps.accounts.permissions import Permission
from apps.common.words import later as _

P = Permission


class Group(TextChoices):
    """Headings of the roles' screen."""

    RECORDS = "records", _("Interactions and contacts")
    LIVE = "live", _("Watching and steering live work")
    PEOPLE = "people", _("People and skills")
    ROUTING = "routing", _("Queues and routing")
    OUTCOMES = "outcomes", _("Dispositions and reasons")
    SYSTEM = "system", _("Other systems and settings")


TEXTS: Mapping[Group, Mapping[Permission, tuple[str, str]]] = {
    Group.RECORDS: {
        P.INTERACTIONS_API_READ_ALL: (
            _("See all interactions"),
            _("Every interaction in every dialect and screen. Without it: those that are active, and one's own."),
        ),
        P.PHONE_NUMBERS_READ: (
            _("See phone numbers in full"),
            _(
                "Without it people see the last four digits, on screens, in exports and in every dialect. Looking for "
                "a number still works. Other systems are always told numbers in full."
            ),
        ),
        P.INTERACTIONS_MANAGE_ALL: (
            _("Change all interactions"),
            _("Correct and delete anybody's records in screens and Salesforce, move and end anybody's work."),
        ),
        P.CONTACTS_INTERACTION_HISTORY_READ: (
            _("See a contact’s history"),
            _("The interactions of one contact in CxEngage, as far as the user may see each of them."),
        ),
        P.CONTACTS_ASSIGN_INTERACTION: (
            _("Tie interactions to contacts"),
            _("Select and clear the contact of an interaction in CxEngage."),
        ),
        P.CONTACTS_READ: (_("See contacts"), _("The directory’s screen, and CxEngage’s contacts.")),
        P.CONTACTS_CREATE: (_("Add contacts"), _("In the directory’s screen and in CxEngage.")),
        P.CONTACTS_UPDATE: (_("Change contacts"), _("In the directory’s screen and in CxEngage.")),
        P.CONTACTS_DELETE: (_("Delete contacts"), _("In the directory’s screen.")),
        P.NOTES_READ_ALL: (_("Read notes"), _("Agents’ notes of any interaction, in CxEngage.")),
        P.NOTES_CREATE_ALL: (_("Write notes"), _("Notes of any interaction, in CxEngage.")),
        P.ARTIFACTS_READ_ALL: (
            _("Open all artifacts"),
            _("Recordings, transcripts and e-mail bodies of any interaction, in CxEngage."),
        ),
        P.ARTIFACTS_READ_SELF: (
            _("Open artifacts of own interactions"),
            _("Recordings, transcripts and e-mail bodies of interactions in which the user took part, in CxEngage."),
        ),
        P.ARTIFACTS_CREATE_ALL: (_("Add artifacts"), _("To any interaction, in CxEngage.")),
    },
    Group.LIVE: {
        P.VIEW_ALL_REALTIME_DASHBOARDS: (
            _("See all live figures"),
            _("The live board, reports, and CxEngage’s realtime statistics of all queues and agents."),
        ),
        P.MANAGE_ALL_REALTIME_DASHBOARDS: (_("Set up boards"), _("Change boards that others see.")),
        P.AGENT_EXPERIENCE_METRICS_VIEW: (
            _("See one’s own live figures"),
            _("CxEngage’s realtime statistics that are filtered to the user’s own resource-id."),
        ),
        P.ASSIGNED_REPORTS_READ: (_("Read reports"), _("Reports and their exports.")),
        P.WFM_HISTORICAL: (_("WFM historical"), _("Intervals of 15 minutes for workforce management, in CxEngage.")),
        P.WFM_RTA: (_("WFM RTA"), _("Agents’ states for workforce management, in CxEngage.")),
        P.VIEW_ALL_MONITORED_CALLS: (_("See who listens in"), _("Silent monitoring that is under way.")),
        P.MONITOR_ALL_CALLS: (_("Listen in"), _("Silent monitoring of any call, by CxEngage and from the board.")),
        P.MANAGE_ALL_USER_STATE: (
            _("Change agents’ states"),
            _("Make others ready or not ready and sign them out: from the board, in Genesys and in CxEngage."),
        ),
        P.MANAGE_ALL_USERS_DIRECTION: (
            _("Change agents’ directions"),
            _("Set whether others take inbound or make outbound contacts, in CxEngage."),
        ),
        P.MANAGE_DATA_QUALITY: (_("Repair stuck work"), _("Repair what is flagged as stuck or incomplete.")),
        P.AGENT_EXPERIENCE_TRANSFER_MENU_AGENTS_VIEW: (
            _("Transfer to colleagues"),
            _("Names of colleagues, to hand work on to them in CxEngage."),
        ),
        P.AGENT_EXPERIENCE_TRANSFER_MENU_QUEUES_VIEW: (
            _("Transfer to queues"),
            _("Names of queues, to hand work on to them in CxEngage."),
        ),
    },
    Group.PEOPLE: {
        P.VIEW_ALL_USERS: (_("See people"), _("The agents’ screens, and CxEngage’s users.")),
        P.MANAGE_ALL_USERS: (
            _("Manage people"),
            _("Add people, switch them off, give them roles no mightier than one’s own, and set their passwords."),
        ),
        P.MANAGE_ALL_USER_SKILLS: (_("Give skills"), _("Which agent has which skill, at which level.")),
        P.MANAGE_ALL_USER_GROUPS: (_("Assign agents"), _("Who is an agent, in which team and which queues.")),
        P.VIEW_ALL_ROLES: (_("See roles"), _("Roles and what they allow.")),
        P.MANAGE_ALL_ROLES: (_("Manage roles"), _("Roles that allow no more than one’s own does.")),
        P.VIEW_ALL_SKILLS: (_("See skills"), _("In screens and CxEngage.")),
        P.MANAGE_ALL_SKILLS: (_("Manage skills"), _("In screens and CxEngage.")),
        P.VIEW_ALL_GROUPS: (_("See teams"), _("Teams; in CxEngage they are groups.")),
        P.MANAGE_ALL_GROUPS: (_("Manage teams"), _("Teams; in CxEngage they are groups.")),
        P.VIEW_ALL_CAPACITY_RULES: (_("See capacities"), _("How much is taken at once on a channel.")),
        P.MANAGE_ALL_CAPACITY_RULES: (_("Manage capacities"), _("How much is taken at once on a channel.")),
    },
    Group.ROUTING: {
        P.VIEW_ALL_QUEUES: (_("See queues"), _("Queues and workbins, in screens and CxEngage.")),
        P.MANAGE_ALL_QUEUES: (_("Manage queues"), _("In screens and CxEngage.")),
        P.CUSTOM_STATS_READ: (_("See service levels"), _("The rules; CxEngage’s SLAs.")),
        P.CUSTOM_STATS_CREATE: (_("Add service levels"), _("The rules; CxEngage’s SLAs.")),
        P.CUSTOM_STATS_UPDATE: (_("Change service levels"), _("The rules; CxEngage’s SLAs.")),
        P.VIEW_ALL_FLOWS: (_("See flows"), _("Flows, entry rules, dispatch mappings.")),
        P.MANAGE_ALL_FLOWS: (_("Manage flows"), _("Flows, entry rules, dispatch mappings.")),
        P.VIEW_ALL_BUSINESS_HOURS: (_("See business hours"), _("With holidays.")),
        P.MANAGE_ALL_BUSINESS_HOURS: (_("Manage business hours"), _("With holidays.")),
        P.VIEW_ALL_TRANSFER_LISTS: (_("See transfer lists"), _("Where agents may hand work on to.")),
        P.MANAGE_ALL_TRANSFER_LISTS: (_("Manage transfer lists"), _("Where agents may hand work on to.")),
        P.VIEW_ALL_OUTBOUND_IDENTIFIERS: (
            _("See outbound identifiers"),
            _("Numbers and addresses that customers are shown, and their lists."),
        ),
        P.MANAGE_ALL_OUTBOUND_IDENTIFIERS: (
            _("Manage outbound identifiers"),
            _("Numbers and addresses that customers are shown, and their lists."),
        ),
        P.VIEW_ALL_MESSAGE_TEMPLATES: (_("See message templates"), _("Texts that agents may send.")),
        P.MANAGE_ALL_MESSAGE_TEMPLATES: (_("Manage message templates"), _("Texts that agents may send.")),
    },
    Group.OUTCOMES: {
        P.READ_DISPOSITIONS: (_("See dispositions"), _("In screens and CxEngage.")),
        P.CREATE_DISPOSITIONS: (_("Add dispositions"), _("In screens and CxEngage.")),
        P.UPDATE_DISPOSITIONS: (_("Change dispositions"), _("In screens and CxEngage.")),
        P.SHARE_DISPOSITIONS: (_("Share dispositions"), _("For good, in CxEngage.")),
        P.READ_DISPOSITION_LIST: (_("See disposition lists"), _("In CxEngage.")),
        P.CREATE_DISPOSITION_LIST: (_("Add disposition lists"), _("In CxEngage.")),
        P.UPDATE_DISPOSITION_LIST: (_("Change disposition lists"), _("In CxEngage.")),
        P.SHARE_DISPOSITION_LIST: (_("Share disposition lists"), _("For good, in CxEngage.")),
        P.READ_PRESENCE_REASONS: (_("See not-ready reasons"), _("In screens and CxEngage.")),
        P.CREATE_PRESENCE_REASONS: (_("Add not-ready reasons"), _("In screens and CxEngage.")),
        P.UPDATE_PRESENCE_REASONS: (_("Change not-ready reasons"), _("In screens and CxEngage.")),
        P.SHARE_PRESENCE_REASONS: (_("Share not-ready reasons"), _("For good, in CxEngage.")),
        P.READ_REASON_LIST: (_("See reason lists"), _("In CxEngage.")),
        P.CREATE_REASON_LIST: (_("Add reason lists"), _("In CxEngage.")),
        P.UPDATE_REASON_LIST: (_("Change reason lists"), _("In CxEngage.")),
        P.SHARE_REASON_LIST: (_("Share reason lists"), _("For good, in CxEngage.")),
    },
    Group.SYSTEM: {
        P.VIEW_ALL_INTEGRATIONS: (_("See integrations"), _("Call centres, calls of telephone systems, routes.")),
        P.MANAGE_ALL_INTEGRATIONS: (_("Manage integrations"), _("Call centres, their keys and routes.")),
        P.MANAGE_ALL_WEBHOOKS: (_("Manage webhooks"), _("See and change them, send again, read their log.")),
        P.MANAGE_ALL_APP_CREDENTIALS: (
            _("Manage API keys and clients"),
            _("Make API keys and clients, end sessions and approvals, in screens and CxEngage."),
        ),
        P.MANAGE_DEFINITIONS: (_("Manage fields"), _("Custom fields, picklists, record types, field history.")),
        P.MANAGE_JOBS: (
            _("Export and import"),
            _("Large exports as background jobs, imports of history, bulk actions."),
        ),
        P.SHARE_LIST_VIEWS: (_("Share views of lists"), _("Views that everybody sees who sees the list.")),
        P.MANAGE_TENANT: (_("Change settings"), _("Settings of the whole contact centre.")),
        P.AUDIT_LOG_READ: (
            _("Read the audit log"),
            _("Who changed, opened, took away or signed in to what, and when."),
        ),
        P.MANAGE_PERSONAL_DATA: (
            _("Manage personal data"),
            _(
                "Retention rules, legal holds, and one person’s data: exporting it and erasing it, wherever it lies "
                "and whatever the user may see otherwise."
            ),
        ),
        P.PLATFORM_VIEW_ALL: (_("See everything"), _("Stands for every permission here that only reads.")),
    },
}
