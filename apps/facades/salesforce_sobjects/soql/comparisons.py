"""One comparison of a field with a value. Where the field is empty it may be unknown, neither true nor false."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, Lookup, Q, TextField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, IsNull, LessThan, LessThanOrEqual
from lark import Token

from apps.common.public_ids import is_salesforce_id, key_of, suffix
from apps.facades.salesforce_sobjects.soql.dates import Span
from apps.facades.salesforce_sobjects.soql.errors import InvalidField, MalformedId
from apps.facades.salesforce_sobjects.soql.expressions import IDS, NUMBERS, TEXT, Matches, has_value, value_of
from apps.facades.salesforce_sobjects.soql.literals import Literals
from apps.facades.salesforce_sobjects.soql.parents import NOTHING
from apps.objects.columns import Column

_FEW = 50  # values that are compared one by one
_LOOKUPS = {"=": Exact, "<": LessThan, "<=": LessThanOrEqual, ">": GreaterThan, ">=": GreaterThanOrEqual}


@dataclass(frozen=True)
class Subject:
    """What is compared: a field, or what a function made of one."""

    name: str
    type: str
    value: Any
    present: Q  # that it is not empty
    exact: bool = False  # letters in capitals count
    column: Column | None = None  # of an id or a reference


def subject_of(column: Column) -> Subject:
    declared = column.declared
    identity = column if declared.type in IDS else None
    return Subject(column.name, declared.type, value_of(column), has_value(column), column.case_sensitive, identity)


def is_null(token: Token) -> bool:
    return bool(token.type == "WORD") and token.upper() == "NULL"


def compare(subject: Subject, operator: str, token: Token, literals: Literals) -> Q:
    """`operator` is LIKE, =, <, <=, > or >=. Raises QueryError where the value does not suit the field."""
    if operator == "LIKE":
        return _like(subject, token, literals)
    value = _suitable(subject, token, literals)
    if value is None or (operator != "=" and subject.type in (*IDS, "boolean")):
        raise literals.refusal(f"operator {operator} is not possible on field '{subject.name}'", token)
    if isinstance(value, Span):
        return _in_span(subject, operator, value)
    if subject.column:
        return _same_ids(subject.column, [value])
    return Q(_LOOKUPS[operator](*_alike(subject, value)))


def among(subject: Subject, tokens: Sequence[Token], literals: Literals) -> Q:
    """The field equals one of the values, none of which is null."""
    values = [_suitable(subject, token, literals) for token in tokens]
    if subject.column:
        return _same_ids(subject.column, values)
    values = list(dict.fromkeys(values))
    plain = [value for value in values if not isinstance(value, Span)]
    found = Q(*(_in_span(subject, "=", value) for value in values if isinstance(value, Span)), _connector=Q.OR)
    if len(plain) > _FEW and subject.type in TEXT:
        found |= Q(_OneOf(_alike(subject, "")[0], Value(plain), lower=not subject.exact))
    elif plain:
        left, _ = _alike(subject, plain[0])
        found |= Q(In(left, [_alike(subject, value)[1] for value in plain]))
    return found or NOTHING


def including(subject: Subject, tokens: Sequence[Token], literals: Literals) -> Q:
    """A picklist that holds all the values, joined by semicolons, of one of the texts."""
    found = Q()
    for token in tokens:
        if len(tokens) > _FEW:
            raise literals.refusal(f"INCLUDES and EXCLUDES take at most {_FEW} values", token)
        if subject.type != "picklist" or token.type != "TEXT":
            raise literals.refusal("INCLUDES and EXCLUDES are possible on picklists only", token)
        wanted = literals.unquoted(token).lower().split(";")
        held = Func(Lower(subject.value), Value(";"), function="string_to_array", output_field=ArrayField(TextField()))
        found |= Q(_Holds(held, Value(wanted)))
    return found or NOTHING


class _Holds(Lookup):
    """An array that contains another."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} @> {right}::text[]", [*left_values, *right_values]


class _OneOf(Lookup):
    """One of many texts, which the database puts into a table to look them up in."""

    lookup_name = "one_of"

    def __init__(self, lhs: Any, rhs: Any, *, lower: bool) -> None:
        super().__init__(lhs, rhs)
        self.given = "lower(given)" if lower else "given"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} in (select {self.given} from unnest({right}::text[]) as given)", [*left_values, *right_values]


def _alike(subject: Subject, value: Any) -> tuple[Any, Any]:
    """Both sides, texts without regard to case unless the field's are exact (C-05)."""
    if subject.type not in TEXT or subject.exact:
        return subject.value, value
    return Lower(subject.value), Lower(Value(value))


def _like(subject: Subject, token: Token, literals: Literals) -> Q:
    if subject.type not in TEXT or token.type != "TEXT":
        raise literals.refusal(f"field '{subject.name}' can not be compared with LIKE", token)
    return Q(Matches(subject.value, literals.pattern(token)))


def _in_span(subject: Subject, operator: str, span: Span) -> Q:
    """`=` inside, `>` after its end, `<` before its start, `>=` from its start, `<=` up to its end (sobjects 8.3)."""
    start: date
    end: date
    start, end = span.days if subject.type == "date" else span.instants
    left = subject.value
    conditions: dict[str, list[Any]] = {
        "=": [GreaterThanOrEqual(left, start), LessThan(left, end)],
        ">": [GreaterThanOrEqual(left, end)],
        ">=": [GreaterThanOrEqual(left, start)],
        "<": [LessThan(left, start)],
        "<=": [LessThan(left, end)],
    }
    return Q(*conditions[operator])


def _same_ids(column: Column, values: Sequence[str]) -> Q:
    """15 or 18 characters; a reference kept as text is compared as text (P-10)."""
    found, before = Q(), list[str]()
    for path, prefix in column.links:
        keys = {key for value in values if (key := key_of(value, prefix)) is not None}
        if keys:
            found |= Q(In(F(path), sorted(keys)), IsNull(F(path), False), *(IsNull(F(each), True) for each in before))
        before.append(path)
    texts = {form for value in values for form in _forms(value)}
    for path in column.texts if texts else ():
        found |= Q(In(F(path), sorted(texts)), IsNull(F(path), False), *(IsNull(F(each), True) for each in before))
        before.append(path)
    return found or NOTHING


def _forms(value: str) -> Sequence[str]:
    """An id's two forms; any other text as it is."""
    return [value[:15], value[:15] + suffix(value[:15])] if is_salesforce_id(value) else [value]


def _suitable(subject: Subject, token: Token, literals: Literals) -> Any:
    """The token's value, if it may be compared with the subject."""
    value = literals.value(token)
    if value is not None and not _fits(value, subject.type):
        raise InvalidField(
            f"value of filter criterion for field '{subject.name}' must be of type {subject.type}",
            literals.text,
            token.start_pos or 0,
        )
    if subject.column and value is not None:
        _refuse_no_id(subject.column, value, token, literals)
    return value


def _refuse_no_id(column: Column, value: str, token: Token, literals: Literals) -> None:
    """Only where a reference may be any text is a text that is no id compared at all (P-10, C-41)."""
    if column.texts and column.declared.type == "reference":
        return
    if not is_salesforce_id(value):
        problem = f"{column.declared.label}: id value of incorrect type: {value[:80]}"
        raise MalformedId(problem, literals.text, token.start_pos or 0)


def _fits(value: Any, kind: str) -> bool:
    """Whether a value of this kind may be compared with the field; a date alone does not fit a dateTime (P-28)."""
    match value:
        case bool():
            return kind == "boolean"
        case str():
            return kind in TEXT or kind in IDS
        case int() | float() | Decimal():
            return kind in NUMBERS
        case Span():
            return kind in ("date", "datetime")
        case datetime():
            return kind == "datetime"
        case date():
            return kind == "date"
    return False
