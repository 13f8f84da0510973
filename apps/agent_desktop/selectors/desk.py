"""Everything an agent's desk shows, each part of it in a fixed number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models.expressions import RawSQL
from django.utils.translation import gettext

from apps.agent_desktop.selectors import day
from apps.agent_desktop.selectors.keys import Keys, Shortcut
from apps.agent_desktop.selectors.offers import GoneOffer, OfferCard, gone_offers
from apps.agent_desktop.selectors.open_work import OpenWork
from apps.agent_desktop.selectors.panels import Panel
from apps.agent_desktop.selectors.past import Past, past_contacts
from apps.agent_desktop.selectors.people import People
from apps.agent_desktop.selectors.places import LISTS, Place, bins
from apps.agent_desktop.selectors.state import StateBar, channel_states
from apps.agent_desktop.selectors.talk import Talk, talk
from apps.agent_desktop.selectors.work import Work
from apps.agents.models import Agent, AgentChannel, AgentSession, Notice, NotReadyReason
from apps.agents.notices import unread
from apps.common import clock
from apps.common.errors import NotFound
from apps.queues.models import OfferState, Outcome, Queue, WorkOffer
from apps.tenants.selecting import Select

SHOWN_WITH_OFFERS, SHOWN_WITH_WORK = 3, 5  # earlier contacts


def _parts(agent: int) -> Any:
    return WorkOffer.objects.filter(agent_id=agent, interaction__deleted_at=None).select_related(
        "interaction__flow",
        "interaction__handler__user",
        "interaction__last_modified_by",
        "queue_entry__queue",
        "queue_entry__sla",
        "disposition",
    )


_SESSION = Select(lambda agent: AgentSession.objects.filter(agent_id=agent, ended_at=None), numbers=["agent"])
_CHANNELS = Select(
    lambda session: AgentChannel.objects.filter(session_id=session).select_related("reason"), numbers=["session"]
)
_REASONS = Select(lambda: NotReadyReason.objects.filter(is_active=True))
_OPEN = Select(
    lambda agent: _parts(agent).exclude(state=OfferState.ENDED).order_by("offered_at", "id"), numbers=["agent"]
)
_ENDED = Select(
    lambda agent, contact: (
        _parts(agent)
        .filter(interaction__uuid=RawSQL("%s::uuid", [contact]), outcome=Outcome.ACCEPTED)
        .order_by("-offered_at")[:1]
    ),
    numbers=["agent"],
    texts=["contact"],
)


@dataclass
class Desk:
    """One agent's desk at this moment. `wanted` is the contact to open; without it, the oldest piece of work."""

    agent: Agent
    wanted: UUID | None = None
    shown: Collection[str] = ()  # offers that the page shows, by uuid
    heard: int | None = None  # the newest line of the transcript that the page shows
    place: Place | None = None  # what is shown in place of a piece of work
    panel: Panel | None = None  # the form that stands open beside it
    problems: dict[str, Any] = field(default_factory=dict)  # a refused form, by its name

    @cached_property
    def now(self) -> datetime:
        return clock.now()

    @cached_property
    def session(self) -> AgentSession | None:
        return _SESSION.first(agent=self.agent.pk)

    @cached_property
    def told(self) -> Sequence[Notice]:
        """What supervisors said to the agent, and the agent has not put away."""
        return unread(self.agent)

    @cached_property
    def channels(self) -> Sequence[AgentChannel]:
        return _CHANNELS(session=self.session.pk) if self.session else []

    @cached_property
    def reasons(self) -> Sequence[NotReadyReason]:
        return _REASONS()

    @cached_property
    def state(self) -> StateBar:
        states = channel_states(self.channels, self._open_parts)
        return StateBar(self.session.started_at if self.session else None, states)

    @cached_property
    def offers(self) -> list[OfferCard]:
        offered = [part for part in self._open_parts if part.state == OfferState.OFFERED]
        return [
            OfferCard(
                part,
                self._people.customer(part.interaction),
                self._past.get(part.interaction_id, [])[:SHOWN_WITH_OFFERS],
                self._people.outside(part.interaction),
            )
            for part in offered
        ]

    @cached_property
    def gone(self) -> list[GoneOffer]:
        return gone_offers(self.agent, self.shown, self.channels) if self.shown else []

    @cached_property
    def works(self) -> list[Work]:
        accepted = [part for part in self._open_parts if part.state != OfferState.OFFERED]
        return [Work(part, self._people.customer(part.interaction)) for part in accepted]

    @cached_property
    def open(self) -> OpenWork | None:
        """Raises NotFound if the agent never worked on the wanted contact, or there is no such place."""
        if self.place:
            self.place.require()
            return None
        if (part := self._open_part) is None:
            return None
        return OpenWork(
            part=part,
            customer=self._people.customer(part.interaction),
            reader=self.agent.user,
            people=self._people,
            past=self._past.get(part.interaction_id, []),
        )

    @cached_property
    def talk(self) -> Talk | None:
        """What is said in the open contact."""
        if self.open is None:
            return None
        return talk(self.open.interaction, customer=self.open.customer.name, since=self.heard)

    @cached_property
    def next(self) -> Work | None:
        """Other work than the open one."""
        return next((work for work in self.works if self.open is None or work.part != self.open.part), None)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self.agent)

    @property
    def key_fields(self) -> Sequence[Shortcut]:
        return self.keys.fields(self.problems.get("keys"))

    @cached_property
    def day(self) -> day.Day:
        return day.my_day(self.agent)

    @property
    def lists(self) -> Sequence[tuple[str, str]]:
        """The agent's own lists: name and label."""
        return list(LISTS.items())

    @cached_property
    def workbins(self) -> Sequence[Any]:
        return list(bins(self.agent))

    @cached_property
    def queues(self) -> Sequence[Queue]:
        return day.my_queues(self.agent)

    @cached_property
    def _open_parts(self) -> list[WorkOffer]:
        return _OPEN(agent=self.agent.pk)

    @cached_property
    def _open_part(self) -> WorkOffer | None:
        if self.place:
            return None
        accepted = [part for part in self._open_parts if part.state != OfferState.OFFERED]
        if self.wanted is None:
            return accepted[0] if accepted else None
        for part in accepted:
            if part.interaction.uuid == self.wanted:
                return part
        ended: WorkOffer | None = _ENDED.first(agent=self.agent.pk, contact=str(self.wanted))
        if ended is None:
            raise NotFound(gettext("no such work of yours"))
        return ended

    @cached_property
    def _people(self) -> People:
        return People(part.interaction for part in self._all_parts)

    @cached_property
    def _past(self) -> dict[int, list[Past]]:
        shown = [part.interaction for part in self._all_parts if part.state == OfferState.OFFERED]
        if self._open_part:
            shown.append(self._open_part.interaction)
        return past_contacts(shown, reader=self.agent.user, each=SHOWN_WITH_WORK)

    @cached_property
    def _all_parts(self) -> list[WorkOffer]:
        opened = self._open_part
        return self._open_parts if opened is None or opened in self._open_parts else [*self._open_parts, opened]
