"""The body of `POST /v1/tokens`."""

from dataclasses import dataclass
from typing import Any, Self

from apps.common.errors import FieldProblem, Invalid, Problem
from apps.facades.cxengage.auth import DEFAULT_TTL, LONGEST_TTL


@dataclass(frozen=True)
class TokenRequest:
    username: str
    password: str
    tenant_id: str | None
    ttl: int  # seconds

    @classmethod
    def parse(cls, body: Any) -> Self:
        """Raises Invalid naming each value that is missing or not what it should be."""
        if not isinstance(body, dict):
            raise Invalid(FieldProblem(Problem.MALFORMED, [], "an object is expected"))
        problems = [
            FieldProblem(Problem.REQUIRED, [name], "must be a text")
            for name in ("username", "password")
            if not (isinstance(body.get(name), str) and body[name])
        ]
        ttl, tenant_id = body.get("ttl"), body.get("tenantId")
        if not _is_ttl(ttl):
            problems.append(FieldProblem(Problem.OUT_OF_RANGE, ["ttl"], f"must be between 1 and {LONGEST_TTL}"))
        if not (tenant_id is None or isinstance(tenant_id, str)):
            problems.append(FieldProblem(Problem.MALFORMED, ["tenantId"], "must be a text"))
        if problems:
            raise Invalid(*problems)
        return cls(body["username"], body["password"], tenant_id, DEFAULT_TTL if ttl is None else int(ttl))


def _is_ttl(ttl: Any) -> bool:
    """Absent, or a number of seconds; more than the longest is refused rather than cut."""
    if ttl is None:
        return True
    return isinstance(ttl, int | float) and not isinstance(ttl, bool) and 1 <= ttl <= LONGEST_TTL
