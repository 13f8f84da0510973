"""Public keys of whoever signs tokens, in the forms in which telephone systems and clients hand them over."""

import binascii
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SMALLEST_KEY = 2048  # bits


@lru_cache(maxsize=1000)
def public_key(pem: str) -> RSAPublicKey | None:
    """The RSA key in a PEM public key or certificate; None if it is neither or too short."""
    try:
        is_certificate = "BEGIN CERTIFICATE" in pem
        key: Any = x509.load_pem_x509_certificate(pem.encode()) if is_certificate else load_pem_public_key(pem.encode())
        key = key.public_key() if is_certificate else key
    except (ValueError, binascii.Error):
        return None
    return key if isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_KEY else None


def is_private(pem: str) -> bool:
    return "PRIVATE KEY" in pem


def refusal(pem: str) -> str | None:
    """Why this is no key to verify tokens with; None if it is one."""
    if is_private(pem):
        return "this is a private key: nobody but its owner may have it, who should now make a new pair"
    if public_key(pem) is None:
        return f"no RSA public key or certificate of {SMALLEST_KEY} bits or more, in PEM"
    return None
