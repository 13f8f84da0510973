"""What is flagged because its end never came is put right: it ends when it is likely to have ended."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.engagements.flags import Flag
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Conversation, EngagementInteraction
from apps.events.models import Event
from apps.queues.models import ExitType, Hold, OfferState, Outcome, QueueEntry, Segment, WorkOffer
from apps.queues.operations import endings, matching
from apps.queues.operations.flagging import require_permission
from apps.queues.operations.live import Live, lock

_NO_SIGNS = ("engagement.flagged", "engagement.unflagged")


@transaction.atomic
def repair(interaction: EngagementInteraction, *, by: User, ended_at: datetime | None = None) -> EngagementInteraction:
    """End all that is open of a flagged contact, at `ended_at` or else at the last that was heard of it.

    The contact is over then, and its agents are free. The flag stays, because an end that nobody reported is a guess;
    `unflag` takes it away. Nothing ends before it began. Publishes `engagement.repaired`, now, with the end. Raises
    Forbidden unless the role allows it, NotAllowed if it is not flagged or nothing of it is open, Invalid naming
    `ended_at` for a time to come.
    """
    require_permission(by)
    now = clock.now()
    if ended_at and ended_at > now:
        raise Invalid(
            FieldProblem(Problem.OUT_OF_RANGE, ["ended_at"], gettext("This is still to come."), str(ended_at))
        )
    live = lock(interaction, "repair", by=by, at=ended_at or last_sign(interaction, now))
    if live.interaction.flag_type is None:
        raise NotAllowed(gettext("it is not flagged: nothing is known to be wrong"))
    return _put_right(live, now)


@transaction.atomic
def mend(interaction: EngagementInteraction, flag: Flag) -> EngagementInteraction:
    """As `repair`, by the sweeper: of a contact that is over the next known event is its end (cxengage 7.4).

    Flagged with it, if it was not. Raises NotAllowed if it is not over, or nothing of it is open.
    """
    live = lock(interaction, "repair", by=None, at=interaction.closed_at)
    if live.interaction.stage != Stage.ENDED:
        raise NotAllowed(gettext("it goes on"))
    now = clock.now()
    if live.interaction.flag_type is None:
        live.interaction.flag_type, live.interaction.flagged_at = flag, now
    return _put_right(live, now)


def last_sign(interaction: EngagementInteraction, now: datetime) -> datetime:
    """When anything was last heard of a contact, or of the client of an agent who had it and is gone."""
    heard = Event.objects.filter(interaction_id=interaction.pk).exclude(name__in=_NO_SIGNS).aggregate(at=Max("at"))
    gone = WorkOffer.objects.filter(interaction=interaction).exclude(state=OfferState.ENDED)
    gone = gone.filter(Q(session__ended_at__isnull=False) | Q(session__lease_until__lt=now))
    left = gone.aggregate(at=Max(Coalesce(F("session__ended_at"), F("session__lease_until"))))
    times: list[datetime | None] = [
        heard["at"],
        left["at"],
        interaction.closed_at or interaction.stage_since,
        interaction.opened_at,
    ]
    return min(max(at for at in times if at), now)


def is_open(interaction: EngagementInteraction) -> bool:
    """Whether anything of it has no end."""
    return interaction.is_live or any(open_rows(interaction).values())


def open_rows(interaction: EngagementInteraction) -> dict[str, int]:
    """How many of each kind."""
    return {
        "parts": WorkOffer.objects.filter(interaction=interaction).exclude(state=OfferState.ENDED).count(),
        "waits": QueueEntry.objects.filter(interaction=interaction, left_at=None).count(),
        "legs": Segment.objects.filter(interaction=interaction, ended_at=None).count(),
        "holds": Hold.objects.filter(interaction=interaction, ended_at=None).count(),
        "conversations": Conversation.objects.filter(interaction=interaction, ended_at=None).count(),
    }


def _put_right(live: Live, now: datetime) -> EngagementInteraction:
    one, opened = live.interaction, open_rows(live.interaction)
    if not one.is_live and not any(opened.values()):
        raise NotAllowed(gettext("nothing of it is open"))
    legs = Segment.objects.filter(interaction=one, ended_at=None)
    holds = Hold.objects.filter(interaction=one, ended_at=None)
    conversations = Conversation.objects.filter(interaction=one, ended_at=None)
    begun = [rows.aggregate(at=Max("started_at"))["at"] for rows in (legs, holds, conversations)]
    live.not_before(one.opened_at, one.closed_at, *begun)
    _end_taken_stay(live)
    endings.end_holds(live, holds)
    parts = endings.end_everything(live)
    live.changes |= {
        "flag": one.flag_type,
        "repaired": {name: number for name, number in opened.items() if number},
        "ended_at": live.at.isoformat(),
    }
    live.told_at = now
    live.finish("engagement.repaired")
    for part in parts:
        matching.refill(part, now)
    return one


def _end_taken_stay(live: Live) -> None:
    """A wait out of which an agent accepted ended with that, whatever became of it afterwards."""
    if live.entry is None:
        return
    taken = WorkOffer.objects.filter(queue_entry=live.entry, outcome=Outcome.ACCEPTED).order_by("answered_at").first()
    if taken:
        QueueEntry.objects.filter(pk=live.entry.pk).update(
            left_at=taken.answered_at, exit_type=ExitType.SUCCESS, offered_to=None, deadline_at=None
        )
        live.entry = None
