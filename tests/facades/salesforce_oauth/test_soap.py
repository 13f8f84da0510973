"""The SOAP login, as the two public clients and others send it."""

from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from django.test import Client, override_settings

from apps.accounts.models import User
from apps.accounts.passwords import security_token
from apps.tenants.models import Tenant
from tests.builders import PASSWORD
from tests.facades.salesforce_oauth.conftest import opens

PARTNER = "{urn:partner.soap.sforce.com}"
NAMESPACES = 'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:u="urn:partner.soap.sforce.com"'


def envelope(call: str, header: str = "") -> str:
    return f"<s:Envelope {NAMESPACES}><s:Header>{header}</s:Header><s:Body>{call}</s:Body></s:Envelope>"


def login(user: User, password: str = PASSWORD, header: str = "") -> str:
    call = f"<u:username>{escape(user.username)}</u:username><u:password>{escape(password)}</u:password>"
    return envelope(f"<u:login>{call}</u:login>", header)


def post(body: Any, path: str = "/services/Soap/u/59.0") -> Any:
    return Client().post(path, body, content_type="text/xml")


def fault(answer: Any) -> tuple[str, str]:
    assert answer.status_code == 500
    root = ElementTree.fromstring(answer.content)
    code = root.findtext(".//{urn:fault.partner.soap.sforce.com}exceptionCode")
    message = root.findtext(".//{urn:fault.partner.soap.sforce.com}exceptionMessage")
    assert code
    assert message
    assert root.findtext(".//faultstring") == f"{code}: {message}"
    assert b"<sf:exceptionCode>" in answer.content  # a published client looks for the prefix itself
    return code, message


@pytest.mark.parametrize("path", ["/services/Soap/u/50.0", "/services/Soap/u/59.0/", "/services/Soap/u/67"])
def test_login_and_logout(user: User, path: str) -> None:
    answer = post(login(user), path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/xml;charset=UTF-8"
    result = ElementTree.fromstring(answer.content).find(f".//{PARTNER}result")
    assert result is not None
    told = {element.tag.removeprefix(PARTNER): element.text for element in result.iter()}
    assert told["userId"] == user.public_id
    assert told["organizationId"] == user.tenant.org_id
    assert told["passwordExpired"] == "false"
    assert told["serverUrl"] == f"http://testserver{path.rstrip('/')}/{user.tenant.org_id}"
    token = str(told["sessionId"])
    assert opens(token) == 200

    leave = envelope("<u:logout/>", f"<u:SessionHeader><u:sessionId>{token}</u:sessionId></u:SessionHeader>")
    gone = post(leave, f"{path.rstrip('/')}/{user.tenant.org_id}")
    assert gone.status_code == 200
    assert b'<logoutResponse xmlns="urn:partner.soap.sforce.com"></logoutResponse>' in gone.content
    assert opens(token) == 401
    assert fault(post(leave))[0] == "INVALID_SESSION_ID"


def test_the_enterprise_address_speaks_its_own_vocabulary(user: User) -> None:
    body = post(login(user), "/services/Soap/c/59.0").content
    assert b'xmlns="urn:enterprise.soap.sforce.com"' in body
    assert b"/services/Soap/c/59.0/" in body


def test_signs_in_a_password_and_the_security_token(user: User) -> None:
    user.set_password('a<b>&"c')
    user.save()
    assert post(login(user, 'a<b>&"c')).status_code == 200
    assert post(login(user, 'a<b>&"c' + security_token(user))).status_code == 200


def test_an_organisation_may_be_named(user: User, other_tenant: Tenant) -> None:
    def named(org: str) -> Any:
        header = f"<u:LoginScopeHeader><u:organizationId>{org}</u:organizationId></u:LoginScopeHeader>"
        return post(login(user, header=header))

    assert named(user.tenant.org_id[:15]).status_code == 200
    assert fault(named(other_tenant.org_id))[0] == "INVALID_LOGIN"
    assert fault(named("nonsense"))[0] == "INVALID_LOGIN"


def switch_off(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def suspend(user: User) -> None:
    Tenant.objects.filter(pk=user.tenant_id).update(is_active=False)


@pytest.mark.parametrize(("before", "code"), [(switch_off, "INVALID_LOGIN"), (suspend, "ORG_LOCKED")])
def test_who_may_not_come_in(user: User, before: Any, code: str) -> None:
    before(user)
    assert fault(post(login(user)))[0] == code


@override_settings(WRONG_PASSWORDS=1)
def test_wrong_passwords(user: User) -> None:
    wrong = "Invalid username, password, security token; or user locked out."
    assert fault(post(login(user, "wrong"))) == ("INVALID_LOGIN", wrong)
    assert fault(post(login(user)))[0] == "LOGIN_RATE_EXCEEDED"


@override_settings(WRONG_PASSWORDS=1)
def test_somebody_with_a_cookie_guesses_no_more_than_others(user: User, client: Client) -> None:
    client.force_login(user)
    for code in ("INVALID_LOGIN", "LOGIN_RATE_EXCEEDED"):
        answer = client.post("/services/Soap/u/59.0", login(user, "wrong"), content_type="text/xml")
        assert fault(answer)[0] == code


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "INVALID_SOAP"),
        ("<a", "INVALID_SOAP"),
        ("<a/>", "INVALID_SOAP"),
        (b"\xff\xfe\x00\x01", "INVALID_SOAP"),
        ('<?xml version="1.0" encoding="nonsense"?><a/>', "INVALID_SOAP"),
        (BOMB + envelope("<u:login><u:username>&b;</u:username></u:login>"), "INVALID_SOAP"),
        (OUTSIDE + envelope("<u:login><u:username>&a;</u:username></u:login>"), "INVALID_SOAP"),
        (envelope(""), "INVALID_SOAP"),
        (envelope("<u:login/>"), "INVALID_LOGIN"),
        (
            envelope("<u:query><u:queryString>SELECT Id FROM User</u:queryString></u:query>"),
            "FUNCTIONALITY_NOT_ENABLED",
        ),
        (envelope("<u:logout/>"), "INVALID_SESSION_ID"),
        ("<a>" * 5000 + "</a>" * 5000, "INVALID_SOAP"),
        (envelope("<u:login>" + "<a>" * 5000 + "</a>" * 5000 + "</u:login>"), "INVALID_LOGIN"),
        ("x" * 3_000_000, "INVALID_SOAP"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_everything_else_is_a_fault(db: None, body: Any, code: str) -> None:
    answer = post(body)
    assert fault(answer)[0] == code
    assert b"passwd" not in answer.content


def test_versions_and_methods(user: User) -> None:
    for version in ("19.0", "68.0"):
        assert fault(post(login(user), f"/services/Soap/u/{version}"))[0] == "UNSUPPORTED_API_VERSION"
    assert Client().get("/services/Soap/u/59.0").status_code == 405
