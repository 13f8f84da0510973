"""Create, fetch and delete one interaction with its attendees and topics (engagement 6)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.common.errors import Forbidden, NotFound
from apps.common.public_ids import is_salesforce_id
from apps.directory.references import object_of
from apps.engagements.models import EngagementInteraction
from apps.facades.salesforce import JSONOrXML, SalesforceView
from apps.facades.salesforce_connect import errors, payloads
from apps.facades.salesforce_connect.properties import NEWEST, OLDEST
from apps.facades.salesforce_connect.xml import XMLAnswer, XMLBody
from apps.objects import registry
from apps.queues import operations as live
from apps.voice_calls import operations as calls


class ConnectView(SalesforceView):
    content_negotiation_class = JSONOrXML
    parser_classes = [*SalesforceView.parser_classes, XMLBody]
    renderer_classes = [*SalesforceView.renderer_classes, XMLAnswer]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not OLDEST <= int(kwargs["version"]) <= NEWEST:
            raise errors.UnknownVersion

    def errors_of(self, error: Exception) -> Any:
        return errors.errors_of(error)

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]


class InteractionsView(ConnectView):
    xml_root = "EngagementsCreateOutput"

    def post(self, request: Request, version: str, suffix: str | None = None) -> Response:
        in_xml = (request.content_type or "").lower().startswith(XMLBody.media_type)
        wanted = payloads.draft(request.data, int(version), numeric_text=in_xml)
        calls.record_contact(wanted, by=self.user)
        return Response(payloads.created(wanted), status=201)


class InteractionView(ConnectView):
    xml_root = "EngagementInteractionFetchOutput"

    def get(self, request: Request, version: str, identifier: str, suffix: str | None = None) -> Response:
        return Response(payloads.fetched(self._find(identifier), int(version)))

    def delete(self, request: Request, version: str, identifier: str, suffix: str | None = None) -> Response:
        """An agent deletes only what is the agent's own."""
        interaction = self._find(identifier)
        if not self.user.manages_everything and interaction.owner_id != self.user.pk:
            raise Forbidden("only its owner deletes it")
        live.delete(interaction, by=self.user)
        return Response(status=204)

    def _find(self, identifier: str) -> EngagementInteraction:
        """By record id, then by external identifier (C-17). What the caller may not see is not there (C-34)."""
        seen = EngagementInteraction.objects.visible_to(self.user)
        key = registry.of(EngagementInteraction).key_of(identifier)
        found: EngagementInteraction | None = seen.filter(pk=key).first() if key is not None else None
        if found is None and "\x00" not in identifier:
            found = seen.filter(external_identifier=identifier).first()
        if found is not None:
            return found
        if _is_of_another_object(identifier):
            raise errors.WrongObject(identifier)
        raise NotFound("no such interaction")


def _is_of_another_object(identifier: str) -> bool:
    """15 letters of an unknown prefix are no id but somebody's external identifier."""
    if not is_salesforce_id(identifier) or registry.of(EngagementInteraction).prefix == identifier[:3]:
        return False
    return len(identifier) == 18 or object_of(identifier) is not None
