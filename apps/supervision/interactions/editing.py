"""Editing a contact, its attendees and its topics: one form each, generated, and never over somebody else's head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees.models import EngagementAttendee
from apps.common.errors import Invalid, Outdated, SwitchroomError
from apps.common.words import later as _
from apps.engagements import operations
from apps.engagements.forms import Group, RecordForm, groups_of
from apps.engagements.forms.fields import as_input
from apps.engagements.forms.overtaken import Difference, differences_of, merged
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import Changes, NewAttendee, NewTopic
from apps.objects import registry
from apps.objects.columns import Column
from apps.objects.records import Record
from apps.queues import operations as live
from apps.topics.models import EngagementTopic
from apps.voice_calls import operations as calls
from apps.voice_calls.models import VoiceCall

Parent: TypeAlias = EngagementInteraction | None  # of a call there may be none
Columns: TypeAlias = Sequence[Column] | None


@dataclass(frozen=True)
class Editor:
    """How one kind of record is written. `accessor` leads from the interaction to its rows."""

    model: type[Record]
    noun: str
    accessor: str = ""
    revise: Callable[..., Any] = live.revise
    draft: Any = None
    add: Callable[..., Any] | None = None
    delete: Callable[..., Any] | None = None
    undelete: Callable[..., Any] | None = None


INTERACTION = Editor(EngagementInteraction, _("interaction"))
PARTS: Mapping[str, Editor] = {
    "attendees": Editor(
        EngagementAttendee,
        _("attendee"),
        "attendees",
        operations.revise_attendee,
        NewAttendee,
        operations.add_attendee,
        operations.delete_attendee,
        operations.undelete_attendee,
    ),
    "topics": Editor(
        EngagementTopic,
        _("topic"),
        "topics",
        operations.revise_topic,
        NewTopic,
        operations.add_topic,
        operations.delete_topic,
        operations.undelete_topic,
    ),
}


@dataclass
class Editing:
    """One form on its way: shown, refused, overtaken or saved."""

    editor: Editor
    row: Record | None
    form: RecordForm
    differences: Sequence[Difference] = ()
    refusal: str = ""

    @property
    def groups(self) -> Sequence[Group]:
        return groups_of(self.form, registry.of(self.editor.model))

    @property
    def changed_by(self) -> str:
        return self.row.last_modified_by.name if self.row else ""

    @property
    def changed_at(self) -> Any:
        return timezone.localtime(self.row.last_modified_date) if self.row else None


EDITORS: Mapping[str, Editor] = {
    "interactions": INTERACTION,
    **PARTS,
    "calls": Editor(VoiceCall, _("call"), revise=calls.revise_call),
}


def shown(editor: Editor, interaction: Parent, row: Record, *, columns: Columns = None) -> Editing:
    """`columns` are those of the form, unless it has all."""
    return Editing(editor, row, _form(editor, interaction, row, columns=columns))


def new(editor: Editor, interaction: EngagementInteraction, *, by: User) -> Editing:
    """An attendee or topic to be added, with what is likely of it."""
    likely = {"OwnerId": by.public_id, "StartDateTime": as_input(interaction.start_date_time)}
    return Editing(editor, None, _form(editor, interaction, None, likely=likely))


def _form(editor: Editor, interaction: Parent, row: Record | None, data: Any = None, **options: Any) -> RecordForm:
    columns: Columns = options.get("columns")
    if editor.model is EngagementTopic and (columns is None or "ParentTopicId" in {each.name for each in columns}):
        here: Any = EngagementTopic.objects.filter(engagement=interaction)
        others = [(each.public_id, each.name) for each in here if row is None or each.pk != row.pk]
        options["choices"] = {"ParentTopicId": others}
    return RecordForm(registry.of(editor.model), row, data, **options)


def part_of(interaction: EngagementInteraction, kind: str, key: int, *, deleted: bool = False) -> Record:
    """The attendee or topic of this interaction. Raises Http404 if there is none, as with any other tenant's."""
    model: Any = PARTS[kind].model
    rows = model.with_deleted.filter(engagement=interaction, pk=key, is_deleted=deleted)
    found: Record | None = rows.select_related("last_modified_by").first()
    if found is None:
        raise Http404
    return found


def save(
    editor: Editor, interaction: Parent, row: Record, given: QueryDict, *, by: User, columns: Columns = None
) -> Editing | None:
    """Write what the form changed; None once it is written. Otherwise the form again, with why not.

    If somebody wrote one of the form's fields meanwhile nothing is written: the form comes back with theirs in every
    field that this editor left alone, and both values said where they clash. Saving that again means it.
    """
    editing = Editing(editor, row, _form(editor, interaction, row, given, columns=columns))
    form = editing.form
    if not form.is_valid():
        return editing
    if differences := differences_of(form):
        again = _form(editor, interaction, row, merged(form, given, differences), columns=columns)
        return Editing(editor, row, again, differences)
    values, pairs = form.values(form.changes())
    changes = Changes(values, pairs, numeric_text=True, row=row)
    try:
        editor.revise(row, changes, by=by, unchanged_since=row.system_modstamp)
    except Outdated:
        editing.refusal = gettext("Somebody saved this in the same moment. Look again and save once more.")
    except Invalid as refused:
        form.refuse(refused)
    except SwitchroomError as refused:
        editing.refusal = str(refused)
    else:
        return None
    return editing


def add(editor: Editor, interaction: EngagementInteraction, given: QueryDict, *, by: User) -> Editing | None:
    """Write a new attendee or topic of the interaction; None once it is written, otherwise the form with why not."""
    editing = Editing(editor, None, _form(editor, interaction, None, given))
    form = editing.form
    if not form.is_valid():
        return editing
    values, pairs = form.values(form.given())
    assert editor.add
    try:
        editor.add(editor.draft({**values, "engagement": registry.of(interaction).id_of(interaction.pk)}, pairs), by=by)
    except Invalid as refused:
        form.refuse(refused)
    except SwitchroomError as refused:
        editing.refusal = str(refused)
    else:
        return None
    return editing
