"""Calls 4 to 6 of the contract: start, interrupt, acknowledge (cxengage 12.1, 12.2, 12.6)."""

from contextlib import suppress
from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission
from apps.common.errors import AlreadyDone, Forbidden, NotFound
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.facades.cxengage import listing, views
from apps.facades.cxengage.dossier import dossiers
from apps.facades.cxengage.notifying.ids import event_of
from apps.facades.cxengage.operating import bodies
from apps.facades.cxengage.operating.base import LiveView, done
from apps.facades.cxengage.operating.bodies import Body
from apps.facades.cxengage.operating.interrupts import INTERRUPTS, MONITOR, UNNAMED, listen_in
from apps.facades.cxengage.operating.parts import call_of
from apps.facades.cxengage.operating.starting import Start, start
from apps.facades.cxengage.payloads.formats import uuid_of
from apps.facades.cxengage.payloads.interaction import interaction_object
from apps.facades.cxengage.views import CxEngageView
from apps.queues import operations
from apps.queues.operations.monitoring import listening


class Interactions(LiveView):
    """The list, and the start of one."""

    def handler(self, request: Request) -> Any:
        """Reading the list says nothing of an agent's client."""
        return super().handler(request) if request.method == "POST" else CxEngageView.handler(self, request)

    def get(self, request: Request, tenant_id: str) -> Response:
        self.require(Permission.INTERACTIONS_API_READ_ALL)
        return views.Interactions.get(cast(views.Interactions, self), request, tenant_id)

    def post(self, request: Request, tenant_id: str) -> Response:
        asked = Start(bodies.json_object(request.data))
        interaction, is_new = start(asked, by=self.caller, agent=self.agent)
        (found,) = dossiers(EngagementInteraction.objects.filter(pk=interaction.pk))
        full = listing.is_full(request.query_params)
        body = interaction_object(found, full=full, link=self.link(request, str(asked.id)))
        return Response({"id": str(asked.id), **body}, status=201 if is_new else 200)


class Interrupts(LiveView):
    def post(self, request: Request, tenant_id: str, interaction_id: str) -> Response:
        self.interaction(interaction_id)
        told = bodies.json_object(request.data)
        kind = bodies.word(told, "interruptType", [*INTERRUPTS, MONITOR])
        bodies.optional(told, "source")
        interrupt = bodies.nested(told, "interrupt") or {}
        resource = bodies.optional_id(interrupt, "resourceId")
        if resource is None and kind not in UNNAMED:
            raise bodies.refused("interrupt.resourceId", "is required")
        interaction = self.live_interaction(interaction_id)
        self.require_self(resource)
        with suppress(AlreadyDone):  # repeating is harmless (M-07)
            self._carry_out(kind, interaction, interrupt)
        return done(interactionId=str(interaction.uuid), interruptType=kind)

    def _carry_out(self, kind: str, interaction: EngagementInteraction, told: Body) -> None:
        if kind == MONITOR:
            listen_in(interaction, self.caller, told)
        elif kind in ("remove-resource", "resource-disconnect") and listening(interaction, self.caller):
            operations.stop_monitoring(interaction, by=self.caller)
        else:
            INTERRUPTS[kind](call_of(interaction, self.agent, told))


class Actions(LiveView):
    """A message was heard. Nothing follows but that the client is there; an ended interaction's are taken, too."""

    def post(self, request: Request, tenant_id: str, interaction_id: str, action_id: str) -> Response:
        interaction = self.interaction(interaction_id)
        told = bodies.json_object(request.data)
        bodies.optional(told, "source")
        bodies.optional_id(told, "subId")
        self.require_self(bodies.optional_id(bodies.nested(told, "update") or {}, "resourceId"))
        named = uuid_of(action_id)
        key = event_of(named) if named else None
        heard = Event.objects.filter(interaction_id=interaction.pk, pk=key).first() if key else None
        if heard is None:
            raise NotFound("no such action")
        if self.caller.pk not in heard.audience:
            raise Forbidden("this message was somebody else's")
        return done(actionId=str(named))
