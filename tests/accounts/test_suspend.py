"""An organisation that is shut, and opened again."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.accounts.operations import issue_token
from apps.accounts.tokens import signed_in
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_user


def test_shut_and_opened_again(tenant: Tenant, other_tenant: Tenant) -> None:
    with scope(tenant):
        user = make_user("admin")
    with scope(other_tenant):
        neighbour = issue_token(make_user("admin"))
    token = issue_token(user)
    sign_in = {"username": user.username, "password": PASSWORD}
    call_command("suspend", tenant.org_id)
    assert Client().post("/sign-in", sign_in).status_code == 200
    assert signed_in(neighbour)
    call_command("suspend", tenant.org_id[:15], resume=True)
    assert Client().post("/sign-in", sign_in).status_code == 302
    assert signed_in(token) is None


def test_nobody_of_that_name(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("suspend", "nonsense")
