"""Who takes part, whether that is sure, and what it is about."""

from collections.abc import Callable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from apps.agent_desktop.acts.base import Refused, key_in, refusals, require_in_hand
from apps.agent_desktop.forms import person_form, topic_form
from apps.agents.models import Agent
from apps.attendees.models import EngagementAttendee, VerificationProcess
from apps.common import clock
from apps.common.errors import Invalid, NotFound
from apps.engagements import operations
from apps.engagements.forms import RecordForm
from apps.engagements.forms.overtaken import differences_of, merged
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes, NewAttendee, NewTopic
from apps.objects import registry
from apps.topics.models import EngagementTopic


def keep_person(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """Somebody is named, or named otherwise."""
    row = _row(EngagementAttendee, interaction, by, given)
    form = _valid(person_form, interaction, row, given)
    if row:
        _write(form, lambda changes: operations.revise_attendee(row, changes, by=by.user), row, given)
    else:
        likely = {"start_date_time": clock.to_second(clock.now())}
        _add(form, NewAttendee, operations.add_attendee, interaction, by, given, **likely)


def drop_person(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.delete_attendee(_required(EngagementAttendee, interaction, by, given), by=by.user)


def verify(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """An attempt to make sure who somebody is: by which means, and whether it held."""
    attendee = _required(EngagementAttendee, interaction, by, given)
    means = ", ".join(each.strip() for each in [*given.getlist("means"), given.get("other", "")] if each.strip())
    with refusals("panel", given):
        operations.check_identity(
            attendee,
            means,
            passed=given.get("result") == "passed",
            authenticates=given.get("step") == "authenticate",
            process=VerificationProcess.objects.filter(pk=key_in(given.get("process", "")), is_active=True).first(),
            by=by.user,
        )


def keep_topic(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    """A subject is added, or written over."""
    row = _row(EngagementTopic, interaction, by, given)
    form = _valid(topic_form, interaction, row, given)
    if row:
        _write(form, lambda changes: operations.revise_topic(row, changes, by=by.user), row, given)
    else:
        _add(form, NewTopic, operations.add_topic, interaction, by, given)


def drop_topic(interaction: EngagementInteraction, by: Agent, given: QueryDict) -> None:
    operations.delete_topic(_required(EngagementTopic, interaction, by, given), by=by.user)


def _row(model: Any, interaction: EngagementInteraction, by: Agent, given: QueryDict) -> Any:
    """The part that the form is of; None for a new one. Raises NotFound if it has gone."""
    require_in_hand(interaction, by)
    if not given.get("item"):
        return None
    found = model.objects.filter(engagement=interaction, pk=key_in(given.get("item", ""))).first()
    if found is None:
        raise NotFound(gettext("it is gone"))
    return found


def _required(model: Any, interaction: EngagementInteraction, by: Agent, given: QueryDict) -> Any:
    found = _row(model, interaction, by, given)
    if found is None:
        raise NotFound(gettext("it is gone"))
    return found


def _valid(
    make: Callable[..., RecordForm], interaction: EngagementInteraction, row: Any, given: QueryDict
) -> RecordForm:
    form = make(interaction, row, given)
    if not form.is_valid():
        raise Refused("panel", given, {}, form)
    if clashes := [each for each in differences_of(form) if each.is_mine] if row else []:
        again = make(interaction, row, merged(form, given, differences_of(form)))
        for each in clashes:
            again.add_error(
                each.name,
                gettext("It became {value} meanwhile. Save again to put yours there.").format(
                    value=each.now or "empty"
                ),
            )
        raise Refused("panel", given, {}, again)
    return form


def _write(form: RecordForm, revise: Callable[[Changes], object], row: Any, given: QueryDict) -> None:
    values, pairs = form.values(form.changes())
    try:
        revise(Changes(values, pairs, numeric_text=True, row=row))
    except Invalid as refused:
        form.refuse(refused)
        raise Refused("panel", given, {}, form) from refused


def _add(
    form: RecordForm,
    draft: Any,
    add: Callable[..., object],
    interaction: EngagementInteraction,
    by: Agent,
    given: QueryDict,
    **likely: Any,
) -> None:
    values, pairs = form.values(form.given())
    parent = registry.of(interaction).id_of(interaction.pk)
    try:
        add(draft({**likely, **values, "engagement": parent}, pairs, numeric_text=True), by=by.user)
    except Invalid as refused:
        form.refuse(refused)
        raise Refused("panel", given, {}, form) from refused
