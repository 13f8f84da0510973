"""New mail, and the files that go along with it (genesys 8.1, 11)."""

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.errors import NotFound
from apps.engagements.models import EngagementInteraction, MailAttachment
from apps.engagements.models.mail import LARGEST_ATTACHMENT
from apps.facades.genesys import mail, selectors
from apps.facades.genesys.errors import missing, outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.selectors import Interactions
from apps.facades.genesys.views.base import GenesysView
from apps.facades.genesys.views.media import MyMediumView, caused_by
from apps.messaging import operations
from apps.messaging.downloads import download

_BEGINS = frozenset({"Create", "Compose"})


class MyMailView(MyMediumView):
    def post(self, request: Request, plural: str = "emails") -> Response:
        """Mail that answers nothing: `Create`, with what is known of it already."""
        body = self.body
        name = bodies.text(body, "operationName")
        if name not in _BEGINS:
            raise outside_values("operationName", f"there is no operation {name!r}")
        mail.compose(body, self.require_agent())
        return Response({**self.shape.success(), "referenceId": caused_by(self.user)})


class AttachmentsView(GenesysView):
    def post(self, request: Request, public_id: str) -> Response:
        """A file in the form field `attachment`, for a draft."""
        agent = self.require_agent()
        file = request._request.FILES.get("attachment")
        if file is None:
            raise missing("attachment")
        if (file.size or 0) > LARGEST_ATTACHMENT:
            raise outside_values("attachment", f"an attachment may have {LARGEST_ATTACHMENT} bytes")
        made = operations.add_attachment(
            selectors.by_id(selectors.offered_to(agent), public_id),
            name=file.name or "",
            content_type=file.content_type or "",
            content=file.read(),
            by=agent,
        )
        answer = {**self.shape.success(), "documentId": str(made.uuid), "referenceId": caused_by(self.user)}
        return Response(answer)


class AttachmentView(GenesysView):
    def get(self, request: Request, public_id: str, uuid: str) -> HttpResponse:
        return download(self._find(selectors.visible_to(self.user), public_id, uuid))

    def delete(self, request: Request, public_id: str, uuid: str) -> Response:
        agent = self.require_agent()
        operations.remove_attachment(selectors.by_id(selectors.offered_to(agent), public_id), uuid, by=agent)
        return Response(self.shape.success())

    def _find(self, interactions: Interactions, public_id: str, uuid: str) -> MailAttachment:
        interaction: EngagementInteraction = selectors.by_id(interactions, public_id)
        found = MailAttachment.objects.filter(message__interaction=interaction, uuid=uuid).first()
        if found is None:
            raise NotFound("no such attachment")
        return found
