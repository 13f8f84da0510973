"""One medium's surface: its own resource, and answers that name the notification to come (genesys 11, 12)."""

from typing import Any

from django.db.models import Max
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.events.ledger import next_id
from apps.events.models import CurrentTransactionId, Event
from apps.facades.genesys import commands, selectors
from apps.facades.genesys.payloads.capabilities import Surface
from apps.facades.genesys.payloads.interactions import View, of_medium
from apps.facades.genesys.payloads.media import BY_PLURAL, Medium
from apps.facades.genesys.payloads.states import IN_HAND
from apps.facades.genesys.selectors import Interactions
from apps.facades.genesys.views.base import GenesysView


class MediumView(GenesysView):
    @property
    def medium(self) -> Medium:
        return BY_PLURAL[self.kwargs["plural"]]

    def of_this_medium(self, interactions: Interactions) -> Interactions:
        return interactions.filter(channel__in=self.medium.channels)

    def render(self, view: View) -> dict[str, Any]:
        return of_medium(view, self.links)


class MyMediumView(MediumView):
    def get(self, request: Request, plural: str) -> Response:
        """The agent's running work of this medium, newest first."""
        agent = self.require_agent()
        running = self.of_this_medium(selectors.in_hand(agent)).order_by("-opened_at", "-id")
        views = selectors.views(selectors.seen_by(agent, running))
        views = [view for view in views if view.state in IN_HAND]
        return self.many(plural, views, lambda page: map(self.render, page))


class MyMediumItemView(MediumView):
    def get(self, request: Request, plural: str, public_id: str) -> Response:
        found = selectors.by_id(self.of_this_medium(selectors.visible_to(self.user)), public_id)
        return self.one(self.medium.singular, self.render(selectors.view(found, self.agent)))

    def post(self, request: Request, plural: str, public_id: str) -> Response:
        body = self.body
        act = commands.named(body, Surface(plural)).read(body)
        agent = self.require_agent()
        found = selectors.by_id(self.of_this_medium(selectors.offered_to(agent)), public_id)
        act(found, agent)
        return Response({**self.shape.success(), "referenceId": caused_by(self.user)})


def caused_by(user: User) -> int:
    """What the answer and the notification to come have in common: the id of the last event that the request caused.

    An operation that tells nobody anything has a number of its own.
    """
    own = Event.objects.filter(xid=CurrentTransactionId(), actor_id=user.pk)
    return own.aggregate(last=Max("id"))["last"] or next_id()
