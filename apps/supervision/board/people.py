"""The board's agents: who is signed in, where each stands and since when, with whom, and how the day went."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.roles import Reach
from apps.agents.models import Agent, AgentChannel, AgentStateSpan, Channel, StateCause
from apps.common.words import later as _
from apps.queues.models import OfferState, WorkOffer
from apps.reporting.statistics.asking import Where, statistic
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.evaluating import table
from apps.reporting.statistics.present import AGENTS_NOW
from apps.supervision.board.asked import Asked, Order
from apps.supervision.board.customers import names_for
from apps.supervision.board.figures import Cell, Figures, Moment
from apps.supervision.board.limits import Level, Limits
from apps.supervision.board.seen import contacts_of
from apps.supervision.interactions.signs import channel_icon

SHOWN = 50  # before "Show all"
NAMES = (
    "resource-handled-count",
    "resource-handle-time",
    "work-offers-count",
    "work-accepted-count",
    "occupancy",
)
COLUMNS: Mapping[str, str] = {
    "name": _("Agent"),
    "state": _("State"),
    "time": _("In state"),
    "handled": _("Handled"),
    "handle": _("Handle time"),
    "taken": _("Taken of offered"),
    "occupancy": _("Occupancy"),
}
_RESULTS: Mapping[str, tuple[str, str]] = {
    "conversations": ("resource-conversation-starts-count", _("Conversations")),
    "answer": ("work-accept-time", _("Time to accept")),
    "talk": ("resource-talk-time", _("Talk")),
    "hold": ("resource-customer-hold-time", _("Hold")),
    "wrap": ("resource-wrap-up-time", _("Wrap-up")),
    "handle": ("resource-handle-time", _("Handle time")),
    "offers": ("work-offers-count", _("Offers")),
    "accepted": ("work-accepted-count", _("Taken")),
    "rejected": ("work-rejected-count", _("Refused")),
    "missed": ("work-missed-count", _("Missed")),
    "away": ("resource-away-time", _("Away")),
    "in": ("resource-logged-in-time", _("Signed in for")),
}
RESULTS = (*(name for name, _label in _RESULTS.values()), "work-accepted-rate")
DAY_COLUMNS: Mapping[str, str] = {
    "name": _("Agent"),
    **{column: label for column, (_name, label) in _RESULTS.items()},
}
_ORDER = ("offered", "busy", "acw", "ready", "notready")
_SET = {
    StateCause.MISSES: _("Set by system: missed offers"),
    StateCause.LEASE: _("Connection lost"),
    StateCause.SUPERVISOR: _("Set by a supervisor"),
}


@dataclass(frozen=True)
class Part:
    """A contact that the agent has in hand."""

    offer: WorkOffer
    customer: str  # empty where the contact is not within reach: that somebody is busy is told, not with whom
    icon: str

    @property
    def queue(self) -> str:
        entry = self.offer.queue_entry
        return entry.queue.name if self.customer and entry and entry.queue else ""

    @property
    def direction(self) -> str:
        return self.offer.interaction.get_direction_display() if self.customer else ""


@dataclass(frozen=True)
class AgentRow:
    agent: Agent
    group: str  # ready, busy or away, as the statistics count
    sign: str  # ready, offered, busy, acw, notready
    says: str
    since: datetime
    parts: Sequence[Part]
    cells: Mapping[str, Cell]

    @property
    def key(self) -> int:
        return self.agent.pk

    @property
    def label(self) -> str:
        return str(self.agent)

    @property
    def level(self) -> str:
        return self.cells["time"].level.level

    def __getitem__(self, column: str) -> Cell:
        return self.cells[column]


def standing(agents: Collection[int], at: datetime) -> list[Any]:
    """The open sessions of these agents, each with `group`, `stands_since` and the parts in `hand`."""
    span = AgentStateSpan.objects.filter(session=OuterRef("pk"), channel=None, ended_at=None)
    hand = WorkOffer.objects.exclude(state=OfferState.ENDED).select_related("interaction", "queue_entry__queue")
    sessions: QuerySet[Any, Any] = AGENTS_NOW.rows(at).annotate(
        busy=F("is_busy"), ready=F("is_ready"), stands_since=Subquery(span.values("started_at")[:1])
    )
    found = sessions.filter(agent__in=agents).select_related("agent__user", "agent__team")
    channels = AgentChannel.objects.select_related("reason")
    found = found.prefetch_related(
        Prefetch("channels", channels, "stands"), Prefetch("offers", hand.order_by("offered_at", "pk"), "hand")
    )
    rows = list(found.order_by("agent__user__first_name", "agent__user__last_name", "pk"))
    for row in rows:
        row.group = "busy" if row.busy else "ready" if row.ready else "away"
    return rows


def agent_rows(asked: Asked, moment: Moment, limits: Limits, sessions: Sequence[Any]) -> list[AgentRow]:
    """In the order asked for. One query besides the statistics' own."""
    wanted = [each for each in sessions if asked.state in ("", each.group)]
    names = _names(asked.user, wanted)
    lines = _lines(asked, moment, RESULTS if asked.is_today else NAMES)
    rows = []
    for each in wanted:
        own = replace(asked.of_agents, agents=frozenset({each.agent_id}))
        figures = Figures(lines.get(each.agent_id, {}), moment.day, own, asked.user)
        cells = _results(figures) if asked.is_today else _today(figures)
        rows.append(_row(each, names, moment.at, limits, cells))
    return _sorted(rows, asked.agents)


def _names(user: User, sessions: Sequence[Any]) -> Mapping[int, str]:
    """Of the contacts in hand that `user` may see. With a limit one query more: agents work beyond it, too."""
    hand = [part.interaction for each in sessions for part in each.hand]
    if user.reach != Reach.ALL:
        seen = set(contacts_of(user).filter(pk__in=[one.pk for one in hand]).values_list("pk", flat=True))
        hand = [one for one in hand if one.pk in seen]
    return names_for(hand)


def _lines(asked: Asked, moment: Moment, names: Sequence[str]) -> Mapping[int, Mapping[str, Any]]:
    """The day's figures by agent, each as far as its rows are within reach, so that as many stand behind it."""
    bounds, by_where = Bounds.of(asked.user), defaultdict[Where, list[str]](list)
    for name in names:
        by_where[bounds.narrow(asked.of_agents, statistic(name).dimensions)].append(name)
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for where, some in by_where.items():
        for line in table(some, moment.day, by=["agent"], where=where, at=moment.at):
            found[line.of["agent"]] |= line.figures
    return found


def agent_row(session: Any, at: datetime, limits: Limits) -> AgentRow:
    """One alone, without contacts and the day's figures."""
    return _row(session, {}, at, limits, {})


def summary(asked: Asked, sessions: Sequence[Any]) -> Sequence[tuple[str, str, int, str]]:
    """Sign, word, number and address of each state, for the head of the table."""
    words = {
        "ready": ("ready", gettext("ready")),
        "busy": ("busy", gettext("on contact")),
        "away": ("notready", gettext("not ready")),
    }
    counted = Counter(each.group for each in sessions)
    return [(sign, word, counted[group], f"{asked.but(state=group)}#agents") for group, (sign, word) in words.items()]


def _row(session: Any, names: Mapping[int, str], at: datetime, limits: Limits, today: Mapping[str, Cell]) -> AgentRow:
    sign, says, since = _now(session)
    level = Level()
    if sign == "acw":
        level = limits.wrap_up(since, at)
    elif sign == "notready":
        level = limits.away(since, at)
    time = Cell("", (at - since).total_seconds(), level=level, since=since)
    parts = [
        Part(offer, names.get(offer.interaction_id, ""), channel_icon(offer.interaction.channel))
        for offer in session.hand
    ]
    return AgentRow(session.agent, session.group, sign, says, since, parts, {"time": time, **today})


def _today(figures: Figures) -> Mapping[str, Cell]:
    offered, accepted = figures.value("work-offers-count"), figures.value("work-accepted-count")
    share = accepted / offered if offered else None
    return {
        "handled": figures.cell("resource-handled-count"),
        "handle": figures.cell("resource-handle-time"),
        "taken": replace(
            figures.cell("work-offers-count"),
            text=gettext("{accepted} of {offered}").format(accepted=accepted, offered=offered),
            value=share,
        ),
        "occupancy": figures.cell("occupancy"),
    }


def _results(figures: Figures) -> Mapping[str, Cell]:
    cells = {column: figures.cell(name) for column, (name, _label) in _RESULTS.items()}
    return cells | {"accepted": figures.cell("work-accepted-count", note=figures.cell("work-accepted-rate").text)}


def _now(session: Any) -> tuple[str, str, datetime]:
    """An offer shows before work, work before wrap-up, and all of it before ready or not."""
    by_state: defaultdict[str, list[WorkOffer]] = defaultdict(list)
    for offer in session.hand:
        by_state[offer.state].append(offer)
    stands = session.stands_since or session.started_at
    if offered := by_state[OfferState.OFFERED]:
        return "offered", gettext("Being offered"), offered[0].offered_at
    if working := by_state[OfferState.WORKING]:
        return "busy", _working(working, session.stands), working[0].answered_at or stands
    if finishing := by_state[OfferState.WRAP_UP]:
        return "acw", gettext("Wrap-up"), finishing[0].left_at or stands
    if session.ready:
        return "ready", _ready(session.stands), stands
    return "notready", _away(session.stands), stands


def _working(parts: Sequence[WorkOffer], channels: Sequence[AgentChannel]) -> str:
    first = parts[0].interaction
    if first.channel == Channel.VOICE:
        return gettext("On call, on hold") if first.held_since else gettext("On call")
    capacity = next((row.capacity for row in channels if row.channel == first.channel), len(parts))
    label = Channel(first.channel).label
    return gettext("{label}: {number} of {max}").format(label=label, number=len(parts), max=max(capacity, len(parts)))


def _ready(channels: Sequence[AgentChannel]) -> str:
    ready = [row for row in channels if row.is_ready]
    return (
        gettext("Ready")
        if len(ready) == len(channels)
        else gettext("Ready on {number} of {number2} channels").format(number=len(ready), number2=len(channels))
    )


def _away(channels: Sequence[AgentChannel]) -> str:
    reason = next((row.reason.name for row in channels if row.reason), None)
    cause = next((_SET[StateCause(row.cause)] for row in channels if row.cause in _SET), None)
    return reason or cause or gettext("Not ready")


def _sorted(rows: Sequence[AgentRow], order: Order) -> list[AgentRow]:
    """Equal ones by name. What has no number comes last, whichever way round."""
    if order.name == "name":
        return list(reversed(rows)) if order.descending else list(rows)
    if order.name == "state":
        return sorted(rows, key=lambda row: _ORDER.index(row.sign), reverse=order.descending)
    if not rows or order.name not in rows[0].cells:
        return sorted(rows, key=lambda row: (-row["time"].level.rank, row.since))
    known = [row for row in rows if row[order.name].value is not None]
    known.sort(key=lambda row: row[order.name].value or 0, reverse=order.descending)
    return known + [row for row in rows if row[order.name].value is None]
