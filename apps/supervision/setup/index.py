"""The one way in to all set-up screens, with what is missing before a centre can work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.common.words import later as _
from apps.supervision.setup.about import ABOUT
from apps.supervision.setup.missing import missing
from apps.supervision.site import site

GROUPS: Mapping[str, Sequence[str]] = {
    _("People"): (
        *("accounts.user", "accounts.userrole", "agents.agent", "agents.team", "agents.skill"),
        *("agents.channelcapacity", "agents.notreadyreason"),
    ),
    _("Where contacts go"): (
        *("queues.queue", "queues.flowrule", "queues.flow", "queues.businesshours", "queues.holidaylist"),
        *("queues.slaversion", "queues.threshold", "queues.workbin", "queues.outboundidentifier"),
    ),
    _("At the desk"): ("queues.disposition", "messaging.cannedtext", "attendees.verificationprocess"),
    _("What records hold"): (
        *("objects.customfield", "objects.picklistvalue", "objects.recordtype", "objects.tracking"),
    ),
    _("Other systems"): (
        *("voice_calls.callcenter", "accounts.apiclient", "accounts.apikey", "webhooks.webhookendpoint"),
        *("webhooks.webhookdelivery", "accounts.apisession", "accounts.approval"),
    ),
    _("The house"): (
        *("tenants.tenant", "exports.mailedreport", "audit.auditentry", "privacy.retentionrule"),
        *("privacy.legalhold", "privacy.personrequest"),
    ),
}
_NAMES: Mapping[str, str] = {  # as the sidebar has them
    "accounts.apiclient": _("Clients"),
    "accounts.apisession": _("Sessions"),
    "accounts.user": _("People"),
    "accounts.userrole": _("Roles"),
    "agents.channelcapacity": _("Capacities"),
    "audit.auditentry": _("Audit log"),
    "exports.mailedreport": _("Reports by mail"),
    "objects.customfield": _("Fields"),
    "objects.picklistvalue": _("Picklists"),
    "objects.tracking": _("Field history"),
    "privacy.personrequest": _("Data of one person"),
    "privacy.retentionrule": _("Retention"),
    "queues.holidaylist": _("Holidays"),
    "queues.slaversion": _("Service levels"),
    "queues.threshold": _("Board thresholds"),
    "tenants.tenant": _("Settings"),
    "voice_calls.callcenter": _("Call centres"),
    "webhooks.webhookdelivery": _("Webhook log"),
}


@dataclass(frozen=True)
class Screen:
    name: str
    address: str
    says: str


@require_safe
def _index(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    groups = [(title, screens) for title, labels in GROUPS.items() if (screens := _screens(labels, user))]
    if not groups:
        raise PermissionDenied
    context = {
        **site.each_context(request),
        "title": _("Set up"),
        "groups": groups,
        "missing": [each for each in missing() if _may(user, each.screen)] if user.sees_everything else [],
    }
    request.current_app = site.name
    return TemplateResponse(request, "supervision/setup/index.html", context)


def _screens(labels: Sequence[str], user: User) -> list[Screen]:
    return [_screen(label) for label in labels if _may(user, label)]


def _screen(label: str) -> Screen:
    meta = apps.get_model(label)._meta
    name = str(_NAMES.get(label, meta.verbose_name_plural))
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return Screen(name[:1].upper() + name[1:], address, ABOUT[label].says)


def _may(user: User, label: str) -> bool:
    app, _dot, model = label.partition(".")
    return user.has_perm(f"{app}.view_{model}")


index = site.admin_view(_index)
urlpatterns = [path("", index, name="setup")]
