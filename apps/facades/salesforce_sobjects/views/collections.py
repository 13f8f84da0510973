"""Many records created, updated, upserted or deleted in one call (sobjects 10.4)."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.facades.salesforce_sobjects import writing
from apps.facades.salesforce_sobjects.composite import records
from apps.facades.salesforce_sobjects.composite.records import Result
from apps.facades.salesforce_sobjects.errors import Malformed
from apps.facades.salesforce_sobjects.views.base import ObjectView, object_for
from apps.facades.salesforce_sobjects.writing import Mistake, Rejected
from apps.objects import registry
from apps.objects.registry import SObject

_UPSERT_SINCE = 46


class CollectionsView(ObjectView):
    """Records of any objects, mixed."""

    def post(self, request: Request, version: str) -> Response:
        return self._saved(writing.create_many)

    def patch(self, request: Request, version: str) -> Response:
        return self._saved(_update)

    def _saved(self, act: Any) -> Response:
        sent = records.read(self.request.data)
        all_or_none = records.stands_or_falls(self.request, self.request.data)
        return records.saved(records.in_chunks(sent, partial(act, user=self.user)), all_or_none=all_or_none)

    def delete(self, request: Request, version: str) -> Response:
        """By ids; which object an id is of, its first three letters say."""
        ids = [each.strip() for each in request.query_params.get("ids", "").split(",") if each.strip()]
        if not ids:
            raise Malformed("MISSING_ARGUMENT", "The call needs ids.")
        if len(ids) > records.MOST:
            raise Malformed("EXCEEDED_ID_LIMIT", f"At most {records.MOST} records can be deleted in one call.")
        positions: dict[str, list[int]] = {}
        for position, record_id in enumerate(ids):
            positions.setdefault(record_id[:3], []).append(position)
        done: dict[int, Result] = {}
        for prefix, among in positions.items():
            done.update(zip(among, _delete(prefix, [ids[each] for each in among], self.user), strict=True))
        all_or_none = records.stands_or_falls(request, request.query_params)
        return records.saved([done[position] for position in range(len(ids))], all_or_none=all_or_none)


class UpsertView(ObjectView):
    """Records of one object, found by a key that each carries."""

    def patch(self, request: Request, version: str, name: str, field: str) -> Response:
        sobject = object_for(name, "upsert")
        key = writing.key_column(sobject, field)
        if key is None or int(version) < _UPSERT_SINCE:
            message = f"Provided external ID field does not exist or is not accessible: {field}"
            raise Rejected(Mistake("NOT_FOUND", message))
        sent = records.read(request.data)
        if any(each.type.lower() != sobject.name.lower() for each in sent):
            raise Malformed("INVALID_TYPE", f"Every record must be of type {sobject.name}.")
        all_or_none = records.stands_or_falls(request, request.data)
        done = writing.upsert_many(sobject, key, [each.fields for each in sent], self.user)
        return records.saved(done, all_or_none=all_or_none)


def _update(sobject: SObject, bodies: Sequence[Mapping[str, Any]], user: User) -> Sequence[Result]:
    """Each names its record by `id`, in any case."""
    given = [next((value for name, value in body.items() if name.lower() == "id"), None) for body in bodies]
    named = [index for index, record_id in enumerate(given) if isinstance(record_id, str) and record_id]
    changes = [
        (str(given[index]), {name: value for name, value in bodies[index].items() if name.lower() != "id"})
        for index in named
    ]
    results: list[Result] = [_WITHOUT_ID] * len(bodies)
    for index, result in zip(named, writing.update_many(sobject, changes, user), strict=True):
        results[index] = result
    return results


_WITHOUT_ID = Rejected(Mistake("MISSING_ARGUMENT", "An update needs the id of the record.", ["Id"]))


def _delete(prefix: str, ids: Sequence[str], user: User) -> Sequence[Result]:
    sobject = next((each for each in registry.every() if each.prefix == prefix), None)
    if sobject is None:
        return [Rejected(Mistake("MALFORMED_ID", f"malformed id {each}", ["Id"])) for each in ids]
    return records.of_one_object(sobject.name, ids, partial(writing.delete_many, user=user))
