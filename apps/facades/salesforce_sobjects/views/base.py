"""What the object API's views share."""

from collections.abc import Iterable, Sequence
from typing import Any

from rest_framework.request import Request

from apps.accounts.models import User
from apps.common.errors import NotFound
from apps.facades.salesforce import JSONOrXML, SalesforceView
from apps.facades.salesforce_sobjects import errors, payloads
from apps.facades.salesforce_sobjects.soql import InvalidField
from apps.facades.salesforce_sobjects.xml import XMLAnswer, XMLBody
from apps.objects import registry
from apps.objects.columns import ID, Column, column_of, columns_of
from apps.objects.registry import SObject


class InEitherFormat(SalesforceView):
    """In JSON, or in XML where that is asked for; a path's ending says nothing (P-04)."""

    content_negotiation_class = JSONOrXML
    parser_classes = [*SalesforceView.parser_classes, XMLBody]
    renderer_classes = [*SalesforceView.renderer_classes, XMLAnswer]
    xml_root: str | None = None


class NothingView(InEitherFormat):
    """Every other path: an error that clients can read (11.1)."""

    def handler(self, request: Request) -> Any:
        raise NotFound("no such resource")


class ObjectView(InEitherFormat):
    """A resource of one version."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not payloads.OLDEST <= int(kwargs["version"]) <= payloads.NEWEST:
            raise errors.UnknownVersion

    def errors_of(self, error: Exception) -> Any:
        return errors.errors_of(error)

    @property
    def user(self) -> User:
        return self.request.user  # type: ignore[return-value]


def object_for(name: str, call: str) -> SObject:
    """The object of this name, in any case, if it supports the call. Raises NotFound."""
    found = registry.find(name)
    if found is None or call not in found.calls:
        raise NotFound(f"no object {name}")
    return found


def columns_for(sobject: SObject, names: Iterable[str]) -> Sequence[Column]:
    """The fields of these names, Id always among them; all of them if none are named. Raises InvalidField."""
    columns = {}
    for name in (ID.api_name, *(names or columns_of(sobject))):
        column = column_of(sobject, name.strip())
        if column is None:
            raise InvalidField(f"No such column '{name}' on sobject of type {sobject.name}")
        columns[column.name] = column
    return list(columns.values())
