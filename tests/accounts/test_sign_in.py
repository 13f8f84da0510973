"""Signing in, and where it leads."""

from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
from django.test import Client, override_settings

from apps.accounts.models import FailedSignIn, User
from apps.accounts.roles import Role
from apps.common import clock
from apps.tenants.models import Tenant

pytestmark = pytest.mark.django_db


def somebody(role: str = Role.AGENT) -> User:
    tenant = Tenant.objects.create(name="Northwind")
    return User.objects.create_user(f"{role}@northwind", password="let-me-in", tenant=tenant, role=role)


def test_a_page_asks_for_signing_in_and_comes_back(client: Client) -> None:
    somebody()
    asked = client.get("/desk/")
    assert asked["Location"] == "/sign-in?next=/desk/"

    page = client.get("/sign-in?next=/desk/")
    assert b"You were signed out" in page.content
    answer = client.post("/sign-in", {"username": "agent@northwind", "password": "let-me-in", "next": "/desk/"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")


def test_a_wrong_password_is_said_at_the_form_and_keeps_the_name(client: Client) -> None:
    somebody()
    answer = client.post("/sign-in", {"username": "agent@northwind", "password": "guess"})
    assert answer.status_code == 200
    assert b"No account has this name with this password" in answer.content
    assert b'value="agent@northwind"' in answer.content
    assert b"guess" not in answer.content


@pytest.mark.parametrize(
    ("role", "leads_to"), [(Role.AGENT, "/desk/"), (Role.SUPERVISOR, "/admin/"), (Role.ADMIN, "/admin/")]
)
def test_home_is_the_screen_of_the_role(client: Client, role: str, leads_to: str) -> None:
    client.force_login(somebody(role))
    assert client.get("/")["Location"] == leads_to


def test_a_system_has_no_screens(client: Client) -> None:
    client.force_login(somebody(Role.INTEGRATION))
    answer = client.get("/")
    assert answer.status_code == 403
    assert b"belongs to another system" in answer.content


def test_signing_out_leads_back_to_sign_in(client: Client) -> None:
    client.force_login(somebody())
    assert client.post("/sign-out")["Location"] == "/sign-in"
    assert client.get("/")["Location"].startswith("/sign-in")


def test_the_administration_screens_sign_in_at_the_same_place(client: Client) -> None:
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/sign-in?next=/admin/"


def test_an_address_that_leads_nowhere_is_answered_in_our_words(client: Client) -> None:
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content


@override_settings(WRONG_PASSWORDS=2)
def test_who_guesses_at_the_form_is_stopped_for_a_while(client: Client) -> None:
    user = somebody()
    right = {"username": user.username, "password": "let-me-in"}
    for _ in range(2):
        client.post("/sign-in", right | {"password": "guess"})
    assert b"too many wrong passwords" in client.post("/sign-in", right).content
    FailedSignIn.objects.update(at=clock.now() - timedelta(minutes=16))
    assert client.post("/sign-in", right).status_code == 302


@override_settings(WRONG_PASSWORDS=2)
def test_who_guesses_locks_nobody_out_of_a_browser_that_is_known() -> None:
    user = somebody()
    user.username = "李 müller"
    user.save()
    right = {"username": user.username, "password": "let-me-in"}
    own, stranger = Client(), Client()
    assert own.post("/sign-in", right).status_code == 302
    own.post("/sign-out")
    for _ in range(3):
        stranger.post("/sign-in", right | {"password": "guess"})
    assert b"too many wrong passwords" in stranger.post("/sign-in", right).content
    assert own.post("/sign-in", right).status_code == 302
    assert b"too many wrong passwords" in stranger.post("/sign-in", right).content  # which lifted nothing

    own.post("/sign-out")
    for _ in range(2):
        own.post("/sign-in", right | {"password": "guess"})
    assert b"too many wrong passwords" in own.post("/sign-in", right).content
    own.cookies["known_browser"] = "made-up " + sha256(user.username.encode()).hexdigest()
    assert b"too many wrong passwords" in own.post("/sign-in", right).content


@override_settings(WRONG_PASSWORDS=2)
@pytest.mark.parametrize("path", ["/api/v2/me", "/v1/tenants"])
def test_guesses_of_clients_count_as_well(client: Client, path: str) -> None:
    user = somebody()

    def asked(password: str) -> int:
        header = "Basic " + b64encode(f"{user.username}:{password}".encode()).decode()
        return client.get(path, headers={"Authorization": header}).status_code

    assert [asked("guess") for _ in range(2)] == [401, 401]
    assert asked("let-me-in") == 401
    assert b"too many wrong passwords" in client.post("/sign-in", {"username": user.username, "password": "x"}).content
    FailedSignIn.objects.update(at=clock.now() - timedelta(minutes=16))
    assert asked("let-me-in") != 401


def test_signing_in_at_a_second_page_that_was_open_leads_where_the_first_did() -> None:
    user = somebody()
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign-in")
    sent = {
        "username": user.username,
        "password": "let-me-in",
        "csrfmiddlewaretoken": browser.cookies["csrftoken"].value,
    }
    assert browser.post("/sign-in", sent)["Location"] == "/"
    assert browser.post("/sign-in", sent)["Location"] == "/"  # the token is another by now
    browser.post("/sign-out", {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value})
    assert browser.post("/sign-in", sent | {"csrfmiddlewaretoken": "x" * 64}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/second-factor", "/change-password", "/my-settings", "/admin/", "/desk/", "/nowhere"]
)
def test_no_page_of_somebody_signed_in_is_kept(client: Client, path: str) -> None:
    client.force_login(somebody())
    assert "no-store" in client.get(path)["Cache-Control"]
