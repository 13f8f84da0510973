"""What an answer takes over from the message that it answers."""

from dataclasses import dataclass

from apps.engagements.models import MailMessage
from apps.engagements.models.mail import LONGEST_SUBJECT, LONGEST_TEXT


def prefixed(prefix: str, subject: str) -> str:
    """With the prefix, once."""
    has = subject.lower().startswith(prefix.strip().lower())
    return (subject if has or not prefix.strip() else f"{prefix}{subject}")[:LONGEST_SUBJECT]


@dataclass(frozen=True)
class Quote:
    """How the original is quoted: below `start`, each line behind `indent`."""

    start: str = ""
    indent: str = "> "
    prefix: str = "Re: "
    with_text: bool = True

    def of(self, original: MailMessage) -> str:
        if not self.with_text:
            return ""
        start = self.start or f"On {original.created_at:%Y-%m-%d %H:%M} UTC, {original.sender} wrote:"
        lines = [f"{self.indent}{line}" for line in original.text.splitlines()]
        return "\n".join(["", "", start, *lines])[: LONGEST_TEXT // 2]
