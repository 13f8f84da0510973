"""Recordings, transcripts, bodies of mail: listed, laid down, fetched (cxengage 12.4)."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission, permits
from apps.common.errors import Forbidden, NotAllowed, NotFound
from apps.engagements.models import Artifact, EngagementInteraction
from apps.engagements.models.artifacts import LARGEST_FILE
from apps.facades.cxengage import errors
from apps.facades.cxengage.operating import bodies, signed
from apps.facades.cxengage.operating.artifact_rows import Filed, Held, filed
from apps.facades.cxengage.operating.base import LiveView
from apps.facades.cxengage.operating.bodies import Body
from apps.facades.cxengage.payloads.formats import Row, moment, uuid_of
from apps.facades.cxengage.views import CxEngageView
from apps.messaging import filenames
from apps.queues import operations
from apps.queues.models import Outcome, WorkOffer
from apps.queues.operations.filing import File
from apps.tenants.models import Tenant

_KIND = re.compile(r"email|messaging-transcript|([a-z0-9]+-)*recording")
_RUNS = ("text/html", "image/svg+xml", "application/xhtml+xml")


class _Artifacts(LiveView):
    def readable(self, interaction_id: str) -> EngagementInteraction:
        found = self.interaction(interaction_id)
        if permits(self.caller, Permission.ARTIFACTS_READ_ALL):
            return found
        if not permits(self.caller, Permission.ARTIFACTS_READ_SELF) or not self._took_part(found):
            raise errors.Refused(Permission.ARTIFACTS_READ_ALL)
        return found

    def writable(self, interaction_id: str) -> EngagementInteraction:
        """For those who may, and for the agents of the contact: mail is written so."""
        found = self.interaction(interaction_id)
        if not permits(self.caller, Permission.ARTIFACTS_CREATE_ALL) and not self._took_part(found):
            raise errors.Refused(Permission.ARTIFACTS_CREATE_ALL)
        return found

    def _took_part(self, interaction: EngagementInteraction) -> bool:
        parts = WorkOffer.objects.filter(interaction=interaction, agent=self.agent, outcome=Outcome.ACCEPTED)
        return self.agent is not None and parts.exists()

    def row(self, request: Request, interaction: EngagementInteraction, artifact: Filed) -> Row:
        base = f"{self.link(request, str(interaction.uuid))}/artifacts/{artifact.id}"
        return {
            "artifactId": str(artifact.id),
            "interactionId": str(interaction.uuid),
            "tenantId": str(self.caller.tenant.uuid),
            "artifactType": artifact.kind,
            "artifactSubType": artifact.sub_type,
            "created": moment(artifact.created),
            "manifestId": str(artifact.manifest) if artifact.manifest else None,
            "url": base,
            "files": [self._file_row(base, artifact, file) for file in artifact.files],
            **artifact.beside,
        }

    def _file_row(self, base: str, artifact: Filed, file: Held) -> Row:
        token = signed.sign(self.caller.tenant.uuid, artifact.id, file.id)
        return {
            "artifactFileId": str(file.id),
            "filename": file.name,
            "contentType": file.content_type,
            "contentLength": file.size,
            "url": f"{base}/files/{file.id}?token={token}" if file.read or file.location else None,
            "metadata": dict(file.metadata),
        }


def _named(interaction: EngagementInteraction, artifact_id: str) -> Filed:
    named = uuid_of(artifact_id)
    found = next((each for each in filed(interaction) if each.id == named), None)
    if found is None:
        raise NotFound("no such artifact")
    return found


class Artifacts(_Artifacts):
    def get(self, request: Request, tenant_id: str, interaction_id: str) -> Response:
        interaction = self.readable(interaction_id)
        return Response({"results": [self.row(request, interaction, each) for each in filed(interaction)]})

    def post(self, request: Request, tenant_id: str, interaction_id: str) -> Response:
        interaction = self.writable(interaction_id)
        told = bodies.json_object(request.data)
        kind = bodies.text(told, "artifactType", 40)
        if not _KIND.fullmatch(kind):
            raise bodies.refused("artifactType", "must be email, messaging-transcript or end in recording")
        made = operations.file_artifact(
            interaction,
            kind=kind,
            sub_type=bodies.optional(told, "artifactSubType", 40) or "",
            metadata=bodies.nested(told, "metadata"),
            by=self.caller,
        )
        return Response(self.row(request, interaction, _named(interaction, str(made.uuid))), status=201)


class OneArtifact(_Artifacts):
    parser_classes = [MultiPartParser, *_Artifacts.parser_classes]

    def get(self, request: Request, tenant_id: str, interaction_id: str, artifact_id: str) -> Response:
        interaction = self.readable(interaction_id)
        return Response(self.row(request, interaction, _named(interaction, artifact_id)))

    def put(self, request: Request, tenant_id: str, interaction_id: str, artifact_id: str) -> Response:
        """Say what it is; what is not given stays."""
        interaction = self.writable(interaction_id)
        artifact = self._stored(interaction, artifact_id)
        told = bodies.json_object(_data(request))
        operations.change_artifact(
            artifact,
            sub_type=bodies.optional(told, "artifactSubType", 40),
            metadata=bodies.nested(told, "metadata"),
            by=self.caller,
        )
        return Response(self.row(request, interaction, _named(interaction, artifact_id)))

    def post(self, request: Request, tenant_id: str, interaction_id: str, artifact_id: str) -> Response:
        """Files as a form's: `body`, `attachment`, `manifest` or by another name each; `metadata` is JSON for all."""
        interaction = self.writable(interaction_id)
        artifact = self._stored(interaction, artifact_id)
        data: Any = _data(request)
        uploaded = [(name, file) for name, files in request.FILES.lists() for file in files]
        if not uploaded:
            raise bodies.refused("file", "is required, as multipart/form-data")
        metadata = _metadata(data)
        made = operations.add_files(artifact, [_file(name, each, metadata) for name, each in uploaded], by=self.caller)
        row = self.row(request, interaction, _named(interaction, artifact_id))
        return Response({"artifactFileId": str(made[0].uuid), **row}, status=201)

    def _stored(self, interaction: EngagementInteraction, artifact_id: str) -> Artifact:
        """Raises NotAllowed for what is made here, not laid down by clients."""
        named = _named(interaction, artifact_id)
        found = Artifact.objects.select_related("interaction").filter(interaction=interaction, uuid=named.id).first()
        if found is None:
            raise NotAllowed("this artifact is not written by clients")
        return found


def _data(request: Request) -> Any:
    try:
        return request.data
    except SuspiciousOperation:
        raise bodies.refused("file", "too many parts") from None


def _metadata(data: Any) -> Body:
    told = data.get("metadata") if hasattr(data, "get") else None
    if not told:
        return {}
    try:
        return bodies.json_object(json.loads(told))
    except (ValueError, TypeError, RecursionError):
        raise bodies.refused("metadata", "must be JSON") from None


def _file(name: str, uploaded: Any, metadata: Body) -> File:
    if (uploaded.size or 0) > LARGEST_FILE:
        raise bodies.refused(name, f"a file has at most {LARGEST_FILE} bytes")
    own = filenames.safe(uploaded.name or name)
    about = {**metadata, "filename": own} if name == "attachment" else dict(metadata)
    kind = filenames.content_type(uploaded.content_type or "")
    return File(name[:40], own, kind, uploaded.read(), about)


class ArtifactBytes(CxEngageView):
    """What a link leads to: no sign-in, the link itself says who may (X-68)."""

    authentication_classes = []
    permission = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        named = [uuid_of(kwargs[each]) for each in ("tenant_id", "artifact_id", "file_id")]
        whole = [each for each in named if each]
        if len(whole) < len(named):
            raise NotFound("no such file")
        if not signed.is_good(request.query_params.get("token", ""), *whole):
            raise Forbidden("The link has expired, or is not ours.")
        self.tenant = Tenant.objects.filter(uuid=whole[0], is_active=True).first()
        if self.tenant is None:
            raise NotFound("no such file")

    def tenant_of(self, request: Request) -> Any:
        return self.tenant

    @contextmanager
    def transaction(self, request: Request) -> Iterator[None]:
        with super(CxEngageView, self).transaction(request):  # nobody's requests are counted
            yield

    def get(
        self, request: Request, tenant_id: str, interaction_id: str, artifact_id: str, file_id: str
    ) -> HttpResponseBase:
        named = uuid_of(interaction_id)
        interaction = EngagementInteraction.objects.filter(uuid=named).first() if named else None
        if interaction is None:
            raise NotFound("no such file")
        files = _named(interaction, artifact_id).files
        found = next((each for each in files if str(each.id) == file_id.lower()), None)
        if found is None or not (found.read or found.location):
            raise NotFound("no such file")
        if found.read is None:
            return HttpResponseRedirect(found.location or "")
        return _saved(found.name, found.content_type, found.read())


def _saved(name: str, kind: str, content: bytes) -> HttpResponse:
    """To be saved: what strangers sent is never shown as a page of ours."""
    runs = kind in _RUNS or kind.endswith(("javascript", "xml"))
    answer = HttpResponse(content, content_type="application/octet-stream" if runs else kind)
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
