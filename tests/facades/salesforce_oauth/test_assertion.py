"""Assertions that a client signs itself: what is taken, and what somebody might forge."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import ApiClient, UsedAssertion, User
from apps.accounts.operations.sign_in import forget_attempts
from apps.common import clock
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user
from tests.facades.salesforce_oauth.conftest import JWT_BEARER, App, opens, sign
from tests.telephony import private_key, public_pem


def now() -> int:
    return int(time.time())


def refusal(answer: Any) -> tuple[str, str]:
    assert answer.status_code == 400
    body = answer.json()
    return body["error"], body["error_description"]


def test_an_assertion_opens_a_session(app: App) -> None:
    body = app.with_assertion().json()
    assert set(body) == {"access_token", "scope", "instance_url", "id", "token_type"}
    assert body["id"].endswith(app.user.public_id)
    assert opens(body["access_token"]) == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "http://testserver"},
        {"aud": "http://testserver/services/oauth2/token"},
        {"aud": "https://test.salesforce.com"},
        {"aud": "https://harbour.my.salesforce.com"},
        {"aud": ["https://elsewhere.example", "https://login.salesforce.com/"]},
    ],
)
def test_what_clients_write(app: App, claims: dict[str, Any]) -> None:
    assert app.with_assertion(claims).status_code == 200


@pytest.mark.parametrize("written", [int, float, str, "{:.1f}".format], ids=["int", "float", "text", "fraction"])
def test_the_end_is_a_number_or_a_text(app: App, written: Any) -> None:
    assert app.with_assertion({"exp": written(now() + 170)}).status_code == 200


AUDIENCE = ("invalid_grant", "Audience validation failed")
FORGED = ("invalid_grant", "invalid assertion")
NOT_APPROVED = ("invalid_grant", "user hasn't approved this consumer")
NO_EXP = ("invalid_grant", "the assertion has no usable exp")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"iss": "nobody"}, ("invalid_client_id", "client identifier invalid")),
        ({"iss": None}, ("invalid_grant", "the assertion has no usable iss")),
        ({"iss": 5}, ("invalid_grant", "the assertion has no usable iss")),
        ({"iss": "a\x00"}, ("invalid_grant", "the assertion has no usable iss")),
        ({"sub": "nobody"}, NOT_APPROVED),
        ({"sub": "a\ud800"}, ("invalid_grant", "the assertion has no usable sub")),
        ({"sub": None}, ("invalid_grant", "the assertion has no usable sub")),
        ({"aud": "https://elsewhere.example"}, AUDIENCE),
        ({"aud": "https://evilsalesforce.com"}, AUDIENCE),
        ({"aud": "http://login.salesforce.com"}, AUDIENCE),
        ({"aud": "https://login.salesforce.com@elsewhere.example"}, AUDIENCE),
        ({"aud": "https://["}, AUDIENCE),
        ({"aud": None}, AUDIENCE),
        ({"aud": {"https://login.salesforce.com": 1}}, AUDIENCE),
        ({"exp": 0}, ("invalid_grant", "the assertion has expired")),
        ({"exp": str(now() + 3600)}, ("invalid_grant", "the assertion lives longer than three minutes")),
        ({"exp": None}, NO_EXP),
        ({"exp": True}, NO_EXP),
        ({"exp": "soon"}, NO_EXP),
        ({"exp": "inf"}, NO_EXP),
        ({"exp": "1e400"}, NO_EXP),
        ({"exp": {}}, NO_EXP),
        ({"jti": 5}, ("invalid_grant", "the assertion has no usable jti")),
    ],
)
def test_claims_that_are_refused(app: App, claims: dict[str, Any], expected: tuple[str, str]) -> None:
    assert refusal(app.with_assertion(claims)) == expected


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def with_public_key_as_secret(claims: Any) -> str:
    """The library that signs refuses to; a forger's does not."""
    text = f"{encoded({'alg': 'HS256'})}.{encoded(claims)}"
    mark = hmac.new(public_pem(private_key()).encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def test_forgeries(app: App) -> None:
    whole = sign(app.claims())
    head, body, signature = whole.split(".")
    forged = [
        sign(app.claims(), key=private_key(1)),
        with_public_key_as_secret(app.claims()),
        f"{encoded({'alg': 'none'})}.{body}.",
        sign(app.claims(), algorithm="RS512"),
        f"{head}.{body}.",
        f"{head}.{sign(app.claims(sub='admin')).split('.')[1]}.{signature}",
        "nonsense",
        "a.b.c",
        "." * 5000,
        "é.é.é",
        sign(["no", "claims"]),
    ]
    for text in forged:
        answer = Client().post("/services/oauth2/token", {"grant_type": JWT_BEARER, "assertion": text})
        assert refusal(answer) == FORGED, text[:100]


def test_without_an_assertion(app: App) -> None:
    answer = Client().post("/services/oauth2/token", {"grant_type": JWT_BEARER})
    assert refusal(answer) == ("invalid_request", "missing required parameter: assertion")


def test_a_jti_counts_once(app: App) -> None:
    claims = {"jti": "one"}
    assert app.with_assertion(claims).status_code == 200
    assert refusal(app.with_assertion(claims)) == ("invalid_grant", "the assertion was used before")
    forget_attempts()
    assert UsedAssertion.objects.count() == 1
    UsedAssertion.objects.update(expires_at=clock.now().replace(year=2020))
    forget_attempts()
    assert UsedAssertion.objects.count() == 0


def test_without_one_it_may_come_again_until_it_expires(app: App) -> None:
    claims = app.claims()
    assert [app.with_assertion(claims).status_code for _ in range(2)] == [200, 200]


def test_a_client_without_a_certificate(app: App) -> None:
    ApiClient.objects.update(certificate="")
    assert refusal(app.with_assertion()) == ("invalid_grant", "no certificate is stored for this client")


def test_a_key_that_was_replaced(app: App) -> None:
    ApiClient.objects.update(certificate=public_pem(private_key(1)))
    assert refusal(app.with_assertion()) == FORGED
    assert app.with_assertion(key=private_key(1)).status_code == 200


def test_somebody_else_has_to_approve_first(app: App, tenant: Tenant, other_tenant: Tenant) -> None:
    with scope(tenant):
        colleague = make_user("agent")
    claims = {"sub": colleague.username}
    assert refusal(app.with_assertion(claims)) == NOT_APPROVED
    ApiClient.objects.update(skip_authorization=True)
    assert app.with_assertion(claims).status_code == 200
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert refusal(app.with_assertion(claims)) == ("inactive_user", "user is inactive")
    with scope(other_tenant):
        stranger = make_user("admin")
    assert refusal(app.with_assertion({"sub": stranger.username})) == NOT_APPROVED
