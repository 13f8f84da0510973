"""Setting up call centres: who may speak to us as which telephone system, and where its numbers lead."""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.keys import refusal
from apps.accounts.models import User
from apps.accounts.operations import drop_unused, keep
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.voice_calls.models import CallCenter, CallCenterKey, CallCenterRoutingMap, NumberRoute

NEW_KEY_BITS = 2048


@transaction.atomic
def configure(row: CallCenter | CallCenterKey | CallCenterRoutingMap | NumberRoute, *, by: User) -> None:
    """Write the row. Raises as `accounts.operations.keep`; Invalid for what is no public key or leads nowhere.

    NotAllowed for another key in the place of one: tokens were signed with it. It is retired, and a new one added.
    """
    if isinstance(row, CallCenterKey):
        _check_key(row)
    if isinstance(row, NumberRoute) and (row.queue is None) == (row.flow is None):
        raise Invalid(
            FieldProblem(Problem.CONTRADICTION, ["queue"], gettext("a number leads to one queue or to one flow"))
        )
    keep(row, by=by)


@transaction.atomic
def remove(row: CallCenter | CallCenterRoutingMap | NumberRoute, *, by: User) -> None:
    """Forget where a number, or a name of the telephone system, leads; or a call centre that never had a call.

    Raises NotAllowed as `accounts.operations.drop_unused`.
    """
    drop_unused(row, by=by)


@transaction.atomic
def make_key_pair(call_center: CallCenter, *, by: User) -> str:
    """A new pair: the public key is kept and good from now on. Returns the private one in PEM, which is not kept."""
    pair = rsa.generate_private_key(public_exponent=65537, key_size=NEW_KEY_BITS)
    public = pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    configure(CallCenterKey(call_center=call_center, public_key=public.decode()), by=by)
    return pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _check_key(row: CallCenterKey) -> None:
    before = CallCenterKey.objects.filter(pk=row.pk).first()
    if before and before.public_key != row.public_key:
        raise NotAllowed(gettext("a key is never changed: retire it and add another"))
    if before is None and (why := refusal(row.public_key)):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["public_key"], why))
