"""Somebody asks to be called back."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import authorise
from apps.agents.models import Channel
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Direction, EngagementInteraction
from apps.queues import flows
from apps.queues import operations as queues
from apps.queues.facts import facts_of
from apps.queues.models import Outcome, Queue, WorkOffer
from apps.queues.operations.live import Live
from apps.tenants.selecting import Select
from apps.voice_calls.models import CallCenter, ContactRequest
from apps.voice_calls.operations.create import LONGEST_NUMBER, serialise
from apps.voice_calls.operations.find import existing
from apps.voice_calls.operations.ledger import tell
from apps.voice_calls.operations.numbers import decided, decision_of, route_of

NEW, ATTEMPTED, CONTACTED, ABANDONED = "New", "Attempted", "Contacted", "Abandoned"
PHONE = "Phone"  # the preferred channel of those who want to be called


@transaction.atomic
def request_callback(
    call_center: CallCenter, call_id: str, number: str, *, due_at: datetime | None = None, at: datetime | None = None
) -> tuple[ContactRequest, bool]:
    """Note the wish, with whether it is new: the same number for the same call is asked once (V-48).

    The call to the customer waits in a queue from the end of this one, or `due_at`. Publishes `engagement.changed`.
    Raises Invalid for a number that is too long.
    """
    if len(number) > LONGEST_NUMBER:
        message = f"callbackNumber is longer than {LONGEST_NUMBER} characters"
        raise Invalid(FieldProblem(Problem.TOO_LONG, ["callbackNumber"], message, number))
    call = existing(call_center, call_id)
    serialise(call_center, f"callback of {call.pk}")
    if found := call.contact_requests.filter(status=NEW, preferred_phone=number).first():
        return found, False
    by = call_center.integration_user
    made = ContactRequest.objects.create(
        voice_call=call,
        what_id=call.public_id,  # type: ignore[attr-defined]
        who_id=call.related_record_id if (call.related_record_id or "").startswith(("003", "00Q")) else None,
        preferred_phone=number,
        due_at=due_at,
        owner=by,
        created_by=by,
        last_modified_by=by,
    )
    tell(call, by=by, at=at or clock.now(), event="callback requested")
    begin(made)
    return made, True


def begin(request: ContactRequest) -> None:
    """The customer is to be called, unless the call that the wish came of still goes on: its end begins that.

    Publishes `engagement.opened` and `queue.entered`. Within a transaction of its caller.
    """
    is_asked = request.status == NEW and request.preferred_channel == PHONE and request.preferred_phone
    before = request.voice_call.interaction if request.voice_call else None
    if is_asked and request.callback is None and not (before and before.is_live):
        _begin(request, before)


def end(request: ContactRequest, *, by: User) -> None:
    """The customer is not to be called any more. Publishes `engagement.closed` if the callback waits."""
    callback = request.callback
    if callback and callback.stage == Stage.QUEUED:
        queues.close(callback, by=by)


@transaction.atomic
def reschedule(request: ContactRequest, due_at: datetime | None, *, by: User) -> None:
    """Call the customer at another time, or as soon as possible. Publishes `queue.moved`.

    Raises NotAllowed unless the callback waits, Forbidden unless the role of `by` may.
    """
    authorise(request, by, "change")
    if request.callback:
        queues.put_off(request.callback, due_at, by=by)
    elif request.status != NEW:
        raise NotAllowed(gettext("this callback is done"))
    _write(request, by=by, due_at=due_at)


@transaction.atomic
def call_off(request: ContactRequest, *, by: User) -> None:
    """The customer is not called any more. Publishes `engagement.closed` if the callback waits.

    Raises NotAllowed while an agent has it or once it is done, Forbidden unless the role of `by` may.
    """
    authorise(request, by, "change")
    if request.status not in (NEW, ATTEMPTED):
        raise NotAllowed(gettext("this callback is done"))
    if request.callback and request.callback.handler_id:
        raise NotAllowed(gettext("an agent is calling back already"))
    _write(request, by=by, status=ABANDONED)
    end(request, by=by)


def follow(name: str, live: Live) -> None:
    """What one operation means for callbacks: of its customer who asked for one, or for the callback that it is."""
    react = _REACTIONS.get(name)
    if react is not None and live.interaction.channel == Channel.VOICE:
        react(live)


def _is_over(live: Live) -> None:
    """Whoever was not answered after asking is called back; a callback that reached nobody is tried again."""
    if live.interaction.direction == Direction.OUTBOUND:
        _becomes(ABANDONED, NEW)(live)  # nobody has taken it
        _try_again(live)
    for request in _ASKED(interaction=live.interaction.pk):
        answered = WorkOffer.objects.filter(
            interaction=live.interaction, outcome=Outcome.ACCEPTED, answered_at__gt=request.created_date
        )
        if answered.exists():
            _write(request, status=CONTACTED)
        else:
            _begin(request, live.interaction)


_ASKED: Select[ContactRequest] = Select(
    lambda interaction: ContactRequest.objects.locked().filter(
        voice_call__interaction_id=interaction, status=NEW, callback=None
    ),
    numbers=["interaction"],
)


def _try_again(live: Live) -> None:
    request = ContactRequest.objects.locked().filter(callback=live.interaction, status=ATTEMPTED).first()
    if request is None or not request.available_callback_attempts or live.working:
        return
    if WorkOffer.objects.filter(interaction=live.interaction, talk_started_at__isnull=False).exists():
        return
    due_at = live.at + timedelta(minutes=request.delay_between_callback_attempts or 0)
    _write(request, available_callback_attempts=request.available_callback_attempts - 1, due_at=due_at)
    _begin(request, live.interaction.parent or live.interaction)


def _begin(request: ContactRequest, parent: EngagementInteraction | None) -> None:
    """Without any queue that it could wait in, the wish stands alone."""
    try:
        made = queues.open_callback(
            parent,
            number=request.preferred_phone or (parent.customer if parent else None) or "",
            by=request.owner or request.created_by,
            queue=request.owner_queue,
            otherwise=_queue_of(request),
            user_data={"RequestReason": request.request_reason} if request.request_reason else None,
            due_at=request.due_at,
        )
    except NotAllowed:
        return
    _write(request, callback=made)


def _queue_of(request: ContactRequest) -> Queue | None:
    """Where the call that it came of would have waited, had the queue been open; else what the entry rules say."""
    if (call := request.voice_call) is None:
        facts = facts_of(None, request, inputs={"channel": Channel.VOICE, "direction": Direction.OUTBOUND})
        target = flows.decide(facts).target
        return target if isinstance(target, Queue) else None
    target = decided(None, call, {}).target
    if target is None and call.call_center:
        target = decision_of(route_of(call.call_center, call.to_phone_number), call, {}).target
    return target if isinstance(target, Queue) else None


def _becomes(status: str, *before: str) -> Callable[[Live], None]:
    def react(live: Live) -> None:
        if live.interaction.direction == Direction.OUTBOUND:
            for request in ContactRequest.objects.locked().filter(callback=live.interaction, status__in=before):
                _write(request, status=status)

    return react


def _write(request: ContactRequest, *, by: User | None = None, **values: object) -> None:
    for name, value in values.items():
        setattr(request, name, value)
    request.touch(by_id=by.pk if by else request.last_modified_by_id)
    request.save()


_REACTIONS: Mapping[str, Callable[[Live], None]] = {
    "engagement.abandoned": _is_over,
    "engagement.hung_up": _is_over,
    "engagement.closed": _is_over,
    "engagement.repaired": _is_over,
    "work.completed": _is_over,
    "work.accepted": _becomes(ATTEMPTED, NEW),
    "work.pulled": _becomes(ATTEMPTED, NEW),
    "work.connected": _becomes(CONTACTED, NEW, ATTEMPTED),
}
