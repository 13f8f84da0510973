"""Contacts that a customer has had before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agent_desktop import words
from apps.common.display import span
from apps.engagements.models import EngagementInteraction
from apps.queues.models import QueueEntry


@dataclass(frozen=True)
class Past:
    """An earlier contact in two lines: when, how, about what and whose; then where it waited and how it stands."""

    at: datetime
    icon: str
    thing: str
    about: str
    who: str
    queue: str
    status: str
    topics: str

    @property
    def then(self) -> list[str]:
        return [each for each in (self.queue, self.status, self.topics) if each]


def past_contacts(of: Iterable[EngagementInteraction], *, reader: User, each: int) -> dict[int, list[Past]]:
    """The newest earlier contacts of the same number, for several interactions in two queries (C-38)."""
    now = list(of)
    keys = {interaction.phone_key for interaction in now if interaction.phone_key}
    if not keys:
        return {}
    queue = QueueEntry.objects.filter(interaction=OuterRef("pk"), queue__isnull=False).order_by("-entered_at")
    ranked = (
        EngagementInteraction.objects.get_queryset()
        .within_reach_of(reader)
        .filter(phone_key__in=keys)
        .exclude(pk__in=[interaction.pk for interaction in now])
        .annotate(rank=Window(RowNumber(), partition_by="phone_key", order_by=[F("start_date_time").desc(), "-id"]))
        .filter(rank__lte=each)
        .annotate(queue_name=Subquery(queue.values("queue__name")[:1]))
        .select_related("owner")
        .prefetch_related("topics")
        .order_by("-start_date_time", "-id")
    )
    found: dict[str, list[Past]] = defaultdict(list)
    for earlier in ranked:
        found[str(earlier.phone_key)].append(_line(earlier, reader))
    return {one.pk: found[one.phone_key] for one in now if one.phone_key}


def _short(name: str) -> str:
    """`Ines D.`, where a line has no room for more."""
    first, *rest = name.split()
    return f"{first} {rest[-1][0]}." if rest else first


def _line(earlier: Any, reader: User) -> Past:
    owner = "you" if earlier.owner_id == reader.pk else _short(earlier.owner.name)
    thing = words.of(earlier.channel).thing
    gave_up = earlier.customer_left_from in ("flow", "queue")
    if gave_up and earlier.closed_at:
        about, owner = gettext("Gave up after {span}").format(span=span(earlier.closed_at - earlier.opened_at)), "–"
    else:
        about = earlier.subject or earlier.reason or thing
    return Past(
        earlier.start_date_time,
        words.of(earlier.channel).icon,
        thing,
        about,
        owner,
        earlier.queue_name or "",
        earlier.status or earlier.get_stage_display(),
        ", ".join(topic.name for topic in earlier.topics.all() if topic.name),
    )
