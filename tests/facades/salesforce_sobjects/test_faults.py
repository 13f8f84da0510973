"""What is nobody's mistake: two writers who meet, a database that is away, a defect of ours."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from psycopg import errors as postgres

from apps.accounts.operations import issue_token
from apps.facades.salesforce_sobjects.views.small import LimitsView
from apps.tenants.scope import scope
from tests.builders import make_user


def caused_by(cause: Exception) -> OperationalError:
    error = OperationalError("a secret of ours")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (caused_by(postgres.DeadlockDetected()), 403, "UNABLE_TO_LOCK_ROW"),
        (caused_by(postgres.LockNotAvailable()), 403, "UNABLE_TO_LOCK_ROW"),
        (caused_by(postgres.SerializationFailure()), 403, "UNABLE_TO_LOCK_ROW"),
        (OperationalError("a secret of ours"), 503, "SERVER_UNAVAILABLE"),
        (InterfaceError("a secret of ours"), 503, "SERVER_UNAVAILABLE"),
        (RuntimeError("a secret of ours"), 500, "UNKNOWN_EXCEPTION"),
    ],
)
def test_faults(tenant: Any, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, code: str) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise fault

    monkeypatch.setattr(LimitsView, "get", fail)
    with scope(tenant):
        token = issue_token(make_user("admin"))
    answer = Client(headers={"Authorization": f"Bearer {token}"}).get("/services/data/v59.0/limits")
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (status, code)
    assert b"secret" not in answer.content
