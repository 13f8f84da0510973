"""A message as clients lay it down: an artifact of a manifest, bodies and attachments (cxengage 12.4)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.common.errors import NotAllowed
from apps.engagements.models import Artifact, ArtifactFile
from apps.facades.cxengage.operating import bodies
from apps.facades.cxengage.operating.bodies import Body
from apps.messaging.writing import Writing


@dataclass(frozen=True)
class Letter:
    writing: Writing
    attachments: Sequence[ArtifactFile]


def letter_of(artifact: Artifact) -> Letter:
    """Raises NotAllowed for what is no e-mail or has no body, Invalid for a manifest that cannot be read."""
    files = list(ArtifactFile.objects.filter(artifact=artifact))
    if artifact.kind != "email":
        raise NotAllowed("this artifact is no e-mail")
    manifest = _manifest(artifact, files)
    found = {file.content_type.split(";")[0].strip(): _text(file) for file in files if _is(file, "body")}
    html, plain = found.get("text/html"), found.get("text/plain")
    if html is None and plain is None:
        raise NotAllowed("the message has no body")
    writing = Writing(
        to=_addresses(manifest, "to"),
        cc=_addresses(manifest, "cc"),
        bcc=_addresses(manifest, "bcc"),
        subject=bodies.optional(manifest, "subject", 998),
        html=html,
        text=plain,
    )
    return Letter(writing, [file for file in files if _is(file, "attachment")])


def _is(file: ArtifactFile, word: str) -> bool:
    return word in (file.field, file.name)


def _manifest(artifact: Artifact, files: Sequence[ArtifactFile]) -> Body:
    """What the manifest's file says, else what was said with the artifact itself."""
    file = next((file for file in files if file.uuid == artifact.manifest), None)
    if file is None:
        return bodies.json_object(artifact.metadata)
    try:
        told: Any = json.loads(_text(file))
    except (ValueError, RecursionError):
        raise bodies.refused("manifest", "must be JSON") from None
    return bodies.json_object(told)


def _addresses(manifest: Body, name: str) -> list[str] | None:
    """Texts, or objects with an `address`, as published clients write them."""
    value = manifest.get(name)
    if not isinstance(value, list):
        return bodies.texts(manifest, name)
    plain = [each.get("address") if isinstance(each, dict) else each for each in value]
    return bodies.texts({name: plain}, name)


def _text(file: ArtifactFile) -> str:
    content: Any = file.content
    return bytes(content).decode("utf-8", errors="replace").replace("\x00", "")
