"""What a board's address asks for: whom it shows, in what order, and which queue is open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Reach
from apps.agents.models import Agent, AgentChannel, Channel
from apps.common.storable import unstorable
from apps.engagements.models import Direction
from apps.queues.models import QueueMember
from apps.reporting.statistics.asking import Where, agents_who
from apps.supervision.board.seen import agents_of, queues_of

STATES = ("ready", "busy", "away")
_NUMBERS = ("queue", "team", "skill", "open")
_LARGEST = 2**63


@dataclass(frozen=True)
class Order:
    """By one column; `name` is empty for those first that call for a look."""

    name: str = ""
    descending: bool = False

    @classmethod
    def of(cls, text: str) -> "Order":
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.name}"


@dataclass(frozen=True)
class Asked:
    """A board, whoever asks for what cannot be read gets the board without it: an old bookmark must not fail."""

    user: User
    queue: int | None = None
    team: int | None = None
    skill: int | None = None
    channel: str = ""
    direction: str = ""
    name: str = ""  # of agents, or a part of it
    state: str = ""
    open: int | None = None
    queues: Order = field(default_factory=Order)
    agents: Order = field(default_factory=Order)
    everybody: bool = False
    is_today: bool = False  # the day's figures in place of how things stand
    is_wall: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str], user: User) -> "Asked":
        return cls(
            user,
            **{name: _number(query.get(name, "")) for name in _NUMBERS},
            channel=_word(query.get("channel", ""), Channel.values),
            direction=_word(query.get("direction", ""), Direction.values),
            name=_text(query.get("name", "")),
            state=_word(query.get("state", ""), STATES),
            queues=Order.of(query.get("queues", "")),
            agents=Order.of(query.get("agents", "")),
            is_today=query.get("show") == "today",
            everybody=query.get("everybody") == "1",
            is_wall=query.get("wall") == "1",
        )

    @property
    def query(self) -> str:
        told = {
            "queue": self.queue,
            "team": self.team,
            "skill": self.skill,
            "channel": self.channel,
            "direction": self.direction,
            "name": self.name,
            "state": self.state,
            "open": self.open,
            "queues": str(self.queues),
            "agents": str(self.agents),
            "show": "today" if self.is_today else "",
            "everybody": "1" if self.everybody else "",
            "wall": "1" if self.is_wall else "",
        }
        return urlencode({name: value for name, value in told.items() if value})

    @property
    def address(self) -> str:
        return f"{reverse('supervision:board')}{'?' if self.query else ''}{self.query}"

    def but(self, **changes: object) -> str:
        """The address of the same board with these changes."""
        return replace(self, **changes).address  # type: ignore[arg-type]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.is_of_some or self.channel or self.direction or self.name)

    @property
    def is_of_some(self) -> bool:
        """Whether it leaves queues out, or could for whom reach limits."""
        return bool(self.queue or self.team or self.skill) or self.user.reach != Reach.ALL

    @cached_property
    def queue_keys(self) -> Collection[int]:
        """The queues shown: of a team or a skill, those that its agents work in."""
        found = queues_of(self.user)
        found = found.filter(pk=self.queue) if self.queue else found
        if self.team:
            found = found.filter(pk__in=QueueMember.objects.filter(agent__team=self.team).values("queue"))
        if self.skill:
            found = found.filter(pk__in=QueueMember.objects.filter(agent__skills=self.skill).values("queue"))
        return frozenset(found.values_list("pk", flat=True))

    @property
    def people(self) -> "QuerySet[Agent]":
        """Of the team, the skill and the name asked for, whatever they work in."""
        found = agents_of(self.user).order_by()
        found = found.filter(team=self.team) if self.team else found
        found = found.filter(pk__in=agents_who(skills=[self.skill])) if self.skill else found
        for word in self.name.split():
            found = found.filter(Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word))
        return found

    @cached_property
    def agent_keys(self) -> Collection[int]:
        """The agents shown, signed in or not: of a queue its members, of a channel those who are signed in for it."""
        found = self.people
        if self.queue:
            found = found.filter(pk__in=QueueMember.objects.filter(queue=self.queue).values("agent"))
        if self.channel:
            there = AgentChannel.objects.filter(channel=self.channel, session__ended_at=None)
            found = found.filter(pk__in=there.values("agent"))
        return frozenset(found.values_list("pk", flat=True))

    @property
    def of_queues(self) -> Where:
        return replace(self.of_all, queues=frozenset(self.queue_keys))

    @property
    def of_all(self) -> Where:
        """Whatever queue it is of, or of none."""
        return Where(
            channels=frozenset({self.channel}) if self.channel else None,
            directions=frozenset({self.direction}) if self.direction else None,
        )

    @property
    def of_contacts(self) -> Q:
        """The same of rows that belong to a contact."""
        found = Q(interaction__channel=self.channel) if self.channel else Q()
        return found & Q(interaction__direction=self.direction) if self.direction else found

    @property
    def of_agents(self) -> Where:
        """Agents' time is known by no channel, so their figures are of all their work."""
        return Where(agents=frozenset(self.agent_keys))


def _number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    return number if 0 < number < _LARGEST else None


def _text(text: str) -> str:
    return "" if unstorable(text) else text.strip()[:80]


def _word(text: str, known: Collection[str]) -> str:
    return text if text in known else ""
