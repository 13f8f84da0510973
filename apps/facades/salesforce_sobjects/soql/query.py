"""A parsed query over what the caller may see. Tenant, deletion and permission are the base that nothing can widen."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q
from lark import Token, Tree

from apps.accounts.models import User
from apps.engagements.visibility import visible
from apps.facades.salesforce_sobjects.soql.conditions import Conditions
from apps.facades.salesforce_sobjects.soql.errors import InvalidField, InvalidType, MalformedQuery, QueryError
from apps.facades.salesforce_sobjects.soql.literals import integer
from apps.facades.salesforce_sobjects.soql.parser import parse
from apps.objects import registry
from apps.objects.columns import Column, column_of, columns_of
from apps.objects.registry import SObject

FARTHEST_OFFSET = 2000
_MOST = 2**31  # rows; what a number beyond it asks for is all of them


class OutsideRange(QueryError):
    code = "NUMBER_OUTSIDE_VALID_RANGE"


class Query:
    """One SELECT. Raises QueryError while it is being understood; afterwards it cannot fail."""

    def __init__(self, text: str, *, by: User) -> None:
        self.text = text
        tree = parse(text)
        parts = {str(part.data): part for part in tree.children if isinstance(part, Tree)}
        self.sobject = self._object(next(part for part in tree.children if isinstance(part, Token)))
        self.only_count = "count" in parts
        self.columns = [] if self.only_count else [self._column(path) for path in parts["fields"].children]
        found = visible(self.sobject, by)
        if where := parts.get("where"):
            found = found.filter(Conditions(text, self._column).of(where.children[0]))
        self._matching = found
        self._ordering = self._order(parts.get("order"))
        self._limit = self._number(parts.get("limit"))
        self._offset = self._number(parts.get("offset")) or 0
        if self._offset > FARTHEST_OFFSET:
            raise OutsideRange(f"Maximum SOQL offset allowed is {FARTHEST_OFFSET}")

    def narrow(self, condition: Q) -> None:
        """Keep only those rows that meet this condition as well: what a search found."""
        self._matching = self._matching.filter(condition)

    def count(self) -> int:
        """How many rows match, LIMIT and OFFSET applied."""
        return self._matching.order_by()[self._slice()].count()

    def rows(self) -> Iterator[dict[str, Any]]:
        """The records, with the selected fields in the order and spelling that the contract demands."""
        own = columns_of(self.sobject)["id"]
        paths = {path for column in (own, *self.columns) for path in column.reads}
        for row in self._matching.order_by(*self._ordering).values(*paths)[self._slice()]:
            yield {"id": own.value(row), "fields": {column.name: column.value(row) for column in self.columns}}

    def _slice(self) -> slice:
        return slice(self._offset, None if self._limit is None else self._offset + self._limit)

    def _object(self, token: Token) -> SObject:
        found = registry.find(str(token))
        if found is None or "query" not in found.calls:
            raise InvalidType(f"sObject type '{token}' is not supported.", self.text, (token.start_pos or 0) + 1)
        return found

    def _column(self, path: Any) -> Column:
        names = [str(name) for name in path.children]
        if len(names) > 1 and names[0].lower() == self.sobject.name.lower():
            names = names[1:]
        found = column_of(self.sobject, names[0]) if len(names) == 1 else None
        if found is None:
            raise InvalidField(
                f"No such column '{'.'.join(names)}' on entity '{self.sobject.name}'. If you are attempting to use a "
                "custom field, be sure to append the '__c' after the custom field name.",
                self.text,
                path.meta.start_pos + 1,
            )
        return found

    def _order(self, tree: "Tree[Token] | None") -> list[Any]:
        """Ascending and empty ones first unless said otherwise; Id makes the order total (P-29)."""
        keys: list[Any] = []
        for path, direction, nulls in (by.children for by in (tree.children if tree else ())):
            column = self._column(path)
            if not column.declared.sortable:
                raise MalformedQuery(f"field '{column.name}' can not be sorted in a query call", self.text)
            last = str(nulls or "").lower() == "last"
            expression = F(column.reads[-1] if column.links else column.path)
            order = expression.desc if str(direction or "").lower() == "desc" else expression.asc
            keys.append(order(nulls_last=True) if last else order(nulls_first=True))
        return [*keys, "pk"]

    def _number(self, tree: "Tree[Token] | None") -> int | None:
        if tree is None:
            return None
        number = integer(tree.children[0], self.text)
        if number < 0:
            raise MalformedQuery("a number here must not be negative", self.text, (tree.meta.start_pos or 0) + 1)
        return min(number, _MOST)
