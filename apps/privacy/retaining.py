"""Which contacts a retention rule would touch now, and touching them, window by window."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.agents.models import Channel
from apps.audit.models import Action
from apps.audit.noting import note
from apps.common import clock
from apps.engagements.lifecycle import LIVE
from apps.engagements.models import (
    Artifact,
    ConversationEntry,
    Delivery,
    EngagementInteraction,
    MailAttachment,
    MailMessage,
)
from apps.privacy.anonymising import remove
from apps.privacy.models import Anonymised, LegalHold, RetentionRule, What
from apps.queues.models import QueueEntry
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import ContactRequest, VoiceCallRecording

MOST_COUNTED = 10_000
WINDOW = 200  # contacts in one transaction
_STRIDE = 5_000  # keys of contacts that a window looks at
_WINDOWS = 10  # in one go of the worker, which has other duties


@dataclass(frozen=True)
class Preview:
    rule: RetentionRule
    count: int  # at most MOST_COUNTED + 1
    oldest: datetime | None

    @property
    def is_more(self) -> bool:
        return self.count > MOST_COUNTED


def preview(rule: RetentionRule, now: datetime | None = None) -> Preview:
    """What it would touch if it ran now; two queries that stop early."""
    found = due(rule, now or clock.now())
    oldest = found.order_by("opened_at").values_list("opened_at", flat=True).first()
    count = found.order_by()[: MOST_COUNTED + 1].count() if oldest else 0
    return Preview(rule, count, oldest)


def due(rule: RetentionRule, now: datetime) -> "QuerySet[EngagementInteraction]":
    """Contacts, in the recycle bin too, that are old enough and still have what the rule removes."""
    found = removable().filter(_HELD[What(rule.what)](), opened_at__lt=now - timedelta(days=rule.days))
    if rule.channel:
        found = found.filter(channel=rule.channel)
    if rule.queue_id:
        found = found.filter(Exists(QueueEntry.objects.filter(interaction=OuterRef("pk"), queue=rule.queue_id)))
    return found


def removable() -> "QuerySet[EngagementInteraction]":
    """Contacts that are over, not under a legal hold, whose mail has gone out and whose callback is done."""
    waiting = MailMessage.objects.filter(interaction=OuterRef("pk"), delivery=Delivery.WAITING)
    held = LegalHold.objects.filter(interaction=OuterRef("pk"))
    called = ContactRequest.objects.filter(voice_call__interaction=OuterRef("pk"), callback__stage__in=LIVE)
    over = EngagementInteraction.with_deleted.exclude(stage__in=LIVE)
    return over.filter(~Exists(held), ~Exists(waiting), ~Exists(called))


def _recordings() -> Q:
    kept = VoiceCallRecording._base_manager.filter(voice_call__interaction=OuterRef("pk")).exclude(location="")
    return Q(Exists(kept)) | Q(Exists(_artifacts("recording")))


def _artifacts(kind: str) -> "QuerySet[Artifact]":
    return Artifact.objects.filter(interaction=OuterRef("pk"), kind__icontains=kind)


def _lines() -> Q:
    return Q(Exists(ConversationEntry.objects.filter(interaction=OuterRef("pk")).exclude(text="")))


def _said() -> Q:
    return _lines() | Q(Exists(_artifacts("transcript")))


def _mails() -> Q:
    kept = MailMessage.objects.filter(interaction=OuterRef("pk")).exclude(text="", html="", subject="")
    beside = MailAttachment.objects.filter(message__interaction=OuterRef("pk"))
    return Q(Exists(kept)) | Q(Exists(beside)) | Q(Exists(_artifacts("mail")))


_HELD: Mapping[What, Callable[[], Q]] = {
    What.RECORDINGS: _recordings,
    What.TRANSCRIPTS: lambda: Q(channel=Channel.VOICE) & _said(),
    What.MESSAGES: lambda: _mails() | (~Q(channel=Channel.VOICE) & _said()),
    What.CONTACTS: lambda: ~Q(Exists(Anonymised.objects.filter(interaction=OuterRef("pk")))),
}


def apply(tenant: Tenant, now: datetime | None = None) -> int:
    """Go on with today's walks of the tenant's rules. Returns how many contacts were changed. For the worker.

    Each window is a transaction under its rule's lock, which also writes how far the walk is: whoever dies loses a
    window, and two workers never do the same one.
    """
    now, changed = now or clock.now(), 0
    for _ in range(_WINDOWS):
        with scope(tenant):
            rule = _next(tenant, now)
            if rule is None:
                break
            changed += _walk(rule, tenant, now)
    return changed


def _today(tenant: Tenant, now: datetime) -> date:
    return now.astimezone(ZoneInfo(tenant.time_zone)).date()


def _next(tenant: Tenant, now: datetime) -> RetentionRule | None:
    waiting = RetentionRule.objects.select_for_update(skip_locked=True).filter(is_active=True)
    return waiting.exclude(walked_on=_today(tenant, now)).order_by("id").first()


def _walk(rule: RetentionRule, tenant: Tenant, now: datetime) -> int:
    """One window. It looks at so many contacts at most, so that no query holds up the worker's other duties."""
    ahead = EngagementInteraction.with_deleted.filter(pk__gt=rule.reached).order_by("pk")
    first = ahead.values_list("pk", flat=True).first()
    keys: Sequence[int] = []
    if first is None:
        if rule.touched:
            note(Action.RETAINED, by=None, about=rule, details={"contacts": rule.touched})
        rule.walked_on, rule.reached, rule.touched = _today(tenant, now), 0, 0
    else:
        last = first + _STRIDE
        near = due(rule, now).filter(pk__gte=first, pk__lte=last).order_by("pk")
        free = near.select_for_update(of=("self",), skip_locked=True)
        keys = list(free.values_list("pk", flat=True)[:WINDOW])
        if keys:
            remove(rule.what, keys)
        rule.reached = keys[-1] if len(keys) == WINDOW else last
        rule.touched += len(keys)
    rule.save(update_fields=["walked_on", "reached", "touched"])
    return len(keys)
