"""Two parts behind the object: a key field and its value, or a record and a relationship (sobjects 5.5, 5.7)."""

from collections.abc import Sequence

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.errors import NotFound
from apps.common.public_ids import is_salesforce_id
from apps.facades.salesforce_sobjects import payloads, querying, reading, writing
from apps.facades.salesforce_sobjects.views.base import columns_for
from apps.facades.salesforce_sobjects.views.conditions import unchanged_since
from apps.facades.salesforce_sobjects.views.records import RecordsView, saved
from apps.facades.salesforce_sobjects.writing import Mistake, Rejected, Several
from apps.objects.columns import ID, Column, column_of
from apps.objects.registry import SObject

_TELLS_CREATED = 46  # the version since which an update by key has a body


class KeyView(RecordsView):
    """`/sobjects/X/a/b`: a field and a value if `a` is a field, else a record and a relationship (P-22)."""

    calls = {**RecordsView.calls, "PATCH": "update"}

    def get(self, request: Request, version: str, name: str, first: str, rest: str) -> Response:
        key = self._key(first)
        if key is None:
            return self._related(first, rest.rstrip("/"), version)
        tries = [rest, rest.removesuffix("/"), rest.replace("+", " ")]  # `+` is a space if nothing else fits (P-20)
        ids = next((found for value in dict.fromkeys(tries) if (found := self._ids(key, value))), ())
        return self.shown(self.sobject, self._only(ids), version)

    def patch(self, request: Request, version: str, name: str, first: str, rest: str) -> Response:
        key, since = self._key(first), unchanged_since(request)
        if key is None:
            target, record_id = self._parent(first, rest)
            writing.update(target, record_id, self.body(), self.user, unchanged_since=since)
            return Response(status=204)
        if key.declared.type == "id":
            writing.update(self.sobject, rest.rstrip("/"), self.body(), self.user, unchanged_since=since)
            return Response(status=204)
        done = writing.upsert(
            self.sobject,
            key,
            self._present(key, rest),
            self.body(),
            self.user,
            update_only=request.query_params.get("updateOnly", "").lower() == "true",
            unchanged_since=since,
        )
        return _upserted(self.sobject, done, version)

    def delete(self, request: Request, version: str, name: str, first: str, rest: str) -> Response:
        key = self._key(first)
        if key is None:
            writing.delete(*self._parent(first, rest), self.user)
        elif key.declared.type == "id":
            writing.delete(self.sobject, rest.rstrip("/"), self.user)
        else:
            ids = self._ids(key, self._present(key, rest))
            writing.delete(self.sobject, self._only(ids), self.user)
        return Response(status=204)

    def handle_exception(self, exc: Exception) -> Response:
        """Several records with the key: where each of them is."""
        if isinstance(exc, Several):
            urls = [payloads.address(self.sobject, each, self.kwargs["version"]) for each in exc.ids]
            return Response(urls, status=300)
        return super().handle_exception(exc)

    def _key(self, name: str) -> Column | None:
        """The key field; None if a record's id stands there. Raises Rejected for a field that is no key."""
        if found := writing.key_column(self.sobject, name):
            return found
        if column_of(self.sobject, name) is None and is_salesforce_id(name):
            return None
        message = f"Provided external ID field does not exist or is not accessible: {name}"
        raise Rejected(Mistake("NOT_FOUND", message))

    def _ids(self, key: Column, value: str) -> Sequence[str]:
        return writing.ids_with(self.sobject, key, value, self.user)

    def _present(self, key: Column, value: str) -> str:
        """The value as it stands, or without a slash at its end if only that is there (P-02, P-20)."""
        bare = value.removesuffix("/")
        return bare if bare != value and not self._ids(key, value) and self._ids(key, bare) else value

    def _only(self, ids: Sequence[str]) -> str:
        if len(ids) > 1:
            raise Several(ids)
        if not ids:
            raise NotFound("no record with this key")
        return ids[0]

    def _related(self, record_id: str, relationship: str, version: str) -> Response:
        if found := reading.parent_of(self.sobject, record_id, relationship, self.user):
            return self.shown(*found, version)
        if (children := reading.children_of(self.sobject, relationship)) is None:
            raise NotFound("no such relationship")
        child, link = children
        reading.one(self.sobject, record_id, columns_for(self.sobject, [ID.api_name]), self.user)
        names = ", ".join(column.name for column in columns_for(child, self.wanted_fields()))
        text = f"SELECT {names} FROM {child.name} WHERE {link.name} = '{record_id}' ORDER BY Id"
        size = querying.size_of(self.request.headers.get("Sforce-Query-Options", ""))
        return Response(querying.first_page(text, size, by=self.user, version=int(version)))

    def _parent(self, record_id: str, relationship: str) -> tuple[SObject, str]:
        """What a write through a relationship means: the parent direction alone takes one (5.7)."""
        relationship = relationship.rstrip("/")
        if found := reading.parent_of(self.sobject, record_id, relationship, self.user):
            return found
        if reading.children_of(self.sobject, relationship) is None:
            raise NotFound("no such relationship")
        raise MethodNotAllowed(str(self.request.method))


def _upserted(sobject: SObject, done: writing.Upserted, version: str) -> Response:
    tells = int(version) >= _TELLS_CREATED
    if not done.created and not tells:
        return Response(status=204)
    status = 201 if done.created else 200
    return saved(sobject, done.id, version, status=status, created=done.created if tells else None)
