"""Contacts that an agent begins: at once, or later as a follow-up."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.agents.models import Agent, AgentChannel, Channel
from apps.common import clock
from apps.common.storable import unstorable
from apps.common.words import inside
from apps.common.words import later as _
from apps.queues.models import OutboundIdentifier


class NewContactForm(forms.Form):
    """A contact that the agent begins: whom, over what, and what the customer is shown."""

    channel = forms.ChoiceField(
        label=_("Channel"), error_messages={"invalid_choice": _("You do not work on this channel.")}
    )
    customer = forms.CharField(
        label=_("Number or address"),
        max_length=255,
        required=False,
        error_messages={"max_length": _("At most 255 characters.")},
    )
    identifier: "forms.ModelChoiceField[OutboundIdentifier]" = forms.ModelChoiceField(
        label=_("Show as"),
        queryset=None,
        required=False,
        empty_label=_("Our usual one"),
        error_messages={"invalid_choice": _("This is not there any more. Choose another.")},
    )
    subject = forms.CharField(label=_("What about"), max_length=255, required=False)

    def __init__(self, agent: Agent, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        channel, identifier = self.fields["channel"], self.fields["identifier"]
        assert isinstance(channel, forms.ChoiceField)
        assert isinstance(identifier, forms.ModelChoiceField)
        rows = AgentChannel.objects.filter(agent=agent, session__ended_at=None).values_list("channel", flat=True)
        channel.choices = [(each.value, each.label) for each in Channel if each.value in set(rows)]
        identifier.queryset = OutboundIdentifier.objects.filter(is_active=True)
        for field in self.fields.values():
            field.widget.attrs["class"] = "sw-input"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        channel, shown = given.get("channel"), given.get("identifier")
        if shown and channel and shown.channel != channel:
            self.add_error(
                "identifier",
                gettext("{name} is shown by {get_channel_display} alone.").format(
                    name=shown.name, get_channel_display=inside(shown.get_channel_display())
                ),
            )
        if channel in (Channel.VOICE, Channel.SMS) and not given.get("customer"):
            self.add_error("customer", gettext("Enter the number."))
        if problem := unstorable([given.get("customer"), given.get("subject")]):
            self.add_error(None, problem)
        return given


class FollowUpForm(forms.Form):
    """What is left to do: a callback that waits in a queue from a moment on, or a piece of work in a workbin."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[("callback", _("Call the customer back")), ("task", _("A piece of work for me"))],
        error_messages={"required": _("Choose one.")},
    )
    number = forms.CharField(label=_("Number"), max_length=255, required=False)
    due = forms.DateTimeField(
        label=_("From"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Enter a day and a time.")},
    )
    subject = forms.CharField(label=_("What about"), max_length=255, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.widget.attrs["class"] = "sw-input"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("kind") == "callback" and not given.get("number"):
            self.add_error("number", gettext("Enter the number to call."))
        if given.get("due") and given["due"] <= clock.now():
            self.add_error("due", gettext("This moment has passed. Leave it empty for at once."))
        return given
