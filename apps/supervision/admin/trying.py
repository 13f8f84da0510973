"""What the rules would do with a contact that does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.agents.models import Channel, Skill
from apps.common import clock
from apps.common.words import later as _
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
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, required=False)
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices, required=False)
    customer = forms.CharField(label=_("Customer's number or address"), max_length=255, required=False)
    contact_point = forms.CharField(label=_("Number or address reached"), max_length=255, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=765, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=255, required=False)
    at = forms.DateTimeField(
        label=_("At"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: now."),
    )
    more = forms.CharField(
        label=_("Anything else"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One fact a line: Department__c=Claims or UserData.Account.Tier=gold"),
    )

    def clean_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["at"]
        if at and not 1970 < at.year < 2200:
            raise forms.ValidationError(gettext("Say a time of our days."))
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
        return gettext("Nowhere: the number's own route decides, else it stays in the flow")
    says = gettext("Queue {target}") if isinstance(decision.target, Queue) else gettext("Agent {target}")
    return says.format(target=decision.target)


def _details(decision: flows.Decision, contact: EngagementInteraction, at: datetime) -> Any:
    if isinstance(decision.flow, Flow):
        yield gettext("Through the flow {flow}").format(flow=decision.flow)
    if isinstance(decision.target, Queue):
        is_closed = rulebook.is_closed(decision.target, at)
        yield gettext("The queue is closed then") if is_closed else gettext("The queue is open then")
        if offer := refuses(decision.target, contact.channel, at):
            yield gettext("It takes no calls then: {offer}").format(offer=offer)
        if decision.target.pk in rulebook.current().overflow:
            yield gettext("Its overflow rules may lead on from there")
    if decision.priority is not None:
        yield gettext("Priority {priority}").format(priority=decision.priority)
    for skill in Skill.objects.filter(pk__in=decision.skills):
        yield gettext("Needs {name} at level {skills}").format(name=skill.name, skills=decision.skills[skill.pk])
    if decision.recording:
        yield gettext("Recording {recording}").format(recording=decision.recording)
