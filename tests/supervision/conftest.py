"""A supervisor in front of the administration screens."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.tenants.models import Tenant
from tests.builders import make_user


@pytest.fixture
def supervisor(in_scope: Tenant) -> User:
    return make_user(Role.SUPERVISOR, last_name="Ní Dhomhnaill", time_zone="Europe/Berlin")


@pytest.fixture
def screens(supervisor: User) -> Client:
    """A browser in which the supervisor is signed in."""
    return browser_of(supervisor)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def page(screens: Client) -> Callable[..., str]:
    """The text of a page that must be there."""

    def fetch(path: str, **asked: Any) -> str:
        answer = screens.get(path, asked)
        assert answer.status_code == 200, answer
        return answer.content.decode()

    return fetch
