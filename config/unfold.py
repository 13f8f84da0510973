"""The administration screens in the same look as the desk: colours, radius, sheets and the sidebar's sections."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse, reverse_lazy
from django.utils.translation import gettext, gettext_noop

from apps.common.words import later as _


@dataclass(frozen=True)
class Link:
    """One line of the sidebar. `icon` is a Material symbol; `permission` hides it from whoever lacks it."""

    title: str
    icon: str
    to: str
    permission: str = ""


DESK = "a desk of one's own"  # no permission: who takes work has one

SECTIONS: dict[str, list[Link]] = {
    gettext_noop("Watch"): [
        Link(_("Live board"), "monitoring", "supervision:board", "queues.view_threshold"),
        Link(_("Reports"), "bar_chart", "supervision:reports", "reporting.view_report"),
        Link(_("Reports by mail"), "outgoing_mail", "admin:exports_mailedreport_changelist", "exports.view_"),
        Link(_("My desk"), "desktop_windows", "desk", DESK),
    ],
    gettext_noop("Records"): [
        Link(_("Interactions"), "forum", "admin:engagements_engagementinteraction_changelist", "engagements.view_"),
        Link(_("Transcripts"), "speech_to_text", "admin:engagements_conversationentry_changelist", "engagements.view_"),
        Link(_("Attendees"), "groups_2", "admin:attendees_engagementattendee_changelist", "attendees.view_"),
        Link(_("Topics"), "topic", "admin:topics_engagementtopic_changelist", "topics.view_"),
        Link(_("Voice calls"), "call", "admin:voice_calls_voicecall_changelist", "voice_calls.view_"),
        Link(_("Callbacks"), "phone_callback", "admin:voice_calls_contactrequest_changelist", "voice_calls.view_"),
        Link(_("Workbins"), "inbox", "admin:queues_workbin_changelist", "queues.view_"),
        Link(_("Import"), "upload_file", "admin:imports_importedinteraction_changelist", "imports.add_"),
        Link(_("Jobs"), "pending_actions", "admin:jobs_job_changelist"),
        Link(_("Directory"), "contacts", "admin:directory_crmrecord_changelist", "directory.view_"),
    ],
    gettext_noop("Set up"): [
        Link(_("Everything to set up"), "checklist", "supervision:setup", "queues.view_queue"),
        Link(_("People"), "person", "admin:accounts_user_changelist", "accounts.view_"),
        Link(_("Roles"), "admin_panel_settings", "admin:accounts_userrole_changelist", "accounts.view_"),
        Link(_("Agents"), "group", "admin:agents_agent_changelist", "agents.view_"),
        Link(_("Teams"), "groups", "admin:agents_team_changelist", "agents.view_"),
        Link(_("Capacities"), "layers", "admin:agents_channelcapacity_changelist", "agents.view_"),
        Link(_("Queues"), "linear_scale", "admin:queues_queue_changelist", "queues.view_"),
        Link(_("Flows"), "alt_route", "admin:queues_flow_changelist", "queues.view_"),
        Link(_("Business hours"), "schedule", "admin:queues_businesshours_changelist", "queues.view_"),
        Link(_("Holidays"), "event_busy", "admin:queues_holidaylist_changelist", "queues.view_"),
        Link(_("Entry and flow rules"), "rule", "admin:queues_flowrule_changelist", "queues.view_"),
        Link(_("Service levels"), "speed", "admin:queues_slaversion_changelist", "queues.view_"),
        Link(_("Outbound identifiers"), "call_made", "admin:queues_outboundidentifier_changelist", "queues.view_"),
        Link(_("Board thresholds"), "notifications_active", "admin:queues_threshold_changelist", "queues.view_"),
        Link(_("Dispositions"), "label", "admin:queues_disposition_changelist", "queues.view_"),
        Link(_("Canned texts"), "quickreply", "admin:messaging_cannedtext_changelist", "messaging.view_"),
        Link(_("Verification"), "how_to_reg", "admin:attendees_verificationprocess_changelist", "attendees.view_"),
        Link(_("Not-ready reasons"), "do_not_disturb_on", "admin:agents_notreadyreason_changelist", "agents.view_"),
        Link(_("Skills"), "star", "admin:agents_skill_changelist", "agents.view_"),
        Link(_("Call centres"), "settings_phone", "admin:voice_calls_callcenter_changelist", "voice_calls.view_"),
        Link(_("Fields"), "edit_note", "admin:objects_customfield_changelist", "objects.view_"),
        Link(_("Picklists"), "list", "admin:objects_picklistvalue_changelist", "objects.view_"),
        Link(_("Record types"), "category", "admin:objects_recordtype_changelist", "objects.view_"),
        Link(_("Field history"), "history", "admin:objects_tracking_changelist", "objects.view_"),
        Link(_("Audit log"), "policy", "admin:audit_auditentry_changelist", "audit.view_"),
        Link(_("Retention"), "auto_delete", "admin:privacy_retentionrule_changelist", "privacy.view_"),
        Link(_("Legal holds"), "gavel", "admin:privacy_legalhold_changelist", "privacy.view_"),
        Link(_("Data of one person"), "person_off", "admin:privacy_personrequest_changelist", "privacy.view_"),
        Link(_("Settings"), "settings", "admin:tenants_tenant_changelist", "tenants.view_"),
        Link(_("Webhooks"), "webhook", "admin:webhooks_webhookendpoint_changelist", "webhooks.view_"),
        Link(_("Webhook log"), "outbox", "admin:webhooks_webhookdelivery_changelist", "webhooks.view_"),
        Link(_("API keys"), "key", "admin:accounts_apikey_changelist", "accounts.view_"),
        Link(_("Clients"), "link", "admin:accounts_apiclient_changelist", "accounts.view_"),
        Link(_("Approvals"), "verified_user", "admin:accounts_approval_changelist", "accounts.view_"),
        Link(_("Sessions"), "vpn_key", "admin:accounts_apisession_changelist", "accounts.view_"),
    ],
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sections with the screens that exist; unfold asks for each line's permission itself."""
    return [
        {"title": gettext(title), "items": [_item(link, url) for link in links if (url := _url(link.to))]}
        for title, links in SECTIONS.items()
    ]


def _item(link: Link, url: str) -> dict[str, Any]:
    return {"title": link.title, "icon": link.icon, "link": url, "permission": _may(link)}


def _may(link: Link) -> Callable[[HttpRequest], bool]:
    if link.permission == DESK:
        return lambda request: hasattr(request.user, "agent")
    needed = link.permission
    if needed.endswith("view_"):  # of the model that the screen lists
        needed += link.to.removesuffix("_changelist").rpartition("_")[2]
    return lambda request: not needed or request.user.has_perm(needed)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _file(name: str) -> Callable[[HttpRequest], str]:
    return lambda request: static(f"switchroom/{name}")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Switchroom",
    "SITE_HEADER": "Switchroom",
    "SITE_URL": "/",
    "SITE_ICON": _file("logo.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _file("favicon.svg")}],
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    # The scale `--sw-accent-*` of tokens.css.
    "COLORS": {
        "primary": {
            "50": "#eff8ff",
            "100": "#ddf1ff",
            "200": "#bfe4fd",
            "300": "#92d0f8",
            "400": "#60b5e9",
            "500": "#3596cc",
            "600": "#096b99",
            "700": "#04577f",
            "800": "#064666",
            "900": "#083750",
            "950": "#042233",
        }
    },
    "STYLES": [_file("tokens.css"), _file("unfold.css")],
    "SCRIPTS": [_file("frame.js")],
    "ACCOUNT": {
        "navigation": [
            {"title": _("Language and time zone"), "link": reverse_lazy("my-settings")},
            {"title": _("Change password"), "link": reverse_lazy("change-password")},
            {"title": _("Two-factor sign-in"), "link": reverse_lazy("second-factor")},
        ]
    },
    "SIDEBAR": {"navigation": navigation, "show_search": False, "show_all_applications": False},
}
