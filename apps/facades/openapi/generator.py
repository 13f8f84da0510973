"""Walks the URL configuration with drf-spectacular, so that no view of the dialects can be forgotten."""

import re
from collections.abc import Iterator
from typing import Any

from drf_spectacular.generators import EndpointEnumerator, SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.views import APIView

from apps.facades.openapi import connect, oauth, schemas
from apps.facades.openapi.operations import FAILURES, FAILURES_OF_BODIES, OPERATIONS, Operation
from apps.facades.openapi.paths import paths_of, relationships
from apps.facades.salesforce_connect.urls import urlpatterns as connect_urls
from apps.facades.salesforce_sobjects.urls import urlpatterns as object_urls
from apps.objects import registry

_MEDIA = ("application/json", "application/xml")
_INTEGERS = frozenset({"limit", "offset"})


class Endpoints(EndpointEnumerator):
    """Every method that a described view defines."""

    def should_include_endpoint(self, path: str, callback: Any) -> bool:
        return str(callback.cls.__name__) != "NothingView"

    def get_allowed_methods(self, callback: Any) -> list[str]:
        described = OPERATIONS.get(callback.cls.__name__, {})
        return [method for method in described if hasattr(callback.cls, method.lower())]


class Described(AutoSchema):
    """One operation, from the table instead of a serializer."""

    def get_operation(self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any) -> dict[str, Any]:
        view = type(self.view).__name__
        sobject = getattr(self.view, "documented_object", None)
        return _operation(OPERATIONS[view][method], path, method, sobject)


class Generator(SchemaGenerator):
    """The document of the tenant in scope."""

    endpoint_inspector_cls = Endpoints

    def __init__(self) -> None:
        super().__init__(patterns=[*connect_urls, *object_urls])

    def create_view(self, callback: Any, method: str, request: Any = None) -> APIView:
        view: APIView = super().create_view(callback, method, request)
        self._set_schema_to_view(view, Described())
        return view

    def _get_paths_and_endpoints(self) -> list[tuple[str, str, str, APIView]]:
        return list(self._expanded())

    def _expanded(self) -> Iterator[tuple[str, str, str, APIView]]:
        for template, regex, method, callback in self.endpoints:
            for path, sobject in paths_of(template, callback.cls.__name__, method):
                view: Any = self.create_view(callback, method)
                view.documented_object = sobject
                yield path, regex, method, view


def document() -> dict[str, Any]:
    """OpenAPI 3 of what the tenant in scope can call, with its own fields and values."""
    found: dict[str, Any] = Generator().get_schema(public=True)
    found["paths"] |= oauth.PATHS
    found["components"] = {
        "schemas": {**schemas.components(registry.every()), **connect.components(), **oauth.SCHEMAS},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    }
    found["security"] = [{"token": []}]
    return found


def _operation(told: Operation, path: str, method: str, sobject: str | None) -> dict[str, Any]:
    answers = {str(status): _answer(_named(schema, sobject)) for status, schema in told.answers.items()}
    failures = [*FAILURES, *(FAILURES_OF_BODIES if told.body else ())]
    found = {
        "operationId": _identifier(path, method),
        "summary": told.summary,
        "parameters": [*_path_parameters(path, sobject), *_query_parameters(told)],
        "responses": {**{str(each): _answer(schemas.ref("Errors")) for each in failures}, **answers},
    }
    if told.body is not None:
        content = {"application/json": {"schema": _named(told.body, sobject)}}
        found["requestBody"] = {"required": told.needs_body, "content": content}
    return found


def _identifier(path: str, method: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", path.split(".0", 1)[-1]).strip("_")
    return f"{method.lower()}_{words or 'resources'}"


def _named(schema: Any, sobject: str | None) -> Any:
    """The schema with its object's name filled in."""
    if schema and sobject and "{object}" in schema.get("$ref", ""):
        return {"$ref": schema["$ref"].replace("{object}", sobject)}
    return schema


def _answer(schema: Any) -> dict[str, Any]:
    if schema is None:
        return {"description": ""}
    return {"description": "", "content": {media: {"schema": schema} for media in _MEDIA}}


def _path_parameters(path: str, sobject: str | None) -> list[dict[str, Any]]:
    found = [_parameter(name, "path", True) for name in re.findall(r"\{(\w+)\}", path)]
    for each in found:
        if each["name"] == "relationship" and sobject:
            each["schema"]["enum"] = relationships(registry.named(sobject))
    return found


def _query_parameters(told: Operation) -> list[dict[str, Any]]:
    return [_parameter(name, "query", needed) for name, needed in told.query.items()]


def _parameter(name: str, place: str, needed: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "integer" if name in _INTEGERS else "string"}
    if name == "sobject" and place == "path":
        schema["enum"] = [each.name for each in registry.every() if "retrieve" in each.calls]  # others are described
    return {"name": name, "in": place, "required": needed, "schema": schema}
