"""Links to files that need no sign-in and run out (X-68)."""

from uuid import UUID

from django.core import signing

LIFE_S = 15 * 60
_SALT = "cxengage.artifact"


def sign(tenant_id: UUID, artifact_id: UUID, file_id: UUID) -> str:
    return signing.dumps([str(tenant_id), str(artifact_id), str(file_id)], salt=_SALT)


def is_good(token: str, *named: UUID) -> bool:
    """Whether the token is of our making, for this file, and not too old."""
    try:
        signed: object = signing.loads(token, salt=_SALT, max_age=LIFE_S)
    except signing.BadSignature:
        return False
    return signed == [str(each) for each in named]
