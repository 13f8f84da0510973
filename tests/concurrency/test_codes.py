"""Codes and refresh tokens that two use at once."""

import pytest

from apps.accounts.models import ApiClient, ApiSession, Approval, User
from apps.accounts.operations import register_client
from apps.accounts.operations.approvals import approve, exchange, refresh
from apps.accounts.operations.tokens import withdraw
from apps.accounts.refusals import SignInRefused
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.concurrency.race import race

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
BACK = "https://app.example/back"


@pytest.fixture
def user(tenant: Tenant) -> User:
    with scope(tenant):
        return make_user("admin")


@pytest.fixture
def client(user: User) -> ApiClient:
    client_id, _ = register_client(user, "Console", redirect_uris=BACK)
    return ApiClient.objects.get(client_id=client_id)


def test_a_code_that_two_exchange_was_used_twice(user: User, client: ApiClient) -> None:
    code = approve(client, user, scopes="api", redirect_uri=BACK, challenge="")
    outcomes = race(*[lambda: exchange(client, code, redirect_uri=BACK, verifier="")] * 2)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["SignInRefused", "tuple"]
    assert Approval.objects.get().revoked
    assert not ApiSession.objects.exists()


def test_a_refresh_leaves_no_session_behind_a_withdrawal(user: User, client: ApiClient) -> None:
    code = approve(client, user, scopes="api", redirect_uri=BACK, challenge="")
    approval, token, _ = exchange(client, code, redirect_uri=BACK, verifier="")
    outcomes = race(lambda: refresh(client, token), lambda: withdraw(approval), lambda: refresh(client, token))
    assert all(outcome is None or isinstance(outcome, tuple | SignInRefused) for outcome in outcomes), outcomes
    assert not ApiSession.objects.exists()
