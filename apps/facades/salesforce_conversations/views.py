"""Transcripts: read in pages, put right, and handed over as files (voice 10, V-69)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.common.errors import NotFound
from apps.common.storable import unstorable
from apps.engagements.models import Conversation, ConversationEntry, EngagementInteraction, TranscriptUpload
from apps.facades.salesforce import SalesforceView
from apps.facades.salesforce_conversations import payloads
from apps.voice_calls.operations import uploads

_MOST, _USUAL = 1000, 25
_MOST_UPLOADS = 100


class ConversationView(SalesforceView):
    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]

    def conversation(self, identifier: str) -> Conversation | None:
        """Of an interaction that the caller may see."""
        try:
            uuid = UUID(identifier)
        except ValueError:
            return None
        seen = EngagementInteraction.objects.visible_to(self.user).filter(uuid=uuid)
        return Conversation.objects.select_related("interaction").filter(interaction__in=seen).first()


class EntriesView(ConversationView):
    def get(self, request: Request, version: str, identifier: str) -> Response:
        """The lines of a span, from its end or its start, always in the order they were said."""
        conversation = self._existing(identifier)
        rows = ConversationEntry.objects.filter(
            interaction_id=conversation.interaction_id, visibility=ConversationEntry.Visibility.ALL
        )
        found = _page(_within(rows, request), request)
        return Response({"conversationEntries": [payloads.entry(row) for row in found]})

    def patch(self, request: Request, version: str, identifier: str) -> Response:
        conversation = self._existing(identifier)
        try:
            wanted = payloads.updates(request.data)
        except ValueError as error:
            raise ParseError(str(error)) from error
        found = uploads.correct(conversation, wanted, by=self.user)
        results = [
            {
                "identifier": each["identifier"],
                "success": each["identifier"] in found,
                "failureReason": None if each["identifier"] in found else "There is no such entry.",
            }
            for each in wanted
        ]
        return Response({"conversationEntriesUpdateResults": results})

    def _existing(self, identifier: str) -> Conversation:
        found = self.conversation(identifier)
        if found is None:
            raise NotFound("no such conversation")
        return found


def _within(rows: "QuerySet[ConversationEntry]", request: Request) -> "QuerySet[ConversationEntry]":
    for name, lookup in (("startTimestamp", "started_at__gte"), ("endTimestamp", "started_at__lte")):
        if value := request.query_params.get(name):
            try:
                rows = rows.filter(**{lookup: payloads.moment(value)})
            except ValueError as error:
                raise ParseError(f"{name} is no time") from error
    return rows


def _page(rows: "QuerySet[ConversationEntry]", request: Request) -> Sequence[ConversationEntry]:
    limit = request.query_params.get("recordLimit", str(_USUAL))
    if not (limit.isascii() and limit.isdecimal() and len(limit) <= 4 and 1 <= int(limit) <= _MOST):
        raise ParseError(f"recordLimit is a number from 1 to {_MOST}")
    direction = request.query_params.get("queryDirection", "FromEnd").lower()
    if direction not in ("fromend", "fromstart"):
        raise ParseError("queryDirection is FromEnd or FromStart")
    if direction == "fromstart":
        return list(rows.order_by("started_at", "number")[: int(limit)])
    return list(rows.order_by("-started_at", "-number")[: int(limit)])[::-1]


class UploadView(ConversationView):
    parser_classes: Sequence[type[BaseParser]] = [MultiPartParser]

    def post(self, request: Request, version: str) -> Response:
        """Each part is one conversation's file, under its identifier; processed at once (V-69)."""
        files: Any = request.FILES
        if not files:
            raise ParseError("a file is needed, named by its conversation")
        if problem := unstorable(list(files)):
            raise ParseError(problem)
        results = [self._take(name, file.read()) for name, file in files.items()]
        return Response({"conversationBulkUploadsResults": [payloads.uploaded(row) for row in results]}, status=201)

    def _take(self, identifier: str, file: bytes) -> TranscriptUpload:
        try:
            lines, bad = payloads.lines_of(file, identifier)
        except ValueError:
            lines, bad = [], ["line 1"]
        return uploads.upload(self.conversation(identifier), identifier, lines, bad, by=self.user)

    def get(self, request: Request, version: str) -> Response:
        wanted = [each for each in request.query_params.get("uploadIds", "").split(",") if each.strip()]
        if not 0 < len(wanted) <= _MOST_UPLOADS:
            raise ParseError(f"uploadIds takes 1 to {_MOST_UPLOADS} ids")
        rows = TranscriptUpload.objects.filter(uuid__in=[uuid for each in wanted if (uuid := _uuid(each))])
        if not self.user.sees_everything:
            rows = rows.filter(uploaded_by=self.user)
        return Response({"statuses": [payloads.status(row, row.identifier) for row in rows.order_by("id")]})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
