"""The generic surface: interactions of every medium (genesys 4 to 6)."""

from collections.abc import Iterable

from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.facades.genesys import commands, handling, selectors
from apps.facades.genesys.command import Act
from apps.facades.genesys.errors import Shape
from apps.facades.genesys.listing import in_order
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.capabilities import GENERIC
from apps.facades.genesys.payloads.interactions import Resource, View, generic
from apps.facades.genesys.payloads.states import IN_HAND
from apps.facades.genesys.views.base import GenesysView
from apps.queues import operations


class InteractionList(GenesysView):
    def render(self, views: Iterable[View]) -> Iterable[Resource]:
        return (generic(view, self.links) for view in views)


class InteractionsView(InteractionList):
    def get(self, request: Request) -> Response:
        """All active interactions of the contact centre."""
        active = selectors.seen_by(self.agent, selectors.active(self.user), open_parts_only=True)
        return self.many(
            "interactions", in_order(active, request.query_params), lambda page: self.render(selectors.views(page))
        )


class MyInteractionsView(InteractionList):
    def get(self, request: Request) -> Response:
        """What the agent is offered or works on."""
        agent = self.require_agent()
        views = selectors.views(in_order(selectors.seen_by(agent, selectors.in_hand(agent)), request.query_params))
        return self.many("interactions", [view for view in views if view.state in IN_HAND], self.render)


class OperationView(GenesysView):
    """A command in the body, on an interaction that the caller has a part in."""

    def operate(self, body: Body, public_id: str, *, shape: Shape | None = None) -> Response:
        command = commands.named(body, GENERIC)
        self.shape = shape or command.shape
        act = command.read(body)
        agent = self.require_agent()
        act(selectors.by_id(selectors.offered_to(agent), public_id), agent)
        return Response(self.shape.success())


class MyInteractionView(OperationView):
    def post(self, request: Request, public_id: str) -> Response:
        return self.operate(self.body, public_id)


class InteractionView(OperationView):
    def get(self, request: Request, public_id: str) -> Response:
        found = selectors.by_id(selectors.visible_to(self.user), public_id)
        return self.one("interaction", generic(selectors.view(found, self.agent), self.links))

    def put(self, request: Request, public_id: str) -> Response:
        """A command as above, or the new values of what may be changed; answered in shape B either way."""
        body = self.body
        if "operationName" in body:
            return self.operate(body, public_id, shape=Shape.B)
        changes = _changes(body)
        agent = self.require_agent()
        found = selectors.by_id(selectors.offered_to(agent), public_id)
        for change in changes:
            change(found, agent)
        return Response(Shape.B.success())


def _changes(body: Body) -> list[Act]:
    if read_only := body.keys() - {"userData", "subject"}:
        names = sorted(read_only)
        raise Invalid(FieldProblem(Problem.NOT_WRITABLE, names, f"read-only: {', '.join(names)}"))
    if not body:
        raise Invalid(FieldProblem(Problem.REQUIRED, ["userData"], "userData or subject is missing"))
    changes: list[Act] = []
    if "userData" in body:
        changes.append(handling.attach(body))
    if "subject" in body:
        subject = None if body["subject"] is None else bodies.text(body, "subject")
        changes.append(
            lambda interaction, agent: operations.set_subject(interaction, subject, by=agent, unless_handed_on=True)
        )
    return changes
