"""Who is on a call, and who hears whom while a colleague is asked in: functions of what an event carries."""

from collections.abc import Collection, Iterable

from apps.events.catalogue import Consult, ParticipantSnapshot
from apps.queues.models import OfferState, WorkOffer

Line = list[ParticipantSnapshot]


def on_the_line(offers: Iterable[WorkOffer]) -> Line:
    """The agents among these parts who talk now."""
    return [
        ParticipantSnapshot(
            id=str(offer.agent.user.uuid), kind="agent", nickname=offer.agent.user.name, agent_id=offer.agent_id
        )
        for offer in offers
        if offer.state == OfferState.WORKING
    ]


def partners(line: Line, consult: Consult | None, user_uuid: str | None) -> tuple[Line, bool]:
    """The agents whom this user talks with, and whether the customer is one of them.

    Who asks a colleague in talks with that colleague on a call of its own, as the colleague does.
    """
    asked = consult["user_uuid"] if consult else None
    if consult and asked == user_uuid:
        return [each for each in line if each["agent_id"] == consult["by_agent_id"]], False
    return [each for each in line if each["id"] not in (user_uuid, asked)], True


def changed_for(before: tuple[Line, Consult | None], after: tuple[Line, Consult | None]) -> Collection[str]:
    """The users who were on the call, still are, and talk with others than before."""
    stayed = {each["id"] for each in before[0]} & {each["id"] for each in after[0]}
    return sorted(user for user in stayed if partners(*before, user) != partners(*after, user))
