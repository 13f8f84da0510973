"""What an administrator does to webhooks."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations.setup import authorise, drop, keep
from apps.common import clock
from apps.common.errors import FieldProblem, Invalid, NotAllowed, NotFound, Problem
from apps.events import reader
from apps.webhooks import addresses
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint
from apps.webhooks.signing import new_secret

ROTATION = timedelta(hours=24)  # for which the former secret goes on signing, too


@transaction.atomic
def configure(endpoint: WebhookEndpoint, *, by: User) -> None:
    """Add or change a webhook. A new one is told of everything from now on; one switched on again goes on where it was.

    It is told of what whoever added it may see, whoever changes it later. Raises NotFound for another's to whom a team
    or queue bounds, Invalid for an address in a private network that no setting allows; otherwise as `keep`.
    """
    if not endpoint._state.adding:
        _require_within(endpoint, by)
    try:
        addresses.check_literal(endpoint.url)
    except addresses.Refused as refused:
        raise Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["url"], str(refused), endpoint.url)) from None
    if endpoint._state.adding:
        endpoint.position = reader.now()
    else:
        _as_it_stands(endpoint)
    keep(endpoint, by=by)


def _require_within(endpoint: WebhookEndpoint, by: User) -> None:
    """Somebody else's may tell of more than `by` may see, and its address is where that goes."""
    if not by.sees_everything and endpoint.created_by_id != by.pk:
        raise NotFound(gettext("no such webhook"))


def _as_it_stands(endpoint: WebhookEndpoint) -> None:
    """A worker may have moved it on since the form was opened. One that is switched on begins without a past."""
    present = WebhookEndpoint.objects.locked().get(pk=endpoint.pk)
    for name in ("position_xid", "position_id", "claim", "claimed_until", "secret", "former_secret"):
        setattr(endpoint, name, getattr(present, name))
    is_new_start = (endpoint.is_active and not present.is_active) or endpoint.url != present.url
    fresh = {"failures": 0, "failing_since": None, "next_attempt_at": None, "switched_off_because": ""}
    for name, value in fresh.items():
        setattr(endpoint, name, value if is_new_start else getattr(present, name))


@transaction.atomic
def remove(endpoint: WebhookEndpoint, *, by: User) -> None:
    """Take the webhook and its log away. Raises as `configure`."""
    _require_within(endpoint, by)
    drop(endpoint, by=by)


@transaction.atomic
def renew_secret(endpoint: WebhookEndpoint, *, by: User) -> str:
    """Another secret, which is returned. For 24 hours both sign, so that the receiver changes over in its own time."""
    endpoint = WebhookEndpoint.objects.locked().get(pk=endpoint.pk)
    _require_within(endpoint, by)
    endpoint.former_secret, endpoint.secret = endpoint.secret, new_secret()
    endpoint.former_secret_until = clock.now() + ROTATION
    keep(endpoint, by=by)
    return endpoint.secret


@transaction.atomic
def send_again(deliveries: "QuerySet[WebhookDelivery]", *, by: User) -> int:
    """Have the worker send these once more, each under its id and in their order. Returns how many there are.

    What is being tried already is tried at once. A few statements, however many. Raises NotAllowed, and sends none,
    if a webhook among theirs is switched off.
    """
    chosen = WebhookDelivery.objects.filter(pk__in=deliveries.order_by().values("pk"))
    endpoints = list(WebhookEndpoint.objects.locked().filter(pk__in=chosen.values("endpoint")).order_by("pk"))
    for endpoint in endpoints:
        authorise(endpoint, by, "change")
        _require_within(endpoint, by)
        if not endpoint.is_active:
            raise NotAllowed(gettext("{endpoint} is switched off").format(endpoint=endpoint))
    tried = chosen.filter(state=WebhookDelivery.State.WAITING)
    waiting = list(tried.values_list("endpoint", flat=True))
    WebhookEndpoint.objects.filter(pk__in=waiting).update(next_attempt_at=None)
    others = chosen.exclude(state=WebhookDelivery.State.WAITING)
    return len(waiting) + others.update(asked_again_at=clock.now())


@transaction.atomic
def skip(delivery: WebhookDelivery, *, by: User) -> None:
    """Give up an event that is still being tried, so that those behind it go. Raises NotAllowed for any other."""
    endpoint = WebhookEndpoint.objects.locked().get(pk=delivery.endpoint_id)
    authorise(endpoint, by, "change")
    _require_within(endpoint, by)
    delivery = WebhookDelivery.objects.locked().get(pk=delivery.pk)
    if delivery.state != WebhookDelivery.State.WAITING:
        raise NotAllowed(gettext("{delivery} is not being tried any more").format(delivery=delivery))
    delivery.state = WebhookDelivery.State.GIVEN_UP
    delivery.save(update_fields=["state"])
    endpoint.position = reader.Position(delivery.event_xid, delivery.event_id)
    endpoint.next_attempt_at = None
    endpoint.save(update_fields=["position_xid", "position_id", "next_attempt_at"])
