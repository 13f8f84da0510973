"""What can be done to all the records that a list finds. Each row goes through its operation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.bulk.models import Outcome
from apps.bulk.verbs import VERBS, each, refused
from apps.common.words import later as _
from apps.engagements.forms import RecordForm
from apps.engagements.forms.fields import shown
from apps.engagements.forms.record import editable, held
from apps.engagements.lifecycle import Stage
from apps.engagements.lists import RecordList
from apps.engagements.operations import Changes
from apps.objects.columns import Column
from apps.queues import operations as live
from apps.queues.models import Queue, QueueEntry
from apps.queues.operations.steering import PRIORITIES

_ALONE_UNIQUE = frozenset({"ExternalIdentifier"})  # no two records may have the same


@dataclass(frozen=True)
class Done:
    """What became of one record."""

    row: Any
    outcome: Outcome
    said: str = ""
    before: Any = None
    after: Any = None


@dataclass(frozen=True)
class Action:
    """`tells` is the sentence about what will happen. `undone_by` names the action that takes it back."""

    name: str
    label: str
    tells: str
    lists: Sequence[str] = ("interactions",)
    of_bin: bool = False
    is_undone: bool = False
    is_grave: bool = False

    def form(self, listed: RecordList, data: Any = None, field: str = "") -> forms.Form:
        """What it has to be told besides which records."""
        return forms.Form(data)

    def prepare(self, listed: RecordList, form: forms.Form) -> Callable[..., list[Done]]:
        """What does it to some rows; `form` is valid. Called in scope, once for each batch."""
        raise NotImplementedError

    def wish(self, listed: RecordList, form: forms.Form) -> str:
        """What the form asks for, for the job's title."""
        return self.label


class Setting(Action):
    """One field gets one value."""

    def form(self, listed: RecordList, data: Any = None, field: str = "") -> RecordForm:
        return RecordForm(listed.sobject, None, data, columns=[settable(listed)[field]])

    def prepare(self, listed: RecordList, form: forms.Form) -> Callable[..., list[Done]]:
        assert isinstance(form, RecordForm)
        (column,) = form.columns.values()
        values, pairs = form.values(form.columns)

        def do(rows: Sequence[Any], *, by: User) -> list[Done]:
            before = [shown(column, held(column, row)) for row in rows]
            changes = [Changes(values, pairs, numeric_text=True, row=row) for row in rows]
            outcomes = VERBS[listed.name].revise(changes, by=by)
            return [_set(column, *each) for each in zip(rows, before, outcomes, strict=True)]

        return do

    def wish(self, listed: RecordList, form: forms.Form) -> str:
        (field,) = [field for field in form.visible_fields()]
        value = field.value()
        told = dict(getattr(field.field, "choices", ())).get(value, value) if isinstance(value, str) else value
        return gettext("Set {field} to {value}").format(field=field.label, value=as_text(told))


class Moving(Action):
    def form(self, listed: RecordList, data: Any = None, field: str = "") -> forms.Form:
        return ChoiceForm("queue", Queue.objects.filter(is_active=True), data)

    def prepare(self, listed: RecordList, form: forms.Form) -> Callable[..., list[Done]]:
        queue = form.cleaned_data["queue"]

        def move(row: Any, *, by: User) -> Done:
            if row.stage == Stage.FLOW:
                live.enqueue(row, queue, by=by)
                return Done(row, Outcome.CHANGED, "", None, queue.name)
            waits = _stay_of(row)
            if waits and waits.queue_id == queue.pk:
                return Done(row, Outcome.SAME)
            live.move_on(row, queue, by=by)
            return Done(row, Outcome.CHANGED, "", waits.queue.name if waits and waits.queue else None, queue.name)

        return partial(_one_by_one, move)

    def wish(self, listed: RecordList, form: forms.Form) -> str:
        return gettext("Move to {queue}").format(queue=form.cleaned_data["queue"])


class Assigning(Action):
    def form(self, listed: RecordList, data: Any = None, field: str = "") -> forms.Form:
        return ChoiceForm("agent", Agent.objects.filter(user__is_active=True).select_related("user"), data)

    def prepare(self, listed: RecordList, form: forms.Form) -> Callable[..., list[Done]]:
        agent = form.cleaned_data["agent"]

        def assign(row: Any, *, by: User) -> Done:
            live.reassign(row, agent, by=by)
            return Done(row, Outcome.CHANGED, "", str(row.handler) if row.handler_id else None, str(agent))

        return partial(_one_by_one, assign)

    def wish(self, listed: RecordList, form: forms.Form) -> str:
        return gettext("Assign to {agent}").format(agent=form.cleaned_data["agent"])


class Prioritising(Action):
    def form(self, listed: RecordList, data: Any = None, field: str = "") -> forms.Form:
        return PriorityForm(data)

    def prepare(self, listed: RecordList, form: forms.Form) -> Callable[..., list[Done]]:
        priority = form.cleaned_data["priority"]

        def prioritise(row: Any, *, by: User) -> Done:
            waits = _stay_of(row)
            if waits and waits.priority == priority:
                return Done(row, Outcome.SAME)
            live.prioritise(row, priority, by=by)
            return Done(row, Outcome.CHANGED, "", waits.priority if waits else None, priority)

        return partial(_one_by_one, prioritise)

    def wish(self, listed: RecordList, form: forms.Form) -> str:
        return gettext("Set the priority to {priority}").format(priority=form.cleaned_data["priority"])


class Closing(Action):
    def prepare(self, listed: RecordList, form: forms.Form) -> Callable[..., list[Done]]:
        def close(row: Any, *, by: User) -> Done:
            live.close(row, by=by)
            return Done(row, Outcome.CHANGED)

        return partial(_one_by_one, close)


class Deleting(Action):
    def prepare(self, listed: RecordList, form: forms.Form) -> Callable[..., list[Done]]:
        return partial(_all, VERBS[listed.name].delete)


class Undeleting(Action):
    def prepare(self, listed: RecordList, form: forms.Form) -> Callable[..., list[Done]]:
        return partial(_all, VERBS[listed.name].undelete)


class ChoiceForm(forms.Form):
    """One of these rows."""

    def __init__(self, name: str, rows: Any, data: Any = None) -> None:
        super().__init__(data)
        self.fields[name] = forms.ModelChoiceField(rows, widget=forms.Select({"class": "sw-input"}))


class PriorityForm(forms.Form):
    priority = forms.IntegerField(
        label=_("Priority"),
        min_value=PRIORITIES[0],
        max_value=PRIORITIES[-1],
        help_text=_("More is served first; a queue’s own is 100 unless it says otherwise."),
        widget=forms.NumberInput({"class": "sw-input"}),
    )


def settable(listed: RecordList) -> Mapping[str, Column]:
    """The fields that may get one value in many records."""
    return {column.name: column for column in editable(listed.sobject) if column.name not in _ALONE_UNIQUE}


def as_text(value: Any) -> str:
    """What a form holds, as people read it."""
    if isinstance(value, list):
        return ", ".join(str(part) for part in value if part is not None) or gettext("nothing")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return gettext("nothing") if value in (None, "", "–") else str(value)


def _set(column: Column, row: Any, before: Any, outcome: Any) -> Done:
    if why := refused(outcome):
        return Done(row, Outcome.LEFT, str(why), before)
    after = shown(column, held(column, outcome))
    return Done(outcome, Outcome.SAME if after == before else Outcome.CHANGED, "", before, after)


def _all(do: Callable[..., list[Any]], rows: Sequence[Any], *, by: User) -> list[Done]:
    outcomes = zip(rows, do(rows, by=by), strict=True)
    return [
        Done(row, Outcome.LEFT, str(why)) if (why := refused(outcome)) else Done(row, Outcome.CHANGED)
        for row, outcome in outcomes
    ]


def _one_by_one(do: Callable[..., Done], rows: Sequence[Any], *, by: User) -> list[Done]:
    outcomes = zip(rows, each(do)(rows, by=by), strict=True)
    return [Done(row, Outcome.LEFT, str(why)) if (why := refused(done)) else done for row, done in outcomes]


def _stay_of(row: Any) -> QueueEntry | None:
    return QueueEntry.objects.select_related("queue").filter(interaction=row, left_at=None).first()


_EVERY = tuple(VERBS)

ACTIONS: Mapping[str, Action] = {
    action.name: action
    for action in (
        Setting("set", _("Set a field"), _("One field gets one value."), _EVERY, is_undone=True),
        Moving(
            "move",
            _("Move to a queue"),
            _(
                "Those that wait go on waiting in the other queue, those in the flow begin to. "
                "An offer is withdrawn. Others are left."
            ),
            is_undone=True,
        ),
        Assigning(
            "assign",
            _("Assign to an agent"),
            _(
                "The agent is offered what waits or is worked on, and must be signed in; whoever works on it loses it. "
                "What is not taken goes back to its queue. Others are left."
            ),
            is_grave=True,
        ),
        Prioritising(
            "prioritise",
            _("Set the priority"),
            _("Those that wait get this priority. Others are left."),
            is_undone=True,
        ),
        Closing(
            "close",
            _("End"),
            _("Those that are live end wherever they are; who works on them loses them. Others are left."),
            is_grave=True,
        ),
        Deleting(
            "delete",
            _("Delete"),
            _(
                "They go into the recycle bin with what belongs to them; those that are live end before. "
                "They can be brought back."
            ),
            _EVERY,
            is_undone=True,
            is_grave=True,
        ),
        Undeleting(
            "undelete",
            _("Bring back"),
            _("They come out of the recycle bin with what was deleted along with them."),
            _EVERY,
            of_bin=True,
            is_undone=True,
        ),
    )
}


def actions_for(listed: RecordList, *, of_bin: bool) -> list[Action]:
    return [action for action in ACTIONS.values() if listed.name in action.lists and action.of_bin == of_bin]
