"""What a board's address asks for: whom it shows, in what order, and which queue is open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from apps.accounts.models import User
from apps.agents.models import AgentChannel, Channel
from apps.queues.models import QueueMember
from apps.reporting.statistics.asking import Where
from apps.supervision.board.seen import agents_of, queues_of

STATES = ("ready", "busy", "away")
_NUMBERS = ("queue", "team", "open")
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
    channel: str = ""
    state: str = ""
    open: int | None = None
    queues: Order = field(default_factory=Order)
    agents: Order = field(default_factory=Order)
    everybody: bool = False
    is_wall: bool = False

    @classmethod
    def of(cls, query: Mapping[str, str], user: User) -> "Asked":
        return cls(
            user,
            **{name: _number(query.get(name, "")) for name in _NUMBERS},
            channel=_word(query.get("channel", ""), Channel.values),
            state=_word(query.get("state", ""), STATES),
            queues=Order.of(query.get("queues", "")),
            agents=Order.of(query.get("agents", "")),
            everybody=query.get("everybody") == "1",
            is_wall=query.get("wall") == "1",
        )

    @property
    def query(self) -> str:
        told = {
            "queue": self.queue,
            "team": self.team,
            "channel": self.channel,
            "state": self.state,
            "open": self.open,
            "queues": str(self.queues),
            "agents": str(self.agents),
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
        return bool(self.queue or self.team or self.channel)

    @cached_property
    def queue_keys(self) -> Collection[int]:
        """The queues shown: of a team, those that its agents work in."""
        found = queues_of(self.user)
        found = found.filter(pk=self.queue) if self.queue else found
        if self.team:
            found = found.filter(pk__in=QueueMember.objects.filter(agent__team=self.team).values("queue"))
        return frozenset(found.values_list("pk", flat=True))

    @cached_property
    def agent_keys(self) -> Collection[int]:
        """The agents shown, signed in or not: of a queue its members, of a channel those who are signed in for it."""
        found = agents_of(self.user).order_by()
        found = found.filter(team=self.team) if self.team else found
        if self.queue:
            found = found.filter(pk__in=QueueMember.objects.filter(queue=self.queue).values("agent"))
        if self.channel:
            there = AgentChannel.objects.filter(channel=self.channel, session__ended_at=None)
            found = found.filter(pk__in=there.values("agent"))
        return frozenset(found.values_list("pk", flat=True))

    @property
    def of_queues(self) -> Where:
        return Where(queues=frozenset(self.queue_keys), channels=frozenset({self.channel}) if self.channel else None)

    @property
    def of_agents(self) -> Where:
        """Agents' time is known by no channel, so their figures are of all their work."""
        return Where(agents=frozenset(self.agent_keys))


def _number(text: str) -> int | None:
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 20 else 0
    return number if 0 < number < _LARGEST else None


def _word(text: str, known: Collection[str]) -> str:
    return text if text in known else ""
