"""Whoever added a webhook is told by mail when it was switched off: nobody looks at a page for days."""

from collections.abc import Iterator
from contextlib import suppress
from email.utils import formataddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext, override

from apps.common.errors import NotAllowed
from apps.common.words import spoken_now
from apps.jobs.operations import start
from apps.jobs.registry import Progress, Run, job
from apps.webhooks.models import WebhookEndpoint

KIND = "webhook switched off"


def tell(endpoint: WebhookEndpoint) -> None:
    """Begin the job that sends the mail. Its page tells as well, so nothing fails if that person has too many jobs."""
    owner = endpoint.created_by
    if owner is not None and owner.email:
        said = {"name": endpoint.name, "url": endpoint.url, "because": endpoint.switched_off_because}
        with suppress(NotAllowed), override(spoken_now(owner.language)):
            title = gettext("{name} was switched off: mail").format(name=endpoint.name)
            start(KIND, said, by=owner, title=title)


@job(KIND)
def send(run: Run) -> Iterator[Progress]:
    """Send the mail. Raises NotAllowed if the mail server does not take it."""
    text = gettext(
        "The webhook “{name}” ({url}) was switched off.\n\n{because}\n\n"
        "Nothing is lost: switched on again, under Set up, Webhooks, it goes on where it stopped.\n"
    )
    message = EmailMessage(
        gettext("Webhook switched off: {name}").format(name=run.parameters["name"]),
        text.format(**run.parameters),
        formataddr((run.tenant.name, settings.DEFAULT_FROM_EMAIL)),
        [run.by.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, SMTPException) as lost:
        raise NotAllowed(gettext("The mail server did not take it: {lost}").format(lost=lost)[:400]) from lost
    run.outcome = gettext("Sent to {address}.").format(address=run.by.email)
    yield Progress(1, 1)
