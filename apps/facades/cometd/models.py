"""A client's session is a row, so that any process can answer its next request and a killed process loses nothing."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.tenants.models import TenantModel

if TYPE_CHECKING:
    from apps.facades.cometd.exchange import LedgerHearer

NEVER = datetime.min.replace(tzinfo=UTC)


class CometdSession(TenantModel):
    """One Bayeux client. Its queue is the ledger after `position`: nothing is copied, and what was not acknowledged is
    read and rendered again."""

    client_id = models.CharField(max_length=40)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    subscriptions = ArrayField(models.TextField(), default=list)  # as the client wrote them
    # Everything up to here was delivered; with the ack extension: and acknowledged.
    position_xid = models.BigIntegerField()
    position_id = models.BigIntegerField(default=0)
    acknowledges = models.BooleanField(default=False)
    batch = models.BigIntegerField(default=0, help_text="Number of the last batch sent (ack extension).")
    unacknowledged = models.JSONField(default=list, help_text="[batch, xid, id]: where each batch sent ended.")
    was_connected = models.BooleanField(default=False)
    kind = models.CharField(max_length=8, default="", help_text="Of the endpoint; a session is known at its own only.")
    places = models.JSONField(default=dict, help_text="Where each channel goes on, [xid, id], if clients replay them.")
    turn = models.BigIntegerField(default=0, help_text="Counts connects; an older one that still waits is released.")
    is_held = models.BooleanField(default=False, help_text="A connect waits, in whichever process.")
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="Unless it is heard of before.")

    # No columns: the row's version as a process remembers it, and what a batch has still to write.
    version = ""
    is_changed = False
    is_closed = False
    released_turn = 0  # connects of earlier turns need not wait any longer
    is_taken_over = False  # from another process, which may not know it yet
    written_until = NEVER  # `expires_at` as others see it
    brief_until = 0.0  # by time.monotonic(): until then its row need not be written for a wait to begin
    hearer: "LedgerHearer | None" = None  # of the last connect that waited

    class Meta:
        constraints = [models.UniqueConstraint("tenant", "client_id", name="cometd_session_client")]

    def __str__(self) -> str:
        return self.client_id
