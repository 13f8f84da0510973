"""The worker's steps: take what is due for one endpoint, and write down what came of each message.

A claim, not a lock, keeps other workers away while a message is under way: no transaction lives as long as a receiver
takes. Whoever writes down an outcome must still hold the claim, so the position moves once for each event.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from apps.accounts.hiding import hides_numbers
from apps.common import clock
from apps.events import reader
from apps.events.models import Event
from apps.events.reader import Position
from apps.tenants import scope
from apps.tenants.selecting import Select
from apps.webhooks import payload, telling
from apps.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, message_id
from apps.webhooks.posting import Outcome
from apps.webhooks.seen import seen

GIVEN_UP_AFTER = timedelta(hours=24)  # of one event, from its first attempt
KEPT = timedelta(days=30)  # how long the log of deliveries goes back
_BATCH = 50
_SPREAD = 0.1  # of a pause, so that what failed together does not come back together
_FORGOTTEN_AT_ONCE = 5000


@dataclass(frozen=True)
class Message:
    """An event on its way, already as it is sent."""

    event: Event
    id: str
    body: bytes
    again: int | None = None  # key of the delivery that somebody wants repeated


@dataclass(frozen=True)
class Taken:
    """Messages for one endpoint, to be sent one after the other under a claim."""

    endpoint: WebhookEndpoint
    claim: UUID
    messages: Sequence[Message]
    look_again: bool  # more may be read at once, or shortly


def due() -> list[int]:
    """Endpoints of the tenant in scope for which there is something to do now."""
    return sorted(endpoint.pk for endpoint in _DUE(at=clock.now()))


_HAS_NEWS = RawSQL(
    """exists (select from events_event event where event.tenant_id = webhooks_webhookendpoint.tenant_id
    and (event.xid, event.id) > (position_xid::text::xid8, position_id))""",
    [],
    BooleanField(),
)


def _due(at: datetime) -> QuerySet[WebhookEndpoint]:
    again = WebhookDelivery.objects.filter(endpoint=OuterRef("pk"), asked_again_at__isnull=False)
    ready = Q(next_attempt_at=None) | Q(next_attempt_at__lte=at)
    free = WebhookEndpoint.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=at), is_active=True)
    return free.filter(Exists(again) | ready & Q(_HAS_NEWS))


_DUE = Select(_due, times=["at"])


def take(endpoint_id: int, claim: UUID | None = None) -> Taken | None:
    """Claim the endpoint, or go on with one's claim, for what is due next. None if somebody else has it."""
    found = WebhookEndpoint.objects.select_for_update(skip_locked=True, of=("self",)).select_related("created_by")
    endpoint = found.filter(pk=endpoint_id).first()
    now = clock.now()
    if endpoint is None or not endpoint.is_active:
        return None
    if endpoint.claim != claim and endpoint.claimed_until and endpoint.claimed_until >= now:
        return None
    messages = _asked_again(endpoint)
    look_again = False
    if endpoint.next_attempt_at is None or endpoint.next_attempt_at <= now:
        batch = reader.read(endpoint.position, limit=_BATCH)
        named = [event for event in batch.events if not endpoint.event_names or event.name in endpoint.event_names]
        wanted = seen(endpoint, named)
        messages += [_message(endpoint, event) for event in wanted]
        look_again = batch.is_full or batch.is_behind
        if not wanted:
            endpoint.position = batch.position
    endpoint.claim = claim or uuid4()
    endpoint.claimed_until = _claimed_until(now)
    endpoint.save(update_fields=["position_xid", "position_id", "claim", "claimed_until"])
    return Taken(endpoint, endpoint.claim, messages, look_again)


def release(endpoint_id: int, claim: UUID) -> None:
    """Others may take the endpoint."""
    WebhookEndpoint.objects.filter(pk=endpoint_id, claim=claim).update(claim=None, claimed_until=None)


def record(endpoint_id: int, claim: UUID, message: Message, outcome: Outcome) -> bool:
    """Write down an attempt, and what follows from it. Whether the next message may go."""
    held = WebhookEndpoint.objects.locked().select_related("created_by")
    endpoint = held.filter(pk=endpoint_id, claim=claim).first()
    if endpoint is None:
        return False  # too late: somebody else has taken it over, and sends it again
    now = clock.now()
    delivery = _log(endpoint, message, outcome, now)
    endpoint.claimed_until = _claimed_until(now)
    if message.again is None:
        _proceed(endpoint, delivery, outcome, now)
    delivery.save(update_fields=["state", "tries", "last_attempt_at", "asked_again_at"])
    endpoint.save(
        update_fields=[
            *("position_xid", "position_id", "failures", "failing_since", "next_attempt_at", "claimed_until"),
            *("is_active", "switched_off_because"),
        ]
    )
    if not endpoint.is_active:
        telling.tell(endpoint)
    return endpoint.is_active and (outcome.is_good or message.again is not None)


def forget() -> None:
    """Remove some of what the log no longer keeps."""
    old = WebhookDelivery.objects.filter(last_attempt_at__lt=clock.now() - KEPT).exclude(
        state=WebhookDelivery.State.WAITING
    )
    WebhookDelivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE])).delete()


def _proceed(endpoint: WebhookEndpoint, delivery: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    """Move on, or wait and try again, or give the event up, or the endpoint."""
    if outcome.is_good:
        endpoint.failures, endpoint.failing_since, endpoint.next_attempt_at = 0, None, None
        endpoint.position = Position(delivery.event_xid, delivery.event_id)
        return
    endpoint.failing_since = endpoint.failing_since or now
    endpoint.next_attempt_at = now + _pause(endpoint.failures)
    endpoint.failures += 1
    if now - delivery.first_attempt_at >= GIVEN_UP_AFTER:
        delivery.state = WebhookDelivery.State.GIVEN_UP
        endpoint.position = Position(delivery.event_xid, delivery.event_id)
    if outcome.is_gone:
        endpoint.is_active, endpoint.switched_off_because = False, "The receiver answered 410: it wants nothing more."
    elif now - endpoint.failing_since >= timedelta(days=settings.WEBHOOK_OFF_AFTER_DAYS):
        why = f"Nothing was delivered for {settings.WEBHOOK_OFF_AFTER_DAYS} days, in {endpoint.failures} attempts."
        endpoint.is_active, endpoint.switched_off_because = False, why


def _log(endpoint: WebhookEndpoint, message: Message, outcome: Outcome, now: datetime) -> WebhookDelivery:
    event = message.event
    delivery, _ = WebhookDelivery.objects.get_or_create(
        endpoint=endpoint,
        event_xid=event.xid,
        event_id=event.pk,
        defaults={
            "event_name": event.name,
            "event_at": event.at,
            "interaction_id": event.interaction_id,
            "first_attempt_at": now,
            "last_attempt_at": now,
        },
    )
    delivery.tries += 1
    delivery.last_attempt_at = now
    delivery.asked_again_at = None
    if outcome.is_good:
        delivery.state = WebhookDelivery.State.DELIVERED
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=now,
        status=outcome.status,
        duration_ms=outcome.duration_ms,
        excerpt=outcome.excerpt,
        by_hand=message.again is not None,
    )
    return delivery


def _asked_again(endpoint: WebhookEndpoint) -> list[Message]:
    wanted = list(endpoint.deliveries.filter(asked_again_at__isnull=False).order_by("id")[:_BATCH])
    keys = {(delivery.event_xid, delivery.event_id): delivery.pk for delivery in wanted}
    events = seen(endpoint, _events(keys))
    gone = set(keys.values()) - {keys[event.xid, event.pk] for event in events}
    if gone:  # out of its owner's reach since, or out of the ledger
        endpoint.deliveries.filter(pk__in=gone).update(asked_again_at=None)
    return [_message(endpoint, event, keys[event.xid, event.pk]) for event in events]


def _events(places: Iterable[tuple[int, int]]) -> list[Event]:
    if not places:
        return []
    found = Event.objects.raw(
        """select * from events_event where tenant_id = %s and (xid::text::bigint, id) in
        (select * from unnest(%s::bigint[], %s::bigint[])) and xid = any(%s::xid8[]) order by xid, id""",
        [scope.tenant_id(), *map(list, zip(*places, strict=True)), [str(xid) for xid, _ in places]],
    )
    return list(found)


def _message(endpoint: WebhookEndpoint, event: Event, again: int | None = None) -> Message:
    hides = hides_numbers(endpoint.created_by)
    return Message(event, message_id(event.xid, event.pk), payload.body(event, hides_numbers=hides), again)


def _pause(failures: int) -> timedelta:
    pauses = settings.WEBHOOK_RETRY_SECONDS
    return timedelta(seconds=pauses[min(failures, len(pauses) - 1)] * (1 + random.uniform(0, _SPREAD)))


def _claimed_until(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.WEBHOOK_TIMEOUT_SECONDS + settings.WEBHOOK_CLAIM_GRACE_SECONDS)
