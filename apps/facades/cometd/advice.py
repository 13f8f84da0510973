"""What the server advises. Always the whole object: a public client replaces the one it holds (15.4)."""

from typing import Any

from django.conf import settings

Advice = dict[str, Any]


def retry() -> Advice:
    return _advice("retry")


def handshake() -> Advice:
    """Only ever with an unsuccessful reply."""
    return _advice("handshake")


def none() -> Advice:
    return _advice("none")


def _advice(reconnect: str) -> Advice:
    # An interval other than 0 is taken for seconds by a public client.
    return {"reconnect": reconnect, "interval": 0, "timeout": int(settings.COMETD_HOLD_SECONDS * 1000)}
