"""From what can go wrong to the object API's codes (sobjects 11.2)."""

from apps.common.errors import Outdated
from apps.facades.salesforce import Error, error
from apps.facades.salesforce_sobjects.soql import QueryError
from apps.facades.salesforce_sobjects.writing.rejections import Rejected

_STATUS = {
    "NOT_FOUND": 404,
    "ENTITY_IS_DELETED": 404,
    "INSUFFICIENT_ACCESS_OR_READONLY": 403,
    "METHOD_NOT_ALLOWED": 405,
}


class UnknownVersion(Exception):
    pass


class Malformed(Exception):
    """A call that cannot be read as a whole."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def errors_of(exc: Exception) -> tuple[int, list[Error]] | None:
    match exc:
        case QueryError() | Malformed():
            return 400, [error(exc.code, str(exc))]
        case Rejected():
            mistakes = [error(each.code, each.message, each.fields) for each in exc.mistakes]
            return _STATUS.get(exc.mistakes[0].code, 400), mistakes
        case Outdated():
            return 412, [error("PRECONDITION_FAILED", "The record was changed after the time that the request names")]
        case UnknownVersion():
            return 404, [error("NOT_FOUND", "The requested resource does not exist")]
    return None
