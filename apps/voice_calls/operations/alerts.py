"""A service warns of something (voice 10)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import Forbidden
from apps.engagements.drafts import NewRecord
from apps.events.ledger import next_id, publish
from apps.events.models import Event
from apps.objects.registry import SObject
from apps.voice_calls.models import ALERT
from apps.voice_calls.operations.unstored import checked

_TEXTS = ("name", "description", "source", "severity", "payload")


class NewAlert(NewRecord):
    model = Event

    @property
    def sobject(self) -> SObject:
        return ALERT


@transaction.atomic
def raise_alert(draft: NewAlert, *, by: User) -> Event:
    """Publishes `alert.raised`; nothing else is kept. Raises Invalid with every problem, Forbidden for agents."""
    if not by.manages_everything:
        raise Forbidden(gettext("only who changes everything raises an alert"))
    sent = checked(draft, by=by)
    at = clock.now()
    draft.row = event = Event(pk=next_id())
    alert: dict[str, Any] = {column: sent.get(column) for column in _TEXTS}
    alert |= {"id": ALERT.id_of(event.pk), "event_at": sent.get("event_at", at).isoformat()}
    publish("alert.raised", by_id=by.pk, data={"alert": alert}, at=at)
    return event
