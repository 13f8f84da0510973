"""The key figures of one interaction, in words. What they are is worked out in `reporting`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from apps.common import clock
from apps.common.display import beside, span, time_of_day
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Outcome
from apps.reporting import figures
from apps.reporting.journal import Journal
from apps.supervision.interactions.spans import Kind, Span


@dataclass(frozen=True)
class Figure:
    name: str
    value: str
    hint: str = ""
    beside: str = ""
    is_bad: bool = False


def figures_of(journal: Journal, spans: Sequence[Span]) -> list[Figure]:
    interaction = journal.interaction
    if interaction.stage == Stage.RECORDED:
        return [_recorded_duration(interaction)]
    return [
        _duration(interaction),
        _waited([one for one in spans if one.kind == Kind.WAIT]),
        _talk(journal),
        _hold(journal),
        _wrap_up(journal),
        _offers([one for one in spans if one.kind == Kind.OFFER]),
    ]


def _recorded_duration(interaction: EngagementInteraction) -> Figure:
    if interaction.end_date_time is None:
        return Figure(gettext("Duration"), "–", gettext("no end recorded"))
    return _duration(interaction)


def _duration(interaction: EngagementInteraction) -> Figure:
    """From the contact's arrival until it was over for the customer, as the record says."""
    if interaction.end_date_time is None:
        since = gettext("since {time_of_day}").format(time_of_day=time_of_day(interaction.opened_at))
        return Figure(
            gettext("Duration"),
            span(clock.now() - interaction.opened_at),
            gettext("so far, {since}").format(since=since),
        )
    start, end = interaction.start_date_time, interaction.end_date_time
    return Figure(
        gettext("Duration"),
        span(end - start),
        gettext("{time_of_day} to {beside}").format(time_of_day=time_of_day(start), beside=beside(end, start)),
    )


def _waited(waits: Sequence[Span]) -> Figure:
    if not waits:
        return Figure(gettext("Waited in queues"), "–", gettext("no queue"))
    seconds = [wait.length.total_seconds() for wait in waits]
    targets = sorted({wait.target for wait in waits if wait.target is not None})
    hint = [_each(seconds), gettext("target {times}").format(times=_and(map(span, targets))) if targets else ""]
    return Figure(
        gettext("Waited in queues"),
        span(sum(seconds)),
        ", ".join(filter(None, hint)),
        is_bad=any(one.is_late for one in waits),
    )


def _talk(journal: Journal) -> Figure:
    agents = {offer.agent_id for offer in journal.offers if offer.talk_started_at}
    if not agents:
        return Figure(gettext("Talk"), "–", gettext("nobody answered"))
    talked = figures.talk_time(journal)
    hint = gettext("{number} agents").format(number=len(agents)) if len(agents) > 1 else gettext("1 agent")
    return Figure(
        gettext("Talk"),
        "–" if talked is None else span(talked / 1000),
        hint if talked is not None else gettext("goes on"),
    )


def _hold(journal: Journal) -> Figure:
    holds = figures.customer_holds(journal)
    if not holds:
        return Figure(gettext("Hold"), "–", gettext("never"))
    held = figures.customer_hold_time(journal)
    if held is None:
        return Figure(gettext("Hold"), "–", gettext("goes on"))
    each = [length / 1000 for length in figures.customer_hold_times(journal)]
    return Figure(
        gettext("Hold"),
        span(held / 1000),
        _each(each) or gettext("once"),
        beside=gettext("{number} times").format(number=len(each)) if len(each) > 1 else "",
    )


def _wrap_up(journal: Journal) -> Figure:
    """Of every agent who had one; the hint says with which disposition, or how it was shared out."""
    done = [(offer, length) for offer in journal.offers if (length := figures.agent_wrap_up_time(offer))]
    if not done:
        going_on = any(offer.left_at and not offer.ended_at for offer in journal.offers)
        return Figure(gettext("Wrap-up"), "–", gettext("goes on") if going_on else gettext("none"))
    outcome = done[-1][0].disposition
    each = [length / 1000 for _, length in done]
    return Figure(gettext("Wrap-up"), span(sum(each)), _each(each) or str(outcome or gettext("no disposition")))


def _offers(offers: Sequence[Span]) -> Figure:
    words = {
        Outcome.REJECTED: gettext("rejected"),
        Outcome.TIMED_OUT: gettext("missed"),
        Outcome.CANCELLED: gettext("withdrawn"),
    }
    counted = [(sum(offer.outcome == outcome for offer in offers), word) for outcome, word in words.items()]
    hint = ", ".join(f"{number} {word}" for number, word in counted if number)
    if not hint:
        is_open = any(offer.end is None for offer in offers)
        hint = gettext("open") if is_open else gettext("accepted") if offers else gettext("none made")
    return Figure(gettext("Offers"), str(len(offers)), hint)


def _each(seconds: Sequence[float]) -> str:
    """The single lengths, where there are several."""
    return _and(map(span, seconds)) if len(seconds) > 1 else ""


def _and(words: Iterable[str]) -> str:
    *most, last = words
    return gettext("{names} and {last}").format(names=", ".join(most), last=last) if most else last
