"""Why a search was refused (P-42)."""

from apps.facades.salesforce_sobjects.soql.errors import QueryError


class MalformedSearch(QueryError):
    code = "MALFORMED_SEARCH"


class InvalidSearch(QueryError):
    code = "INVALID_SEARCH"


class OutsideRange(QueryError):
    code = "NUMBER_OUTSIDE_VALID_RANGE"
