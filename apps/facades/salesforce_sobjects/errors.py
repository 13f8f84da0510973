"""From what can go wrong to the object API's codes (sobjects 11.2)."""

from apps.facades.salesforce import Error, error
from apps.facades.salesforce_sobjects.soql import QueryError


class UnknownVersion(Exception):
    pass


class Malformed(Exception):
    """A call that cannot be read as a whole."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class WrongObject(Exception):
    """A well-formed id in the path, but of another object (P-30)."""


class IsDeleted(Exception):
    pass


def errors_of(exc: Exception) -> tuple[int, list[Error]] | None:
    match exc:
        case QueryError() | Malformed():
            return 400, [error(exc.code, str(exc))]
        case WrongObject():
            return 400, [error("MALFORMED_ID", f"malformed id {exc}")]
        case IsDeleted():
            return 404, [error("ENTITY_IS_DELETED", "entity is deleted")]
        case UnknownVersion():
            return 404, [error("NOT_FOUND", "The requested resource does not exist")]
    return None
