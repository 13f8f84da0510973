"""The query language (sobjects 8): text to a tree (`parser`), tree to the ORM (`query`), rows to JSON (`selection`)."""

from apps.facades.salesforce_sobjects.soql.errors import InvalidField, InvalidType, MalformedQuery, QueryError
from apps.facades.salesforce_sobjects.soql.parser import parse
from apps.facades.salesforce_sobjects.soql.query import Query

__all__ = ["InvalidField", "InvalidType", "MalformedQuery", "Query", "QueryError", "parse"]
