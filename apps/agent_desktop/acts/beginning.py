"""A contact is begun by the agent: at once, or left for later."""

from django.db import transaction
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext

from apps.agent_desktop.acts.base import Refused, require_in_hand
from apps.agent_desktop.contact_forms import FollowUpForm, NewContactForm
from apps.agents.models import Agent, Channel
from apps.common.errors import Invalid, NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.messaging import operations as messaging
from apps.messaging.writing import Writing
from apps.queues import operations
from apps.queues.models import Workbin


def start_contact(by: Agent, given: QueryDict) -> EngagementInteraction:
    """Call, write, or note a visit: the agent works on it at once. Raises Refused at the form's fields."""
    form = NewContactForm(by, given)
    if not form.is_valid():
        raise Refused("panel", given, {}, form)
    asked = form.cleaned_data
    try:
        if asked["channel"] == Channel.EMAIL:
            to = [asked["customer"]] if asked["customer"] else []
            return messaging.compose(by=by, writing=Writing(to=to, subject=asked["subject"]))
        return operations.open_outbound(
            channel=asked["channel"],
            by=by,
            customer=asked["customer"] or None,
            identifier=asked["identifier"],
            subject=asked["subject"] or None,
        )
    except NotAllowed as error:
        form.add_error("channel", f"{capfirst(str(error))}.")
        raise Refused("panel", given, {}, form) from error
    except Invalid as error:
        form.add_error("customer", " ".join(problem.message for problem in error.problems))
        raise Refused("panel", given, {}, form) from error


@transaction.atomic
def follow_up(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """What is left to do after this contact, which it names as its parent."""
    require_in_hand(interaction, by)
    form = FollowUpForm(given)
    if not form.is_valid():
        raise Refused("panel", given, {}, form)
    asked = form.cleaned_data
    try:
        if asked["kind"] == "callback":
            operations.open_callback(interaction, number=asked["number"], by=by.user, due_at=asked["due"])
        else:
            _lay_aside(interaction, by, asked["subject"])
    except NotAllowed as error:
        form.add_error("kind", f"{capfirst(str(error))}.")
        raise Refused("panel", given, {}, form) from error


def _lay_aside(parent: EngagementInteraction, by: Agent, subject: str) -> None:
    """A piece of work in the agent's own workbin."""
    workbin = Workbin.objects.filter(agent=by).order_by("id").first()
    if workbin is None:
        raise NotAllowed(gettext("you have no workbin"))
    made = operations.open_outbound(
        channel=Channel.WORK_ITEM,
        by=by,
        customer=parent.customer,
        parent=parent,
        subject=subject or f"Follow-up of {parent.name}",
        values={"initiating_attendee_id": parent.initiating_attendee_id},
    )
    operations.park(made, workbin, by=by)
