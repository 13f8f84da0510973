"""Agents' notes (cxengage 12.3)."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission
from apps.common.errors import NotFound, Problem
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction, Note
from apps.facades.cxengage.operating import bodies
from apps.facades.cxengage.operating.base import LiveView
from apps.facades.cxengage.operating.bodies import Body
from apps.facades.cxengage.payloads.formats import Row, agent_id, moment, text, uuid_of
from apps.queues import operations
from apps.queues.operations.filing import LONGEST_NOTE, LONGEST_TITLE
from apps.tenants import scope


class _Notes(LiveView):
    def written(self, interaction: EngagementInteraction, note_id: str) -> Note:
        named = uuid_of(note_id)
        found = _notes(interaction).filter(uuid=named).first() if named else None
        if found is None:
            raise NotFound("no such note")
        return found

    def values(self, request: Request) -> tuple[Body, CrmRecord | None]:
        """The body, checked; and the contact that it names."""
        told = bodies.json_object(request.data)
        self.require_self(bodies.optional_id(told, "resourceId"))
        tenant = bodies.optional_id(told, "tenantId")
        if tenant and tenant != self.caller.tenant.uuid:
            raise bodies.refused("tenantId", "is not the tenant of the path", Problem.CONTRADICTION)
        key = bodies.optional_id(told, "contactId")
        contact = CrmRecord.objects.filter(uuid=key).first() if key else None
        if key and contact is None:
            raise bodies.refused("contactId", "there is no such contact", Problem.NO_SUCH_RECORD)
        return told, contact


class Notes(_Notes):
    def get(self, request: Request, tenant_id: str, interaction_id: str) -> Response:
        self.require(Permission.NOTES_READ_ALL)
        interaction = self.interaction(interaction_id)
        return Response({"result": [_row(note, contents=_contents(request)) for note in _notes(interaction)]})

    def post(self, request: Request, tenant_id: str, interaction_id: str) -> Response:
        self.require(Permission.NOTES_CREATE_ALL)
        interaction = self.interaction(interaction_id)
        told, contact = self.values(request)
        made = operations.add_note(
            interaction,
            title=bodies.optional(told, "title", LONGEST_TITLE) or "",
            body=bodies.text(told, "body", LONGEST_NOTE),
            by=self.caller,
            agent=self.agent,
            contact=contact,
        )
        return Response({"result": _row(made, contents=_contents(request))}, status=201)


class OneNote(_Notes):
    def get(self, request: Request, tenant_id: str, interaction_id: str, note_id: str) -> Response:
        self.require(Permission.NOTES_READ_ALL)
        return Response({"result": _row(self.written(self.interaction(interaction_id), note_id))})

    def put(self, request: Request, tenant_id: str, interaction_id: str, note_id: str) -> Response:
        """What is not given stays. For those who may write notes; of any agent's, as the permission's name says."""
        self.require(Permission.NOTES_CREATE_ALL)
        note = self.written(self.interaction(interaction_id), note_id)
        told, contact = self.values(request)
        title, body = bodies.optional(told, "title", LONGEST_TITLE), bodies.optional(told, "body", LONGEST_NOTE)
        changed = operations.rewrite_note(
            note,
            title=note.title if title is None and "title" not in told else title or "",
            body=note.body if "body" not in told else bodies.text({"body": body}, "body", LONGEST_NOTE),
            by=self.caller,
            contact=contact,
        )
        return Response({"result": _row(changed)})


def _notes(interaction: EngagementInteraction) -> QuerySet[Note]:
    rows = Note.objects.select_related("agent__user", "contact", "interaction", "written_by")
    return rows.filter(interaction=interaction)


def _contents(request: Request) -> bool:
    """The texts are told where that is asked for; writing one tells it all the same."""
    return request.method != "GET" or request.query_params.get("contents", "").lower() == "true"


def _row(note: Any, *, contents: bool = True) -> Row:
    author = agent_id(note.agent) or (str(note.written_by.uuid) if note.written_by else None)
    row: Row = {
        "noteId": str(note.uuid),
        "interactionId": str(note.interaction.uuid),
        "tenantId": str(scope.tenant().uuid),
        "resourceId": author,
        "agentId": agent_id(note.agent),
        "contactId": str(note.contact.uuid) if note.contact else None,
        "title": text(note.title),
        "created": moment(note.created_at),
        "createdBy": author,
        "updated": moment(note.updated_at),
    }
    return {**row, "body": note.body} if contents else row
