"""What each view's method takes and answers. A view that stands in no line here is missing from the document, which a
test refuses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from apps.facades.openapi.schemas import Schema, list_of, ref

_OBJECT: Schema = {"type": "object"}
_ANY_LIST = list_of({})
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_ID_LIST = list_of(_TEXT)
_RECORDS = list_of({"type": "object", "properties": {"attributes": ref("Attributes")}})
_COLLECTION: Schema = {
    "type": "object",
    "required": ["records"],
    "properties": {"allOrNone": _FLAG, "records": _RECORDS},
}
_STEPS: Schema = {
    "type": "object",
    "required": ["compositeRequest"],
    "properties": {
        "allOrNone": _FLAG,
        "collateSubrequests": _FLAG,
        "compositeRequest": list_of(
            {
                "type": "object",
                "required": ["method", "url", "referenceId"],
                "properties": {
                    "method": {"type": "string", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]},
                    "url": _TEXT,
                    "referenceId": {"type": "string", "pattern": "^[A-Za-z0-9_]+$"},
                    "body": {},
                    "httpHeaders": {"type": "object", "additionalProperties": _TEXT},
                },
            }
        ),
    },
}
_BATCH: Schema = {
    "type": "object",
    "required": ["batchRequests"],
    "properties": {
        "haltOnError": _FLAG,
        "batchRequests": list_of(
            {"type": "object", "required": ["method", "url"], "properties": {"method": _TEXT, "url": _TEXT}}
        ),
    },
}
_IDS: Schema = {
    "type": "object",
    "required": ["ids", "fields"],
    "properties": {"ids": _ID_LIST, "fields": _ID_LIST},
}
_SEARCH: Schema = {
    "type": "object",
    "required": ["q"],
    "properties": {
        "q": _TEXT,
        "in": {"type": "string", "enum": ["ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR"]},
        "fields": _ID_LIST,
        "sobjects": list_of({"type": "object", "required": ["name"], "properties": {"name": _TEXT}}),
        "overallLimit": {"type": "integer"},
        "defaultLimit": {"type": "integer"},
        "offset": {"type": "integer"},
    },
}
# {object} in a name stands for the object of an expanded path.
_RECORD, _CREATE, _UPDATE = ref("{object}"), ref("{object}Create"), ref("{object}Update")
_FIELDS = {"fields": False}
_SPAN = {"start": True, "end": True}


@dataclass(frozen=True)
class Operation:
    """`answers`: status to the schema of its body, None for none. `query`: parameter to whether it is needed."""

    summary: str
    answers: Mapping[int, Schema | None]
    body: Schema | None = None
    query: Mapping[str, bool] = field(default_factory=dict)
    needs_body: bool = True


def _get(summary: str, schema: Schema = _OBJECT, query: Mapping[str, bool] | None = None) -> Mapping[str, Operation]:
    return {"GET": Operation(summary, {200: schema}, query=query or {})}


_ONE_OR_MANY: Mapping[int, Schema | None] = {300: _ID_LIST}
OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    "VersionsView": _get("The versions served", _ANY_LIST),
    "ResourcesView": _get("The resources of the version, and who is signed in"),
    "ObjectsView": _get("All objects, in short"),
    "OneObjectView": {
        **_get("One object in short, and its records that were looked at last"),
        "POST": Operation("Create a record", {201: ref("SaveResult")}, _CREATE),
    },
    "DescribeView": {"GET": Operation("One object whole", {200: _OBJECT, 304: None})},
    "LayoutsView": _get("The layouts of an object"),
    "LayoutView": _get("The layout of a record type"),
    "NamedLayoutsView": _get("Layouts by name"),
    "CompactLayoutsView": _get("Compact layouts"),
    "ApprovalLayoutsView": _get("Approval layouts"),
    "QuickActionsView": _get("Quick actions", _ANY_LIST),
    "ListViewsView": _get("The list views of an object"),
    "ListViewView": _get("One list view"),
    "ListViewDescribeView": _get("How a list view is made"),
    "ListViewResultsView": _get("What a list view lists", query={"limit": False, "offset": False}),
    "UpdatedView": _get("Records created or changed in a span of time", query=_SPAN),
    "DeletedView": _get("Records deleted in a span of time", query=_SPAN),
    "LimitsView": _get("How much may be asked, and how much is left"),
    "RecordCountView": _get("How many records there are", query={"sObjects": False}),
    "RecentView": _get("What was looked at last", _RECORDS, {"limit": False}),
    "QueryView": _get("Query", ref("QueryResult"), {"q": True}),
    "QueryAllView": _get("Query, deleted records too", ref("QueryResult"), {"q": True}),
    "MoreView": _get("The next page of a query", ref("QueryResult")),
    "SearchView": _get("Search", query={"q": True}),
    "ParameterizedSearchView": {
        **_get("Search by parameters", query={"q": True, "sobject": False, "fields": False, "in": False}),
        "POST": Operation("Search by parameters in the body", {200: _OBJECT}, _SEARCH),
    },
    "CompositeView": {
        **_get("The composite resources"),
        "POST": Operation("Requests that depend on each other", {200: _OBJECT}, _STEPS),
    },
    "BatchView": {"POST": Operation("Requests that do not", {200: _OBJECT}, _BATCH)},
    "TreeView": {
        "POST": Operation(
            "Records with their children",
            {201: _OBJECT, 400: {}},
            {"type": "object", "required": ["records"], "properties": {"records": _RECORDS}},
        )
    },
    "CollectionsView": {
        "POST": Operation("Create records", {200: _ANY_LIST}, _COLLECTION),
        "PATCH": Operation("Change records", {200: _ANY_LIST}, _COLLECTION),
        "DELETE": Operation("Delete records", {200: _ANY_LIST}, query={"ids": True, "allOrNone": False}),
    },
    "RetrieveView": {
        **_get("Retrieve records", _ANY_LIST, {"ids": True, "fields": True}),
        "POST": Operation("Retrieve many records", {200: _ANY_LIST}, _IDS),
    },
    "UpsertView": {"PATCH": Operation("Create or change records by a key", {200: _ANY_LIST}, _COLLECTION)},
    "RecordView": {
        "GET": Operation("Retrieve a record", {200: _RECORD, 304: None}, query=_FIELDS),
        "PATCH": Operation("Change a record", {204: None, 412: ref("Errors")}, _UPDATE),
        "DELETE": Operation("Delete a record", {204: None}),
    },
    "UndeleteView": {"POST": Operation("Bring a record back", {200: ref("SaveResult")})},
    "KeyView": {
        "GET": Operation(
            "Retrieve a record by a key, or what is related to it",
            {200: _OBJECT, 304: None, **_ONE_OR_MANY},
            query=_FIELDS,
        ),
        "PATCH": Operation(
            "Create or change a record by a key",
            {200: ref("SaveResult"), 201: ref("SaveResult"), 412: ref("Errors"), **_ONE_OR_MANY},
            _UPDATE,
            {"updateOnly": False},
        ),
        "DELETE": Operation("Delete a record by a key", {204: None, **_ONE_OR_MANY}),
    },
    "PasswordView": {
        **_get("Whether a user's password has expired"),
        "POST": Operation(
            "Set a user's password",
            {204: None},
            {"type": "object", "required": ["NewPassword"], "properties": {"NewPassword": _TEXT}},
        ),
    },
    "InteractionsView": {
        "POST": Operation(
            "Record an interaction with its attendees and topics",
            {201: ref("EngagementsCreateOutput")},
            ref("EngagementsCreateInput"),
        )
    },
    "InteractionView": {
        "GET": Operation("Fetch an interaction", {200: ref("EngagementInteractionFetchOutput")}),
        "DELETE": Operation("Delete an interaction with its attendees and topics", {204: None}),
    },
}
# What any of them may answer besides.
FAILURES: Sequence[int] = (400, 401, 403, 404, 414, 431, 503)
FAILURES_OF_BODIES: Sequence[int] = (415,)
