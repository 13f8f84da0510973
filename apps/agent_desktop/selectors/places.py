"""What the desk shows in place of a piece of work: a workbin, a personal list, what was found, a contact to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.shortcuts import resolve_url
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agent_desktop import words
from apps.agent_desktop.selectors.journal import Line, journal
from apps.agent_desktop.selectors.people import Customer, People
from apps.agent_desktop.selectors.takers import Branch, Taker, takers, tree
from apps.agents.models import Agent
from apps.attendees.models import EngagementAttendee
from apps.common.errors import NotFound
from apps.common.looking import Narrowed, page_within
from apps.common.paging import Order, Page, newest_first
from apps.common.storable import unstorable
from apps.common.words import later as _
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction, Note
from apps.engagements.search import matching
from apps.messaging.models import CannedText
from apps.queues.bins import open_to
from apps.queues.models import OfferState, QueueEntry, Workbin, WorkOffer
from apps.topics.models import EngagementTopic

SIZE = 25
_NEWEST = Order("opened_at", "uuid")
MOST_ITEMS = 200  # of a workbin; the oldest come first

LISTS = {
    "interactions": _("My interactions"),
    "attendees": _("My attendees"),
    "topics": _("My topics"),
    "texts": _("My texts"),
}


@dataclass(frozen=True)
class Row:
    """A contact as a line of a list."""

    interaction: EngagementInteraction
    customer: Customer
    queue: str = ""
    is_in_hand: bool = False

    @property
    def words(self) -> words.ChannelWords:
        return words.of(self.interaction.channel)


def bins(agent: Agent) -> "QuerySet[Any]":
    """The agent's workbins and those of the team and places: how much lies there (`items`), since when (`oldest`)."""
    lying = Q(interactions__stage=Stage.PARKED, interactions__deleted_at=None)
    found: QuerySet[Any] = (
        open_to(agent.user, agent)
        .filter(Q(agent=agent) | ~Q(kind=Workbin.Kind.AGENT))
        .annotate(items=Count("interactions", filter=lying), oldest=Min("interactions__stage_since", filter=lying))
    )
    return found[:50]


@dataclass
class Place:
    """`kind` is `bin`, `list`, `find`, `contact` or `keys`; `given` says which (`of`), and where in it."""

    kind: str
    agent: Agent
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def value(self) -> str:
        return self.given.get("of", "")

    @property
    def address(self) -> str:
        return f"{resolve_url('desk-place', self.kind)}?{urlencode(self.given)}"

    @property
    def template(self) -> str:
        return f"agent_desktop/places/{self.kind}.html"

    @property
    def user(self) -> User:
        return self.agent.user

    # a workbin -----------------------------------------------------------------------------------------------------

    @cached_property
    def workbin(self) -> Workbin:
        """Raises NotFound unless it is open to the agent."""
        uuid = _uuid(self.value)
        found = open_to(self.user, self.agent).filter(uuid=uuid).first() if uuid else None
        if found is None:
            raise NotFound(gettext("there is no such workbin"))
        return found

    @cached_property
    def items(self) -> list[Row]:
        seen = EngagementInteraction.objects.visible_to(self.user)
        lying = seen.filter(workbin=self.workbin, stage=Stage.PARKED)
        return _rows(list(lying.select_related("owner").order_by("stage_since", "id")[:MOST_ITEMS]), self.agent)

    @cached_property
    def item(self) -> Row | None:
        """The one that is looked at, without being pulled."""
        uuid = _uuid(self.given.get("item", ""))
        return next((row for row in self.items if row.interaction.uuid == uuid), None)

    @property
    def notes(self) -> list[Note]:
        return list(Note.objects.filter(interaction=self.looked_at).select_related("agent__user")[:20])

    # lists and what was found --------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return LISTS.get(self.value, "")

    @cached_property
    def page(self) -> Page:
        """Of the agent's own records, newest first. Raises NotFound for a list that there is not."""
        where = {"older_than": self.given.get("older"), "newer_than": self.given.get("newer")}
        if self.value == "attendees":
            mine = EngagementAttendee.objects.filter(internal_attendee=self.user).select_related("engagement")
            return newest_first(mine, time="start_date_time", tie="id", size=SIZE, **where)
        if self.value == "topics":
            topics = EngagementTopic.objects.filter(owner=self.user).select_related("engagement")
            return newest_first(topics, time="created_date", tie="id", size=SIZE, **where)
        if self.value == "texts":
            return Page(list(CannedText.objects.filter(agent=self.agent)), None, None)
        if self.value != "interactions":
            raise NotFound(gettext("there is no such list"))
        owned = EngagementInteraction.objects.filter(owner=self.user)
        return newest_first(owned, time="start_date_time", tie="id", size=SIZE, **where)

    @property
    def rows(self) -> list[Row]:
        return _rows(self.page.rows, self.agent)

    @cached_property
    def people(self) -> People:
        return People([], [each.external_attendee_id for each in self.page.rows])

    @property
    def attendees(self) -> list[tuple[EngagementAttendee, str]]:
        return [(each, _name(each, self.people)) for each in self.page.rows]

    @cached_property
    def found(self) -> list[Row]:
        """Contacts that the text names, newest first; without text nothing is looked for."""
        text = self.value.strip()
        if not text or unstorable(text):
            return []
        seen = EngagementInteraction.objects.visible_to(self.user).filter(matching(text))
        found = page_within(Narrowed(EngagementInteraction.objects.all(), seen), _NEWEST, size=SIZE * 2)
        return _rows(found.rows, self.agent)

    # a contact to read ---------------------------------------------------------------------------------------------

    @cached_property
    def looked_at(self) -> EngagementInteraction:
        """Raises NotFound unless the agent may see it."""
        if self.kind == "bin" and self.item:
            return self.item.interaction
        uuid = _uuid(self.value)
        seen = EngagementInteraction.objects.visible_to(self.user).select_related("owner")
        found = seen.filter(uuid=uuid).first() if uuid else None
        if found is None:
            raise NotFound(gettext("there is no such contact"))
        return found

    @property
    def contact(self) -> Row:
        return _rows([self.looked_at], self.agent)[0]

    @cached_property
    def takers(self) -> list[Taker]:
        return takers(self.looked_at, self.user)

    @cached_property
    def topics(self) -> list[Branch]:
        return tree(list(EngagementTopic.objects.filter(engagement=self.looked_at)))

    @property
    def journal(self) -> list[Line]:
        entries = QueueEntry.objects.filter(interaction=self.looked_at).select_related("queue")
        offers = WorkOffer.objects.filter(interaction=self.looked_at).select_related("agent__user")
        return journal(self.looked_at, list(entries), list(offers), reader=self.user)

    def require(self) -> None:
        """Raises NotFound for a place that is not there."""
        wanted = {"bin": "workbin", "list": "page", "find": "found", "contact": "looked_at", "keys": "agent"}.get(
            self.kind
        )
        if wanted is None:
            raise NotFound(gettext("there is no such place"))
        getattr(self, wanted)


def _rows(interactions: list[EngagementInteraction], agent: Agent) -> list[Row]:
    """Each with its customer and last queue; three queries, however many."""
    people = People(interactions)
    stays = QueueEntry.objects.filter(interaction__in=interactions, queue__isnull=False).order_by("entered_at", "id")
    queues = {stay.interaction_id: stay.queue.name for stay in stays.select_related("queue") if stay.queue}
    parts = WorkOffer.objects.filter(agent=agent, interaction__in=interactions).exclude(state=OfferState.ENDED)
    held = set(parts.exclude(state=OfferState.OFFERED).values_list("interaction_id", flat=True))
    return [Row(each, people.customer(each), queues.get(each.pk, ""), each.pk in held) for each in interactions]


def _name(attendee: EngagementAttendee, people: People) -> str:
    if attendee.internal_attendee_id:
        return gettext("You")
    record = people.record(attendee.external_attendee_id)
    return record.name if record else attendee.external_attendee_id or attendee.internal_attendee_text or ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
