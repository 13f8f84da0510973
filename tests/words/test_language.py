"""Screens speak their reader's language; dialects speak English to everybody."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.accounts.test_sign_in import somebody

pytestmark = pytest.mark.django_db
GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9,en;q=0.5"}


def test_a_page_speaks_as_its_reader_chose_or_else_as_the_browser_asks(client: Client) -> None:
    user = somebody(Role.AGENT)
    assert '<html class="sw" lang="de" dir="ltr">' in client.get("/sign-in", **GERMAN).content.decode()
    client.force_login(user)
    assert 'lang="en"' in client.get("/my-settings").content.decode()
    assert 'lang="de"' in client.get("/my-settings", **GERMAN).content.decode()

    chosen = client.post("/my-settings", {"language": "en", "time_zone": "Europe/Lisbon"}, **GERMAN)
    assert chosen["Location"] == "/"
    kept = User.objects.get(pk=user.pk)
    assert (kept.language, kept.time_zone) == ("en", "Europe/Lisbon")
    assert 'lang="en"' in client.get("/my-settings", **GERMAN).content.decode()

    refused = client.post("/my-settings", {"language": "xx", "time_zone": "Mars/Olympus"})
    assert refused.content.decode().count('aria-invalid="true"') == 2


@pytest.mark.parametrize("path", ["/api/v2/me", "/services/data/v67.0/limits", "/v1/tenants"])
def test_a_dialect_answers_in_english_whatever_is_asked_for(client: Client, path: str) -> None:
    user = somebody(Role.ADMIN)
    User.objects.filter(pk=user.pk).update(language="de")
    client.force_login(user)
    assert client.get(path, **GERMAN).content == client.get(path).content
