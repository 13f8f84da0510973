"""Contacts that a customer has had before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from apps.accounts.models import User
from apps.agent_desktop import words
from apps.common.display import span
from apps.engagements.models import EngagementInteraction


@dataclass(frozen=True)
class Past:
    """One line about an earlier contact."""

    at: datetime
    icon: str
    about: str
    who: str


def past_contacts(of: Iterable[EngagementInteraction], *, reader: User, each: int) -> dict[int, list[Past]]:
    """The newest earlier contacts of the same number, for several interactions in one query (C-38)."""
    now = list(of)
    by_key = {interaction.phone_key: interaction.pk for interaction in now if interaction.phone_key}
    if not by_key:
        return {}
    ranked = (
        EngagementInteraction.objects.filter(phone_key__in=by_key)
        .exclude(pk__in=[interaction.pk for interaction in now])
        .annotate(rank=Window(RowNumber(), partition_by="phone_key", order_by=[F("start_date_time").desc(), "-id"]))
        .filter(rank__lte=each)
        .select_related("owner")
        .order_by("-start_date_time", "-id")
    )
    found: dict[int, list[Past]] = defaultdict(list)
    for earlier in ranked:
        found[by_key[str(earlier.phone_key)]].append(_line(earlier, reader))
    return found


def _short(name: str) -> str:
    """`Ines D.`, where a line has no room for more."""
    first, *rest = name.split()
    return f"{first} {rest[-1][0]}." if rest else first


def _line(earlier: EngagementInteraction, reader: User) -> Past:
    owner = "you" if earlier.owner_id == reader.pk else _short(earlier.owner.name)
    gave_up = earlier.customer_left_from in ("flow", "queue")
    if gave_up and earlier.closed_at:
        about, owner = f"Gave up after {span(earlier.closed_at - earlier.opened_at)}", "–"
    else:
        about = earlier.subject or earlier.reason or words.of(earlier.channel).thing
    return Past(earlier.start_date_time, words.of(earlier.channel).icon, about, owner)
