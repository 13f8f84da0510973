"""What a desktop reads beside the work: people, queues, states (genesys 13.2, 14)."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents.models import NotReadyReason
from apps.common.errors import NotFound
from apps.facades.genesys.payloads import agents, directory
from apps.facades.genesys.views.base import GenesysView
from apps.queues.models import Queue
from apps.tenants import scope


def _people() -> Any:
    """People of the tenant in scope, named here because users are kept without row-level security."""
    return User.objects.filter(tenant=scope.tenant(), is_active=True).exclude(role=Role.INTEGRATION)


class UsersView(GenesysView):
    def get(self, request: Request) -> Response:
        people = _people().order_by("last_name", "first_name", "username")
        return self.many("users", people, lambda page: (directory.user(user, self.links) for user in page))


class UserView(GenesysView):
    def get(self, request: Request, uuid: str) -> Response:
        found = _people().filter(uuid=uuid).first()
        if found is None:
            raise NotFound("no such user")
        return self.one("user", directory.user(found, self.links))


class QueuesView(GenesysView):
    def get(self, request: Request) -> Response:
        queues = Queue.objects.filter(is_active=True)
        return self.many("queues", queues, lambda page: (directory.queue(queue, self.links) for queue in page))


class QueueView(GenesysView):
    def get(self, request: Request, uuid: str) -> Response:
        found = Queue.objects.filter(uuid=uuid, is_active=True).first()
        if found is None:
            raise NotFound("no such queue")
        return self.one("queue", directory.queue(found, self.links))


class AgentStatesView(GenesysView):
    def get(self, request: Request) -> Response:
        reasons = NotReadyReason.objects.filter(is_active=True)
        return Response({"statusCode": 0, "settings": agents.agent_states(reasons)})
