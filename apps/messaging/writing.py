"""What an agent writes into a message, checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.common.storable import unstorable
from apps.engagements.models import MailMessage
from apps.engagements.models.mail import LONGEST_SUBJECT, LONGEST_TEXT
from apps.messaging import addresses, html


@dataclass(frozen=True)
class Writing:
    """What is not given stays as it is. HTML alone is enough: the text is made from it."""

    sender: str | None = None
    to: Sequence[str] | None = None
    cc: Sequence[str] | None = None
    bcc: Sequence[str] | None = None
    subject: str | None = None
    text: str | None = None
    html: str | None = None

    def write(self, message: MailMessage) -> None:
        """Put it into the message, unsaved. Raises Invalid for addresses and texts that cannot be sent."""
        for field in ("to", "cc", "bcc"):
            if (given := getattr(self, field)) is not None:
                setattr(message, field, addresses.checked(field, given))
        if self.sender is not None:
            message.sender = _own(self.sender, message.sender)
        if self.subject is not None:
            message.subject = _one_line(_storable("subject", self.subject, LONGEST_SUBJECT))
        if self.html is not None:
            message.html = html.clean(_storable("html", self.html, LONGEST_TEXT))
            message.text = html.as_text(message.html)
        if self.text is not None:
            message.text = _storable("text", self.text, LONGEST_TEXT)
            message.html = message.html if self.html is not None else ""


def _own(sender: str, present: str) -> str:
    (found,) = addresses.checked("sender", [sender]) or [""]
    if found.lower() not in {present.lower(), *(each.lower() for each in addresses.own())}:
        raise Invalid(
            FieldProblem(
                Problem.NO_SUCH_RECORD,
                ["sender"],
                gettext("{found!r} is no address of ours").format(found=found),
                sender,
            )
        )
    return found


def _storable(field: str, value: str, longest: int) -> str:
    problem: Any = unstorable(value)
    if problem:
        raise Invalid(FieldProblem(Problem.MALFORMED, [field], f"{field}: {problem}"))
    if len(value) > longest:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG,
                [field],
                gettext("{field}: at most {longest} characters").format(field=field, longest=longest),
            )
        )
    return value


def _one_line(text: str) -> str:
    """A header is one line: what follows a line break would be a header of its own."""
    return " ".join(text.splitlines())
