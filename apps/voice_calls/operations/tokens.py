"""Which tokens of a telephone system have been used (V-03)."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from apps.common import clock
from apps.voice_calls.models import CallCenter, UsedTokenId

LEEWAY = timedelta(seconds=60)  # how far two clocks may differ (V-02)


@transaction.atomic
def use_token_id(call_center: CallCenter, jti: str, *, token: str, expires_at: datetime) -> bool:
    """Note that a token with this jti was used; False if the call centre's rule refuses it.

    An id is kept until its token has expired. `same_token` lets the identical token come again until then.
    """
    now = clock.now()
    UsedTokenId.objects.filter(call_center=call_center, expires_at__lt=now - LEEWAY).delete()
    digest = hashlib.sha256(token.encode()).digest()
    seen, is_new = UsedTokenId.objects.get_or_create(
        call_center=call_center, jti=jti, defaults={"token_digest": digest, "expires_at": expires_at}
    )
    if is_new:
        return True
    return call_center.replay_rule == CallCenter.ReplayRule.SAME_TOKEN and bytes(seen.token_digest) == digest
