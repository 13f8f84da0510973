"""Why a contact was offered to whom, and why it waits, for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from apps.agents.models import Agent, Skill
from apps.common.display import span, stamp
from apps.engagements.models import EngagementInteraction
from apps.queues.models import QueueEntry, Rule, WorkOffer
from apps.queues.reasons import Because, waiting_reasons


@dataclass(frozen=True)
class Offered:
    agent: str
    at: datetime
    why: Sequence[str]


@dataclass(frozen=True)
class Routed:
    waits_since: datetime | None
    reasons: Sequence[Because]
    offers: Sequence[Offered]


def routed(interaction: EngagementInteraction) -> Routed | None:
    """None for a contact that was never routed. A fixed number of queries."""
    rows = WorkOffer.objects.filter(interaction=interaction).select_related("agent__user")
    offers = [offer for offer in rows if offer.why]
    stays = QueueEntry.objects.select_related("queue", "offered_to__user", "target_agent__user", "reserved_for__user")
    entry = stays.filter(interaction=interaction, left_at=None).first()
    if not offers and entry is None:
        return None
    agents = Agent.objects.select_related("user").filter(
        pk__in=[key for one in offers for key in one.why.get("others", ())]
    )
    names = {agent.pk: str(agent) for agent in agents}
    asked = [need["skill"] for one in offers for need in one.why.get("skills", ())]
    skills = dict(Skill.objects.filter(pk__in=asked).values_list("pk", "name"))
    return Routed(
        entry.entered_at if entry else None,
        waiting_reasons(entry) if entry else [],
        [Offered(str(one.agent), one.offered_at, _why(one, names, skills)) for one in offers],
    )


def _why(offer: WorkOffer, names: Mapping[int, str], skills: Mapping[int, str]) -> list[str]:
    why = offer.why
    said = [Rule(why["rule"]).label if why["rule"] in Rule.values else str(why["rule"])]
    if idle := why.get("idle_since"):
        said.append(
            gettext("idle for {since}, since {stamp}").format(
                since=_since(idle, offer), stamp=stamp(datetime.fromisoformat(idle))
            )
        )
    if waits := why.get("waits_since"):
        said.append(
            gettext("the contact had waited for {since}, with priority {why}").format(
                since=_since(waits, offer), why=why["priority"]
            )
        )
    said += [
        gettext("{get} {need} of {need2} asked for").format(
            get=skills.get(need["skill"], gettext("a skill")), need=need["has"], need2=need["asked"]
        )
        for need in why.get("skills", ())
    ]
    if others := [names.get(key, gettext("somebody")) for key in why.get("others", ())]:
        said.append(gettext("free as well, and next: {names}").format(names=", ".join(others)))
    return said


def _since(text: Any, offer: WorkOffer) -> str:
    return span(max(offer.offered_at - datetime.fromisoformat(text), timedelta()))
