"""Notes and files are laid beside an interaction, live or over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.common.errors import FieldProblem, Invalid, NotAllowed, Problem
from apps.common.storable import unstorable
from apps.directory.models import CrmRecord
from apps.engagements.models import Artifact, ArtifactFile, EngagementInteraction, Note
from apps.engagements.models.artifacts import LARGEST_FILE, MOST_FILES
from apps.queues.operations.live import Live, lock

LONGEST_TITLE = 255
LONGEST_NOTE = 65_535  # characters


@dataclass(frozen=True)
class File:
    """Something to be kept, as it was sent."""

    field: str
    name: str
    content_type: str
    content: bytes
    metadata: Mapping[str, Any]


def _beside(interaction: Any, by: User, at: datetime | None) -> Live:
    """Under lock, in whatever stage: this is no part of the contact's own life."""
    return lock(interaction, "revise", by=by, at=at)


@transaction.atomic
def add_note(
    interaction: EngagementInteraction,
    *,
    title: str,
    body: str,
    by: User,
    agent: Agent | None = None,
    contact: CrmRecord | None = None,
    at: datetime | None = None,
) -> Note:
    """Write a note. Publishes `engagement.changed`; Invalid for what is too long or cannot be kept."""
    _require_readable(title, body)
    live = _beside(interaction, by, at)
    made = Note.objects.create(
        interaction=live.interaction,
        agent=agent,
        title=title,
        body=body,
        created_at=live.at,
        contact=contact,
        written_by=by,
    )
    _tell_of(live, "note", made)
    return made


@transaction.atomic
def rewrite_note(
    note: Note,
    *,
    title: str,
    body: str,
    by: User,
    contact: CrmRecord | None = None,
    at: datetime | None = None,
) -> Note:
    """Replace what a note says. Publishes `engagement.changed`; raises as `add_note`."""
    _require_readable(title, body)
    live = _beside(note.interaction, by, at)
    note.title, note.body, note.updated_at, note.contact = title, body, live.at, contact or note.contact
    note.save(update_fields=["title", "body", "updated_at", "contact"])
    _tell_of(live, "note", note)
    return note


@transaction.atomic
def file_artifact(
    interaction: EngagementInteraction,
    *,
    kind: str,
    sub_type: str = "",
    metadata: Mapping[str, Any] | None = None,
    by: User,
    at: datetime | None = None,
) -> Artifact:
    """Begin something that files will be laid into. Publishes `engagement.changed`."""
    _require_storable([kind, sub_type, metadata])
    live = _beside(interaction, by, at)
    made = Artifact.objects.create(
        interaction=live.interaction,
        kind=kind,
        sub_type=sub_type,
        metadata=dict(metadata or {}),
        created_at=live.at,
        created_by=by,
    )
    _tell_of(live, "artifact", made)
    return made


@transaction.atomic
def change_artifact(
    artifact: Artifact,
    *,
    sub_type: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    by: User,
    at: datetime | None = None,
) -> Artifact:
    """Say something else of it; what is not given stays. Publishes `engagement.changed`."""
    _require_storable([sub_type, metadata])
    live = _beside(artifact.interaction, by, at)
    artifact.sub_type = artifact.sub_type if sub_type is None else sub_type
    artifact.metadata = artifact.metadata if metadata is None else dict(metadata)
    artifact.save(update_fields=["sub_type", "metadata"])
    _tell_of(live, "artifact", artifact)
    return artifact


@transaction.atomic
def add_files(artifact: Artifact, files: list[File], *, by: User, at: datetime | None = None) -> list[ArtifactFile]:
    """Lay files into an artifact; one of the field `manifest` describes the others. Publishes `engagement.changed`.

    Raises Invalid for a file that is too large, NotAllowed for too many.
    """
    live = _beside(artifact.interaction, by, at)
    if ArtifactFile.objects.filter(artifact=artifact).count() + len(files) > MOST_FILES:
        raise NotAllowed(gettext("an artifact has at most {MOST_FILES} files").format(MOST_FILES=MOST_FILES))
    made = [_kept(artifact, file) for file in files]
    manifest = next((row for row in reversed(made) if row.field == "manifest"), None)
    if manifest:
        artifact.manifest = manifest.uuid
        artifact.save(update_fields=["manifest"])
    _tell_of(live, "artifact", artifact)
    return made


def _kept(artifact: Artifact, file: File) -> ArtifactFile:
    if len(file.content) > LARGEST_FILE:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG,
                [file.field],
                gettext("a file has at most {LARGEST_FILE} bytes").format(LARGEST_FILE=LARGEST_FILE),
            )
        )
    _require_storable([file.field, file.name, file.content_type, file.metadata])
    return ArtifactFile.objects.create(
        artifact=artifact,
        field=file.field[:40],
        name=file.name[:255],
        content_type=file.content_type[:127],
        size=len(file.content),
        content=file.content,
        metadata=dict(file.metadata),
    )


def _tell_of(live: Live, what: str, row: Note | Artifact) -> None:
    live.changes[what] = str(row.uuid)
    live.finish("engagement.changed")


def _require_readable(title: str, body: str) -> None:
    _require_storable([title, body])
    for field, value, longest in (("title", title, LONGEST_TITLE), ("body", body, LONGEST_NOTE)):
        if len(value) > longest:
            raise Invalid(
                FieldProblem(
                    Problem.TOO_LONG,
                    [field],
                    gettext("{field}: at most {longest} characters").format(field=field, longest=longest),
                )
            )


def _require_storable(value: Any) -> None:
    if problem := unstorable(value):
        raise Invalid(FieldProblem(Problem.MALFORMED, [], problem))
