"""Secrets and signatures as Standard Webhooks has them: `whsec_` secrets, `v1` signatures by HMAC with SHA-256."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
_NEW_BYTES = 32
_SHORTEST, _LONGEST = 24, 64  # bytes of a secret, by the specification


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(_NEW_BYTES)).decode()


def is_secret(text: str) -> bool:
    try:
        return text.startswith(PREFIX) and _SHORTEST <= len(_key(text)) <= _LONGEST
    except binascii.Error:
        return False


def headers(message_id: str, timestamp: int, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """What goes along with the body: one signature for each secret that counts, parted by spaces."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys),
    }


def _signature(secret: str, signed: bytes) -> str:
    return base64.b64encode(hmac.new(_key(secret), signed, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
