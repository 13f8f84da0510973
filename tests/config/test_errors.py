"""What no view answers is answered in the form of whose address it is, also while the database is away."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from apps.accounts.roles import Role
from tests.accounts.test_sign_in import somebody

_GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de"}
_FORMS: list[tuple[str, Any]] = [
    ("/api/v3/me", lambda body: body["statusCode"] in (4, 6)),
    ("/api/v2", lambda body: body["statusCode"] in (4, 6)),
    ("/services/nonsense", lambda body: body[0]["errorCode"] in ("NOT_FOUND", "SERVER_UNAVAILABLE")),
    ("/id/nobody", lambda body: body[0]["errorCode"] in ("NOT_FOUND", "SERVER_UNAVAILABLE")),
    ("/services/oauth2/nonsense", lambda body: {"error", "error_description"} == set(body)),
    ("/telephony/v1/nonsense", lambda body: body["errors"] == [body["message"]]),
    ("/v1", lambda body: body["error"]["attribute"] is None),
]


@contextmanager
def _no_database() -> Iterator[None]:
    """As it looks to a request: no connection, and nobody to make one."""
    connection.close()

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("connection failed: connection refused")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "get_new_connection", refuse)
        yield


@pytest.fixture
def browser() -> Client:
    """Answers what the server would; signed in, so that each request asks the database who it is."""
    browser = Client(raise_request_exception=False)
    browser.force_login(somebody(Role.SUPERVISOR))
    return browser


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "fits"), _FORMS)
def test_an_unknown_address_below_a_dialect_is_answered_in_its_form(browser: Client, path: str, fits: Any) -> None:
    answer = browser.get(path, **_GERMAN)
    assert answer.status_code == 404
    assert fits(answer.json())
    assert "Content-Language" not in answer


@pytest.mark.django_db
def test_an_unknown_envelope_is_a_fault(client: Client) -> None:
    answer = client.post("/services/Soap/nonsense", "<x/>", content_type="text/xml")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/xml;charset=UTF-8")
    assert b"<faultcode>" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nowhere", "/desk", "/sign-in/", "/v2/tenants", "/static/nothing.css"])
def test_any_other_is_a_page_in_the_readers_language(client: Client, path: str) -> None:
    page = client.get(path, **_GERMAN)
    assert page.status_code == 404
    assert b'lang="de"' in page.content
    assert "Hier ist nichts" in page.content.decode()
    assert (page["Content-Language"], page["Cache-Control"]) == ("de", "no-store")


@pytest.mark.django_db
def test_somebody_who_chose_a_language_reads_it_there_too(browser: Client) -> None:
    browser.post("/my-settings", {"language": "de", "time_zone": "UTC"})
    assert b'lang="de"' in browser.get("/nowhere").content


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "fits"), [*_FORMS, ("/v1/tenants/x/interactions", None), ("/api/v2/me", None)])
def test_a_database_that_is_away_is_said_in_the_form_too(browser: Client, path: str, fits: Any) -> None:
    with _no_database():
        answer = browser.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json() if fits is None else fits(answer.json())
    assert browser.get(path).status_code != 503  # it has come back


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/admin/jobs/job/", "/desk/", "/nowhere", "/services/oauth2/authorize"])
def test_a_page_says_that_the_database_is_away(browser: Client, path: str) -> None:
    with _no_database():
        page = browser.get(path, **_GERMAN)
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert b'lang="de"' in page.content
    assert browser.get(path).status_code != 503


@pytest.mark.django_db
def test_a_mistake_of_ours_is_none_of_the_databases(browser: Client) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("apps.accounts.own_settings.MySettings.get_initial", lambda _: {}[0])
        page = browser.get("/my-settings", **_GERMAN)
    assert (page.status_code, "Retry-After" in page) == (500, False)
    assert b'lang="de"' in page.content
