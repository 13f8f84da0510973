"""A search over what the caller may see: one query for each object, however many terms there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.db.models.expressions import RawSQL

from apps.accounts.models import User
from apps.facades.salesforce_sobjects.soql import InvalidType, MalformedQuery, Query
from apps.facades.salesforce_sobjects.sosl.errors import MalformedSearch
from apps.facades.salesforce_sobjects.sosl.fields import words_of
from apps.facades.salesforce_sobjects.sosl.statement import EVERYWHERE, Search, Target
from apps.objects import registry
from apps.objects.columns import Column
from apps.objects.registry import SObject
from apps.objects.word_index import INDEXED, finder


@dataclass(frozen=True)
class Found:
    """The records of one object, and which fields of them were asked for."""

    sobject: SObject
    columns: Sequence[Column]
    records: Sequence[Mapping[str, Any]]


def run(search: Search, *, by: User, version: int) -> list[Found]:
    """What was found, object after object. Raises QueryError."""
    found = []
    queries = [(target, _query(target, by, version)) for target in search.targets if _is_searchable(target)]
    left = search.limit
    for target, query in queries:
        condition = _condition(search, target, query.sobject, by)
        query.narrow(condition)
        records = query.page(left).records if left else []
        left -= len(records)
        found.append(Found(query.sobject, query.columns, records))
    return found


def _is_searchable(target: Target) -> bool:
    """What does not support search is left out (P-35); what does not exist is an error."""
    sobject = registry.find(target.name)
    if sobject is None:
        raise InvalidType(f"sObject type '{target.name}' is not supported.")
    return "search" in sobject.calls


def _query(target: Target, by: User, version: int) -> Query:
    """The object's rows by the query language itself: its fields, conditions, order and permissions."""
    text = f"SELECT {target.fields} FROM {target.name} {target.conditions} LIMIT {target.limit} OFFSET {target.offset}"
    try:
        query = Query(text, by=by, version=version)
    except MalformedQuery as error:
        raise MalformedSearch(str(error)) from None
    if query.only_count or query.grouping:
        raise MalformedSearch("A search returns fields.")
    return query


def _condition(search: Search, target: Target, sobject: SObject, by: User) -> Q:
    """The index of words gives keys; fields that are not all of the index's are looked at once more."""
    words = words_of(sobject, search.scope)
    if words is None:
        return Q(pk__in=[])
    is_whole = search.scope == EVERYWHERE
    table = sobject.model._meta.db_table
    wanted = search.wanted.index(whole=is_whole) if table in INDEXED else None
    if wanted is None:
        return search.wanted.condition(words)
    all_count = by.sees_everything and not target.conditions.strip() and not sobject.own_rows
    exact = is_whole and search.wanted.is_exact
    most = target.limit + target.offset if all_count and exact else None
    found = f"select {finder(table)}(to_tsquery('pg_catalog.simple', %s), %s)"
    keys = Q(pk__in=RawSQL(found, [wanted, most]))
    return keys if exact else keys & search.wanted.condition(words)
