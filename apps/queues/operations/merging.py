"""A contact that was written down twice becomes one (M-19)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import NotAllowed, NotFound
from apps.engagements.forms.record import column_name, editable, held
from apps.engagements.models import Conversation, ConversationEntry, EngagementInteraction, Hook
from apps.engagements.operations import Changes
from apps.engagements.operations.telling import tell
from apps.objects import registry
from apps.objects.columns import Column
from apps.objects.records import Record
from apps.queues.operations.revising import revise

_PARTS = ("attendees", "topics", "voice_calls")  # documented records, which keep who changed them last
_BESIDE = ("notes", "artifacts", "signals")


@transaction.atomic
def merge(
    kept: EngagementInteraction,
    other: EngagementInteraction,
    *,
    take: Collection[str] = (),
    by: User,
    at: datetime | None = None,
) -> EngagementInteraction:
    """`kept` gets what belongs to `other`, and the values of the fields that `take` names; `other` is deleted.

    What took part in both is not there twice. Whatever stays with `other` lies in the recycle bin with it, and its
    history remains. Publishes as `revise`, `engagement.changed` of the one and `engagement.deleted` of the other.

    Raises NotFound if one of them is gone, NotAllowed if they are one, if `other` is live or was live here, because its
    journal is what happened and cannot be another's, or if either has to stay as it is for its personal data's sake.
    """
    at = at or clock.now()
    found = _lock(kept, other)
    kept, other = found[kept.pk], found[other.pk]
    if why := refusal(kept, other):
        raise NotAllowed(why)
    taken = _values(other, take)
    other.deleted_at = at
    identifier = other.external_identifier
    other.save(update_fields=["deleted_at", *other.touch(by_id=by.pk)])  # frees its identifier
    kept = revise(kept, taken, by=by, at=at)  # a Status that stands for over ends it
    moved = _move(kept, other, by)
    kept.touch(by_id=by.pk)
    kept.save()
    merged = {"id": other.pk, "name": str(other.name), "external_identifier": identifier, "moved": moved}
    tell("engagement.changed", kept, by=by, at=at, changes={"merged": merged})
    tell("engagement.deleted", other, by=by, at=at, changes={"merged_into": str(kept.name)})
    return kept


def refusal(kept: EngagementInteraction, other: EngagementInteraction) -> str | None:
    """Why the two cannot become one in this direction."""
    if kept.pk == other.pk:
        return gettext("these are one and the same")
    if other.is_live:
        return gettext("{name} is live").format(name=other.name)
    if hasattr(other, "legal_hold"):
        return gettext("{name} is under a legal hold, and stays whole").format(name=other.name)
    for each in (kept, other):
        if hasattr(each, "anonymised"):
            return gettext("the personal data of {name} was removed, and nothing is added to it").format(name=each.name)
    if has_journal(other):
        said = gettext("{name} was live here, and its journal cannot be another’s")
        if not has_journal(kept):
            said = gettext("{name} was live here, and its journal cannot be another’s: keep that one")
        return said.format(name=other.name)
    return None


def has_journal(interaction: Any) -> bool:
    return bool(interaction.segments.exists())


def differing(kept: Record, other: Record) -> list[tuple[Column, Any, Any]]:
    """The fields that a person may write and that the two say differently."""
    columns = editable(registry.of(kept))
    told = [(column, held(column, kept), held(column, other)) for column in columns]
    return [each for each in told if (each[1] or None) != (each[2] or None)]


def _lock(*rows: EngagementInteraction) -> Mapping[int, EngagementInteraction]:
    keys = {row.pk for row in rows}
    found = {row.pk: row for row in EngagementInteraction.objects.locked().filter(pk__in=keys).order_by("pk")}
    if found.keys() != keys:
        raise NotFound(gettext("no such interaction"))
    return found


def _values(other: EngagementInteraction, take: Collection[str]) -> Changes:
    columns = [column for column in editable(registry.of(other)) if column.name in take]
    values = {column_name(column): held(column, other) for column in columns if not column.custom}
    pairs = [(column.name, held(column, other)) for column in columns if column.custom]
    return Changes(values, pairs)


def _move(kept: Any, other: Any, by: User) -> dict[str, int]:
    """What belongs to `other` belongs to `kept`; returns how many of each."""
    stamps = {"last_modified_by": by, "last_modified_date": clock.now(), "system_modstamp": clock.now()}
    there = kept.attendees.all()
    same_outside = there.exclude(external_attendee_id=None).values("external_attendee_id")
    same_inside = there.exclude(internal_attendee=None).values("internal_attendee")
    doubled = other.attendees.filter(external_attendee_id__in=same_outside) | other.attendees.filter(
        internal_attendee__in=same_inside
    )
    doubled.update(deleted_at=other.deleted_at, **stamps)
    moved = {}
    for name in _PARTS:
        link = "interaction" if name == "voice_calls" else "engagement"
        moved[name] = getattr(other, name).update(**{link: kept}, **stamps)
    for name in _BESIDE:
        moved[name] = getattr(other, name).update(interaction=kept)
    hooked = Hook.objects.filter(interaction=kept).values_list("type", "sub_type", "record_id")
    for hook in Hook.objects.filter(interaction=other):
        if (hook.type, hook.sub_type, hook.record_id) not in set(hooked):
            Hook.objects.filter(pk=hook.pk).update(interaction=kept)
    if kept.parent_id == other.pk:
        kept.parent_id = other.parent_id if other.parent_id != kept.pk else None
    other.follow_ups.exclude(pk=kept.pk).update(parent=kept)
    _move_talk(kept, other)
    return {name: number for name, number in moved.items() if number}


def _move_talk(kept: EngagementInteraction, other: EngagementInteraction) -> None:
    """What was said, unless something was said in both: lines are numbered within one contact."""
    if ConversationEntry.objects.filter(interaction=kept).exists():
        return
    ConversationEntry.objects.filter(interaction=other).update(interaction=kept)
    if not Conversation.objects.filter(interaction=kept).exists():
        Conversation.objects.filter(interaction=other).update(interaction=kept)
