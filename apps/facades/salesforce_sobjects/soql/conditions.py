"""A WHERE clause as an ORM condition. Nothing of the query's text ever reaches the database's own language."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Field, Lookup, Q
from lark import Token, Tree

from apps.common.public_ids import is_salesforce_id, key_of
from apps.facades.salesforce_sobjects.soql.errors import InvalidField, MalformedQuery
from apps.facades.salesforce_sobjects.soql.literals import pattern, value_of
from apps.objects.columns import Column

_LOOKUPS = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
_TEXT = frozenset({"string", "picklist", "phone", "email", "url", "textarea"})
_NUMBERS = frozenset({"int", "double", "currency", "percent"})


@Field.register_lookup
class Matches(Lookup):
    """The database's own LIKE without case; its patterns are ours."""

    lookup_name = "matches"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} ilike {right}", [*left_values, *right_values]


class Conditions:
    """Translates conditions of one query's text; `column` finds a field or raises InvalidField."""

    def __init__(self, text: str, column: "Callable[[Tree[Token]], Column]") -> None:
        self.text = text
        self.column = column

    def of(self, tree: "Tree[Token]") -> Q:
        """The condition of a subtree. Raises QueryError."""
        match tree.data:
            case "and_":
                return self._all(tree, Q.AND)
            case "or_":
                return self._all(tree, Q.OR)
            case "not_":
                return ~self.of(tree.children[0])
        path, *rest = tree.children
        column = self._filterable(path)
        match tree.data:
            case "like":
                return self._like(column, rest[0])
            case "in_":
                return self._in(column, rest)
            case "not_in":
                return ~self._in(column, rest)
        operator, value = rest
        return self._compare(column, str(operator), value)

    def _all(self, tree: Any, connector: str) -> Q:
        return Q(*(self.of(child) for child in tree.children), _connector=connector)

    def _filterable(self, path: Any) -> Column:
        column = self.column(path)
        if not column.declared.filterable:
            raise InvalidField(
                f"field '{column.name}' can not be filtered in a query call", self.text, path.meta.start_pos + 1
            )
        return column

    def _in(self, column: Column, tokens: Any) -> Q:
        return Q(*(self._equals(column, token) for token in tokens), _connector=Q.OR)

    def _like(self, column: Column, token: Any) -> Q:
        if column.declared.type not in _TEXT:
            self._refuse(f"field '{column.name}' can not be compared with LIKE", token)
        return Q(**{f"{column.path}__matches": pattern(token, self.text)})

    def _compare(self, column: Column, operator: str, token: Any) -> Q:
        if operator == "=":
            return self._equals(column, token)
        if operator in ("!=", "<>"):
            return ~self._equals(column, token)  # rows where the field is empty are included (P-27)
        value = self._value(column, token)
        if value is None or column.declared.type in ("id", "reference", "boolean"):
            self._refuse(f"operator {operator} is not possible on field '{column.name}'", token)
        if isinstance(value, tuple):
            value = value[0] if operator in ("<", ">=") else value[1]
            operator = {"<=": "<", ">": ">="}.get(operator, operator)
        return Q(**{f"{column.path}__{_LOOKUPS[operator]}": value})

    def _equals(self, column: Column, token: Any) -> Q:
        value = self._value(column, token)
        if value is None:
            return column.empty()
        if isinstance(value, tuple):
            return Q(**{f"{column.path}__gte": value[0], f"{column.path}__lt": value[1]})
        kind = column.declared.type
        if kind in ("id", "reference"):
            return self._same_id(column, value, token)
        if kind in _TEXT and not column.case_sensitive:
            return Q(**{f"{column.path}__iexact": value})
        return Q(**{column.path: value})

    def _same_id(self, column: Column, value: str, token: Any) -> Q:
        """15 or 18 characters; a reference kept as text is compared as text (P-10)."""
        found = Q()
        for path, prefix in column.links:
            if (key := key_of(value, prefix)) is not None:
                found |= Q(**{path: key})
        for path in column.texts:
            found |= Q(**{f"{path}__startswith": value[:15]}) if is_salesforce_id(value) else Q(**{path: value})
        if not found and not is_salesforce_id(value):
            raise MalformedQuery(f"invalid ID field: {value}", self.text, (token.start_pos or 0) + 1)
        return found or Q(pk__in=[])

    def _value(self, column: Column, token: Any) -> Any:
        value = value_of(token, self.text)
        if value is not None and not _fits(value, column.declared.type):
            raise InvalidField(
                f"value of filter criterion for field '{column.name}' must be of type {column.declared.type}",
                self.text,
                (token.start_pos or 0) + 1,
            )
        if type(value) is date and column.declared.type == "date":
            return value
        return datetime.combine(value, time(), UTC) if type(value) is date else value

    def _refuse(self, problem: str, token: Any) -> None:
        raise MalformedQuery(problem, self.text, (token.start_pos or 0) + 1)


def _fits(value: Any, kind: str) -> bool:
    """Whether a value of this kind may be compared with the field; a date alone does not fit a dateTime (P-28)."""
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, str):
        return kind in _TEXT or kind in ("id", "reference")
    if isinstance(value, (int, float)):
        return kind in _NUMBERS
    if isinstance(value, (datetime, tuple)):
        return kind == "datetime"
    return kind == "date"
