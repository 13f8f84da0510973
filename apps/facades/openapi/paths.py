"""From the patterns of the URL configuration to paths of the document: of the newest version, one for each object
where the body is the object's own.
"""

import re
from collections.abc import Iterator

from apps.facades.salesforce_sobjects.payloads import NEWEST
from apps.objects import registry
from apps.objects.columns import columns_of, parents_of
from apps.objects.registry import SObject

_VERSION = re.compile(r"v\{version\}\.?0?")
_PLACES = {"name": "sobject", "record_id": "id", "record_type": "recordTypeId", "layout": "layoutName"}
_CALLS = {
    ("OneObjectView", "POST"): "create",
    ("RecordView", "GET"): "retrieve",
    ("RecordView", "PATCH"): "update",
    ("RecordView", "DELETE"): "delete",
    ("UndeleteView", "POST"): "undelete",
    ("KeyView", "GET"): "retrieve",
    ("KeyView", "PATCH"): "upsert",
    ("KeyView", "DELETE"): "delete",
}


def paths_of(template: str, view: str, method: str) -> Iterator[tuple[str, str | None]]:
    """(path, object whose records it is about) for one pattern and method."""
    path = _VERSION.sub(f"v{NEWEST}.0", template).replace("{suffix}", "").replace("{var}", "")
    path = re.sub(r"\{(\w+)\}", lambda match: "{" + _PLACES.get(match[1], match[1]) + "}", path).rstrip("/")
    if view == "MoreView":
        path = f"/services/data/v{NEWEST}.0/query/{{locator}}"
    if view == "PasswordView":
        path = f"/services/data/v{NEWEST}.0/sobjects/User/{{id}}/password"
    call = _CALLS.get((view, method))
    if call is None:
        yield path, None
        return
    for sobject in registry.every():
        if call in sobject.calls:
            yield from ((each, sobject.name) for each in _expanded(path, view, method, sobject))


def relationships(sobject: SObject) -> list[str]:
    """The names behind a record's address: of its parents and of its children."""
    return [*(parent.name for parent in parents_of(sobject).values()), *sobject.children]


def _expanded(path: str, view: str, method: str, sobject: SObject) -> Iterator[str]:
    own = path.replace("{sobject}", sobject.name)
    if view != "KeyView":
        yield own
        return
    base = own.removesuffix("/{first}/{rest}")
    for column in columns_of(sobject).values():
        if "I" in column.declared.letters and column.name not in ("Id", "Name"):
            yield f"{base}/{column.name}/{{value}}"
    if method == "GET" and relationships(sobject):
        yield f"{base}/{{id}}/{{relationship}}"
