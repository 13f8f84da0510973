"""Setting a password, as simple-salesforce's `set_password` does."""

import pytest

from apps.accounts.models import User
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_user
from tests.facades.salesforce_sobjects.records.client import Api, errors

NEW = "a ship in a bottle"


@pytest.fixture
def somebody(tenant):
    with scope(tenant):
        return make_user("agent")


def path(user):
    return f"User/{user.public_id}/password"


def test_by_an_administrator_or_by_oneself(api, somebody):
    for asking, password in ((api, NEW), (Api(somebody), NEW + "!")):
        answer = asking.send("POST", path(somebody), {"NewPassword": password})
        assert (answer.status_code, answer.content) == (204, b"")
        assert User.objects.get(pk=somebody.pk).check_password(password)
    assert api.read(path(somebody)) == {"isExpired": False}


def test_not_by_others(agent_api, somebody, other_tenant):
    assert errors(agent_api.post(path(somebody), {"NewPassword": NEW})) == (403, ["INSUFFICIENT_ACCESS"])
    with scope(other_tenant):
        theirs = make_user("agent")
    assert errors(agent_api.post(path(theirs), {"NewPassword": NEW})) == (404, ["NOT_FOUND"])
    assert User.objects.get(pk=somebody.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"NewPassword": "12345678"}, "INVALID_NEW_PASSWORD"),
        ({"NewPassword": "x" * 5000}, "INVALID_NEW_PASSWORD"),
        ({"NewPassword": 1}, "REQUIRED_FIELD_MISSING"),
        ({}, "REQUIRED_FIELD_MISSING"),
        ([], "REQUIRED_FIELD_MISSING"),
    ],
)
def test_a_password_that_does_not_do(api, somebody, body, code):
    assert errors(api.post(path(somebody), body)) == (400, [code])
    assert User.objects.get(pk=somebody.pk).check_password(PASSWORD)
