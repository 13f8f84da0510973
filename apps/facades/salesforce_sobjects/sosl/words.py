"""The words of a record's fields as the database sees them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Func, Q, TextField, Value


class _Vector(Func):
    template = "to_tsvector('pg_catalog.simple', %(expressions)s)"


class _Query(Func):
    template = "to_tsquery('pg_catalog.simple', %(expressions)s)"


class _Matches(Func):
    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _Like(_Matches):
    arg_joiner = " ~ "


class _Joined(Func):
    template = "(%(expressions)s)"
    arg_joiner = " || ' ' || "
    output_field = TextField()


class _Words(Func):
    template = "coalesce(switchroom_words(%(expressions)s), '')"


class _Digits(Func):
    template = "coalesce(switchroom_digits(%(expressions)s), '')"


class _Spaced(Func):
    """Small letters and digits, one blank between words, in front and behind."""

    template = "regexp_replace(' ' || lower(%(expressions)s) || ' ', '[^[:alnum:]]+', ' ', 'g')"
    output_field = TextField()


class Words:
    """Some fields of a record. `texts` and `numbers` are expressions of text; numbers are phone numbers."""

    def __init__(self, texts: Sequence[Any], numbers: Sequence[Any]) -> None:
        self._text = _Joined(*(_Words(each) for each in (*texts, *numbers)), *(_Digits(each) for each in numbers))

    def match(self, query: str) -> Q:
        return Q(_Matches(_Vector(self._text), _Query(Value(query))))

    def like(self, pattern: str) -> Q:
        return Q(_Like(_Spaced(self._text), Value(pattern)))
