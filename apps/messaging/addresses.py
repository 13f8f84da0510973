"""E-mail addresses: which are well formed, and which are our own."""

from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from apps.agents.models import Channel
from apps.common.errors import FieldProblem, Invalid, Problem
from apps.engagements.models.mail import LONGEST_ADDRESS, MOST_ADDRESSES
from apps.queues.models import OutboundIdentifier


def is_address(text: str) -> bool:
    """Whether mail can be sent there; a line break in it never passes."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS


def checked(field: str, addresses: Iterable[str]) -> list[str]:
    """The bare addresses of what was written (`Name <name@host>` too), each once. Raises Invalid for anything else."""
    written = list(dict.fromkeys(addresses))
    found = list(dict.fromkeys(parseaddr(each)[1] or each.strip() for each in written))
    for each in [*found, *(each for each in written if not each.isprintable())]:
        if not each.isprintable() or not is_address(each):
            raise Invalid(
                FieldProblem(
                    Problem.MALFORMED, [field], gettext("{each!r} is no e-mail address").format(each=each[:80]), each
                )
            )
    if len(found) > MOST_ADDRESSES:
        raise Invalid(
            FieldProblem(
                Problem.OUT_OF_RANGE,
                [field],
                gettext("at most {MOST_ADDRESSES} addresses").format(MOST_ADDRESSES=MOST_ADDRESSES),
            )
        )
    return found


def own() -> list[str]:
    """The addresses that this contact centre writes from."""
    known = OutboundIdentifier.objects.filter(channel=Channel.EMAIL, is_active=True).order_by("id")
    return list(known.values_list("value", flat=True))


def sender_of(contact_point: str | None) -> str:
    """From which address to answer what reached `contact_point`.

    Only an address of ours, once there are any: anybody can write any address into a To.
    """
    ours = own()
    is_ours = not ours or (contact_point or "").lower() in (each.lower() for each in ours)
    if contact_point and is_address(contact_point) and is_ours:
        return contact_point
    return ours[0] if ours else settings.DEFAULT_FROM_EMAIL
