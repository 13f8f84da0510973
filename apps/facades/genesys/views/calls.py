"""Calls that an agent makes from the own device (genesys 12)."""

from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.errors import NotFound
from apps.facades.genesys import creating
from apps.facades.genesys.errors import outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.views.base import GenesysView
from apps.facades.genesys.views.media import caused_by


class DeviceCallsView(GenesysView):
    def post(self, request: Request, device: str) -> Response:
        body = self.body
        name = bodies.text(body, "operationName")
        if name != "Dial":
            raise outside_values("operationName", f"there is no operation {name!r}")
        create = creating.dial(body)
        agent = self.require_agent()
        if device != str(agent.uuid):
            raise NotFound("there is no such device")
        create(agent)
        return Response({**self.shape.success(), "referenceId": caused_by(self.user)})
