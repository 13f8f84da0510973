"""Everybody changes their own password, and is signed out wherever else they were."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings

from apps.accounts.models import ApiSession, FailedSignIn, User
from apps.accounts.operations import issue_token
from apps.accounts.roles import Role
from apps.accounts.sessions import PASSWORD_ALONE, PENDING
from apps.agents.models import Agent
from apps.audit.models import Action, AuditEntry
from apps.common import clock
from apps.tenants.scope import scope
from tests.accounts.test_sign_in import somebody

pytestmark = pytest.mark.django_db
_PAGE, _NEW = "/change-password", "a harbour at night"
_SENT = {"current": "let-me-in", "password": _NEW, "again": _NEW}


def _signed_in(user: User, password: str = "let-me-in") -> Client:
    browser = Client()
    assert browser.post("/sign-in", {"username": user.username, "password": password}).status_code == 302
    return browser


@pytest.mark.parametrize(("role", "screen"), [(Role.AGENT, "/desk/"), (Role.SUPERVISOR, "/admin/jobs/job/")])
def test_it_is_changed_and_the_other_sessions_end(role: str, screen: str) -> None:
    user = somebody(role)
    with scope(user.tenant):
        Agent.objects.create(user=user)
    here, elsewhere = _signed_in(user), _signed_in(user)
    for way in (ApiSession.Way.SOAP, ApiSession.Way.CODE):
        issue_token(user, way=way)
    assert _PAGE in here.get(screen).content.decode()

    answer = here.post(_PAGE, _SENT)
    assert "Everywhere else you are signed out" in here.get(answer["Location"]).content.decode()
    assert here.get(screen).status_code == 200
    assert elsewhere.get(_PAGE)["Location"].startswith("/sign-in")
    assert list(ApiSession.objects.values_list("way", flat=True)) == [ApiSession.Way.CODE]
    _signed_in(user, _NEW)
    with scope(user.tenant):
        noted = AuditEntry.objects.get(action=Action.CHANGED, object_key=str(user.pk))
    assert (noted.actor_id, noted.details) == (user.pk, {"password": ["…", "…"]})


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"current": "guess"}, "not your present password"),
        ({"current": "x\0"}, "Null characters"),
        ({"again": "a harbour at noon"}, "not the same as above"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "password", "again": "password"}, "too common"),
        ({"password": "let-me-in", "again": "let-me-in"}, "have already"),
        ({"password": "x" * 5_000, "again": "x" * 5_000}, "too long"),
        ({"current": ""}, "required"),
    ],
)
def test_what_cannot_be_is_said_at_the_field(client: Client, sent: dict[str, str], says: str) -> None:
    user = somebody()
    client.force_login(user)
    page = client.post(_PAGE, _SENT | sent).content.decode()
    assert says in page
    assert page.count('aria-invalid="true"') == 1
    assert _NEW not in page
    assert User.objects.get(pk=user.pk).check_password("let-me-in")


@override_settings(WRONG_PASSWORDS=2)
def test_guesses_count_as_at_signing_in(client: Client) -> None:
    user = somebody()
    client.force_login(user)
    for _ in range(2):
        client.post(_PAGE, _SENT | {"current": "guess"})
    assert b"too many wrong passwords" in client.post(_PAGE, _SENT).content
    assert (
        b"too many wrong passwords" in Client().post("/sign-in", {"username": user.username, "password": "x"}).content
    )
    with scope(user.tenant):
        assert AuditEntry.objects.filter(action=Action.SIGN_IN_FAILED).count() == 2 + 1
    FailedSignIn.objects.update(at=clock.now() - timedelta(minutes=16))
    assert client.post(_PAGE, _SENT).status_code == 302
    assert FailedSignIn.objects.count() == 2  # those that no longer count


def test_it_is_for_nobody_who_has_yet_to_show_a_second_factor(client: Client) -> None:
    user = somebody()
    session = client.session
    session[PENDING] = {"user": user.pk, "since": 0, "to": "/"}
    session.save()
    assert client.post(_PAGE, _SENT)["Location"].startswith("/sign-in")
    client.force_login(user)
    session = client.session
    session[PASSWORD_ALONE] = True
    session.save()
    assert client.post(_PAGE, _SENT)["Location"].startswith("/sign-in")
    assert User.objects.get(pk=user.pk).check_password("let-me-in")
