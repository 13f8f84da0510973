"""What the generator tells of one contact, before it has keys: plain objects, times in milliseconds since 1970."""

from dataclasses import dataclass, field

from apps.queues.models import EndType, EntryType, ExitType, HoldKind, Outcome, SegmentCause
from apps.queues.models.journal import CancelCause


@dataclass(slots=True, eq=False)
class Duty:
    """One agent's day. `free_at` is when the agent can be asked next."""

    agent: int  # place among the centre's agents
    comes: int
    pause: int
    goes: int
    free_at: int
    rested: bool = False
    session_key: int = 0


@dataclass(slots=True, eq=False)
class Leg:
    cause: SegmentCause
    started: int
    by: Duty | None = None
    to: Duty | None = None
    ended: int = 0
    end_type: EndType = EndType.SUCCESS
    key: int = 0

    def end(self, at: int, end_type: EndType) -> None:
        self.ended, self.end_type = at, end_type


@dataclass(slots=True, eq=False)
class Stay:
    leg: Leg
    queue: int  # place among the centre's queues
    entry_type: EntryType
    entered: int
    length: int
    left: int = 0
    exit_type: ExitType = ExitType.SUCCESS
    key: int = 0

    def end(self, at: int, exit_type: ExitType) -> None:
        self.left, self.exit_type = at, exit_type


@dataclass(slots=True, eq=False)
class Part:
    leg: Leg
    stay: Stay | None
    duty: Duty
    offered: int
    answered: int
    outcome: Outcome
    cause: CancelCause | None = None
    talked: int | None = None
    left: int | None = None
    ended: int = 0
    disposition: int | None = None  # place among the centre's dispositions
    key: int = 0


@dataclass(slots=True, eq=False)
class Held:
    part: Part
    kind: HoldKind
    started: int
    ended: int


@dataclass(slots=True, eq=False)
class Contact:
    channel: str
    direction: str
    queue: int
    opened: int
    customer: int  # place among the centre's customers
    parent: "Contact | None" = None
    legs: list[Leg] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    holds: list[Held] = field(default_factory=list)
    customer_left: int | None = None
    left_from: str | None = None
    closed: int = 0
    key: int = 0

    def begin_leg(self, cause: SegmentCause, at: int, by: Duty | None = None) -> Leg:
        self.legs.append(Leg(cause, at, by))
        return self.legs[-1]

    def customer_leaves(self, at: int, where: str) -> None:
        self.customer_left, self.left_from = at, where

    def close(self, at: int) -> None:
        """Nobody is left, at the earliest at this moment."""
        self.closed = max([at, *(part.ended for part in self.parts), *(leg.ended for leg in self.legs)])
        for leg in self.legs:
            if not leg.ended:
                leg.end(self.closed, EndType.INTERACTION_END)
