"""Settings by group (genesys 13.2, 14)."""

from collections.abc import Callable, Mapping
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.agents.models import NotReadyReason
from apps.common.errors import NotFound
from apps.facades.genesys.payloads import agents
from apps.facades.genesys.views.base import GenesysView
from apps.queues.models import Disposition, Queue
from apps.queues.models.setup import OFFER_TIMEOUT, VOICE_OFFER_TIMEOUT
from apps.tenants import scope


def workspace() -> dict[str, Any]:
    """Options of the desktop (genesys 14, 16)."""
    names = Disposition.objects.filter(is_active=True).values_list("name", flat=True)
    demanding = Queue.objects.filter(is_active=True, disposition_required=True)
    return {
        "interaction.disposition.values": list(names),
        "interaction.disposition.is-mandatory": demanding.exists(),
        "security.inactivity-timeout": scope.tenant().inactivity_logout_min,
    }


def _general() -> dict[str, Any]:
    tenant = scope.tenant()
    return {
        "contact-center-name": tenant.name,
        "time-zone": tenant.time_zone,
        "phone-region": tenant.phone_region,
        "misses-until-not-ready": tenant.misses_until_not_ready,
    }


_GROUPS: Mapping[str, Callable[[], Any]] = {
    "general-settings": _general,
    "reporting": dict,
    "agent-states": lambda: agents.agent_states(NotReadyReason.objects.filter(is_active=True)),
    "voice": lambda: {"offer-timeout": VOICE_OFFER_TIMEOUT, "other-offer-timeout": OFFER_TIMEOUT},
    "voice-operations": lambda: {"single-step-transfer": True, "single-step-conference": True, "consult": True},
    "interaction-workspace": workspace,
}


class SettingsView(GenesysView):
    def get(self, request: Request) -> Response:
        return Response({"statusCode": 0, "settings": {name: read() for name, read in _GROUPS.items()}})


class SettingsGroupView(GenesysView):
    def get(self, request: Request, group: str) -> Response:
        read = _GROUPS.get(group.replace(" ", "-").lower())
        if read is None:
            raise NotFound("there is no such group of settings")
        return Response({"statusCode": 0, "settings": read()})
