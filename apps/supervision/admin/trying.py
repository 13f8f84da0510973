"""What the rules would do with a contact that does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from apps.agents.models import Channel, Skill
from apps.common import clock
from apps.directory.phone import phone_key
from apps.engagements.models import Direction, EngagementInteraction
from apps.engagements.vocabulary import channel_value, type_value
from apps.queues import flows, rulebook
from apps.queues.facts import facts_of
from apps.queues.models import Flow, FlowRule, Queue
from apps.queues.operations.entering import refuses
from apps.tenants import scope

_USER_DATA = "userdata."


class TryForm(forms.Form):
    channel = forms.ChoiceField(choices=Channel.choices, required=False)
    direction = forms.ChoiceField(choices=Direction.choices, required=False)
    customer = forms.CharField(label="Customer's number or address", max_length=255, required=False)
    contact_point = forms.CharField(label="Number or address reached", max_length=255, required=False)
    reason = forms.CharField(max_length=765, required=False)
    subject = forms.CharField(max_length=255, required=False)
    at = forms.DateTimeField(
        label="At",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="Empty: now.",
    )
    more = forms.CharField(
        label="Anything else",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One fact a line: Department__c=Claims or UserData.Account.Tier=gold",
    )

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at and not 1970 < at.year < 2200:
            raise forms.ValidationError("Say a time of our days.")
        return at


@dataclass(frozen=True)
class Tried:
    """What would happen, in words; `errors` if the form cannot be read."""

    rules: Sequence[FlowRule] = ()
    target: str = ""
    details: Sequence[str] = ()
    errors: Sequence[str] = ()


def tried(form: TryForm) -> Tried:
    if not form.is_valid():
        return Tried(errors=[f"{form[name].label}: {said}" for name, all_ in form.errors.items() for said in all_])
    given = form.cleaned_data
    at: datetime = given["at"] or clock.now()
    contact = _contact(given)
    decision = flows.decide(facts_of(contact, inputs=_more(given["more"], contact)), at=at)
    return Tried(decision.rules, _target(decision), list(_details(decision, contact, at)))


def _contact(given: dict[str, Any]) -> EngagementInteraction:
    channel, direction = given["channel"] or Channel.VOICE, given["direction"] or Direction.INBOUND
    customer = given["customer"] or None
    number = customer if channel in (Channel.VOICE, Channel.SMS, Channel.VIDEO) else None
    return EngagementInteraction(
        channel=channel,
        communication_channel=channel_value(channel),
        direction=direction,
        type=type_value(direction),
        customer=customer,
        contact_point=given["contact_point"] or None,
        phone_number=number,
        phone_key=phone_key(number, scope.tenant().phone_region),
        reason=given["reason"] or None,
        subject=given["subject"] or None,
        user_data={},
    )


def _more(lines: str, contact: EngagementInteraction) -> dict[str, str]:
    """Facts by name; those of the user data go into the contact, level by level."""
    found: dict[str, str] = {}
    for line in lines.splitlines():
        name, _, value = line.partition("=")
        name, value = name.strip(), value.strip()
        if not name.lower().startswith(_USER_DATA):
            found[name] = value
            continue
        place: Any = contact.user_data
        *path, last = name[len(_USER_DATA) :].split(".")
        for key in path[:50]:
            place = place.setdefault(key, {}) if isinstance(place, dict) else {}
        if isinstance(place, dict):
            place[last] = value
    # What a call brings along besides its contact's fields has the same numbers.
    return {"FromPhoneNumber": contact.customer or "", "ToPhoneNumber": contact.contact_point or "", **found}


def _target(decision: flows.Decision) -> str:
    if decision.target is None:
        return "Nowhere: the number's own route decides, else it stays in the flow"
    return f"{'Queue' if isinstance(decision.target, Queue) else 'Agent'} {decision.target}"


def _details(decision: flows.Decision, contact: EngagementInteraction, at: datetime) -> Any:
    if isinstance(decision.flow, Flow):
        yield f"Through the flow {decision.flow}"
    if isinstance(decision.target, Queue):
        yield f"The queue is {'closed' if rulebook.is_closed(decision.target, at) else 'open'} then"
        if offer := refuses(decision.target, contact.channel, at):
            yield f"It takes no calls then: {offer}"
        if decision.target.pk in rulebook.current().overflow:
            yield "Its overflow rules may lead on from there"
    if decision.priority is not None:
        yield f"Priority {decision.priority}"
    for skill in Skill.objects.filter(pk__in=decision.skills):
        yield f"Needs {skill.name} at level {decision.skills[skill.pk]}"
    if decision.recording:
        yield f"Recording {decision.recording}"
