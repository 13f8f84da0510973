"""One medium's surface: its own resource, and answers that name the notification to come (genesys 11, 12)."""

from collections.abc import Iterable

from django.db.models import Max
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.common.errors import NotFound
from apps.events.ledger import next_id
from apps.events.models import CurrentTransactionId, Event
from apps.facades.genesys import calls, commands, creating, selectors
from apps.facades.genesys.errors import outside_values
from apps.facades.genesys.listing import in_order
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.calls import consult, leg_of
from apps.facades.genesys.payloads.capabilities import Surface
from apps.facades.genesys.payloads.interactions import Resource, View, of_medium
from apps.facades.genesys.payloads.media import BY_PLURAL, Medium
from apps.facades.genesys.payloads.states import IN_HAND, consults
from apps.facades.genesys.selectors import Interactions
from apps.facades.genesys.views.base import GenesysView


class MediumView(GenesysView):
    @property
    def medium(self) -> Medium:
        return BY_PLURAL[self.kwargs["plural"]]

    def of_this_medium(self, interactions: Interactions) -> Interactions:
        return interactions.filter(channel__in=self.medium.channels)

    def render(self, view: View) -> Resource:
        return of_medium(view, self.links)


class MyMediumView(MediumView):
    def get(self, request: Request, plural: str) -> Response:
        """The agent's running work of this medium."""
        agent = self.require_agent()
        running = in_order(self.of_this_medium(selectors.in_hand(agent)), request.query_params)
        views = selectors.views(selectors.seen_by(agent, running))
        views = [view for view in views if view.state in IN_HAND]
        return self.many(plural, list(self._resources(views)), lambda page: page)

    def _resources(self, views: Iterable[View]) -> Iterable[Resource]:
        for view in views:
            yield self.render(view)
            if view.medium.is_voice and view.part and (leg := view.of["consult"]) and consults(view.of, view.part):
                yield consult(view.of, view.part, leg, self.links)

    def post(self, request: Request, plural: str) -> Response:
        """Work that the agent makes: `Create` of a work item, which is the agent's at once (genesys 4)."""
        body = self.body
        name = bodies.text(body, "operationName")
        if name != "Create" or plural != Surface.WORK_ITEMS:
            raise outside_values("operationName", f"there is no operation {name!r}")
        create = creating.read(body)
        create(self.require_agent())
        return Response({**self.shape.success(), "referenceId": caused_by(self.user)})


class MyMediumItemView(MediumView):
    def get(self, request: Request, plural: str, public_id: str) -> Response:
        main, leg = self._parted(public_id)
        found = selectors.by_id(self.of_this_medium(selectors.visible_to(self.user)), main)
        view = selectors.view(found, self.agent)
        resource = self.render(view) if leg is None else self._consult(view, leg)
        return self.one(self.medium.singular, resource)

    def _parted(self, public_id: str) -> tuple[str, int | None]:
        return leg_of(public_id) if self.medium.is_voice else (public_id, None)

    def _consult(self, view: View, leg: int) -> Resource:
        asked = view.of["consult"]
        if view.part is None or asked is None or asked["leg"] != leg or not consults(view.of, view.part):
            raise NotFound("no such interaction")
        return consult(view.of, view.part, asked, self.links)

    def post(self, request: Request, plural: str, public_id: str) -> Response:
        body = self.body
        command = commands.named(body, Surface(plural))
        act = command.read(body)
        agent = self.require_agent()
        main, leg = self._parted(public_id)
        found = selectors.by_id(self.of_this_medium(selectors.offered_to(agent)), main)
        if leg is not None and (own := calls.of_consult(body["operationName"], found, leg, agent)):
            act = own.read(body)
        act(found, agent)
        return Response({**self.shape.success(), "referenceId": caused_by(self.user)})


def caused_by(user: User) -> int:
    """What the answer and the notification to come have in common: the id of the last event that the request caused.

    An operation that tells nobody anything has a number of its own.
    """
    own = Event.objects.filter(xid=CurrentTransactionId(), actor_id=user.pk)
    return own.aggregate(last=Max("id"))["last"] or next_id()
