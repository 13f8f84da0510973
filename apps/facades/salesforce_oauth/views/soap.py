"""`/services/Soap/u/{version}` and `/c/`: login and logout, and nothing else (sobjects 12.4, P-37)."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.accounts.models import ApiSession, User
from apps.accounts.operations import issue_token
from apps.accounts.operations.sign_in import admit, user_by_password
from apps.accounts.operations.tokens import LIFE, revoke
from apps.accounts.refusals import Refusal, SignInRefused
from apps.common.public_ids import key_of
from apps.facades.addresses import base_url
from apps.facades.salesforce_oauth.grants import DEFAULT_SCOPES
from apps.facades.salesforce_oauth.soap_messages import Call, Fault, fault, read, result
from apps.tenants.models import ORGANIZATION_PREFIX

_VOCABULARIES = {"u": "partner", "c": "enterprise"}
_VERSIONS = range(20, 68)  # P-01
_WRONG = "Invalid username, password, security token; or user locked out."
_REFUSALS = {
    Refusal.TENANT: ("ORG_LOCKED", "the organization is locked"),
    Refusal.RATE: ("LOGIN_RATE_EXCEEDED", "too many logins; try again later"),
}


@method_decorator(csrf_exempt, name="dispatch")
class SoapView(View):
    """Faults are status 500, as SOAP 1.1 has it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, kind: str, version: str, organization: str = "") -> HttpResponse:
        vocabulary = _VOCABULARIES[kind.lower()]
        try:
            if int(version.partition(".")[0]) not in _VERSIONS:
                raise Fault("UNSUPPORTED_API_VERSION", f"API version {version} is not supported")
            return _answer(_call(request, read(_body(request)), vocabulary, f"{kind}/{version}"))
        except Fault as refused:
            return _answer(fault(vocabulary, refused), status=500)


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except (RequestDataTooBig, UnreadablePostError):
        raise Fault("INVALID_SOAP", "the request is too long, or ended early") from None


def _call(request: HttpRequest, call: Call, vocabulary: str, address: str) -> str:
    match call.name:
        case "login":
            return result(vocabulary, "login", **_login(request, call, address))
        case "logout":
            if not revoke(call.headers.get("sessionId", "")):
                raise Fault("INVALID_SESSION_ID", "Invalid Session ID found in SessionHeader")
            return result(vocabulary, "logout")
    raise Fault("FUNCTIONALITY_NOT_ENABLED", "only login and logout are offered here; use the REST API")


def _login(request: HttpRequest, call: Call, address: str) -> dict[str, Any]:
    try:
        user = user_by_password(call.values.get("username", ""), call.values.get("password", ""))
        admit(user)
    except SignInRefused as refused:
        raise Fault(*_REFUSALS.get(refused.why, ("INVALID_LOGIN", _WRONG)), "LoginFault") from None
    organization = call.headers.get("organizationId")
    if organization and key_of(organization.strip(), ORGANIZATION_PREFIX) != user.tenant_id:
        raise Fault("INVALID_LOGIN", _WRONG, "LoginFault")
    base, org = base_url(request), user.tenant.org_id
    return {
        "metadataServerUrl": f"{base}/services/Soap/m/{address.partition('/')[2]}/{org}",
        "passwordExpired": False,
        "sandbox": False,
        "serverUrl": f"{base}/services/Soap/{address}/{org}",
        "sessionId": issue_token(user, scopes=DEFAULT_SCOPES, way=ApiSession.Way.SOAP),
        "userId": user.public_id,
        "userInfo": _about(user),
    }


def _about(user: User) -> dict[str, Any]:
    return {
        "organizationId": user.tenant.org_id,
        "organizationMultiCurrency": False,
        "organizationName": user.tenant.name,
        "sessionSecondsValid": round(LIFE.total_seconds()),
        "userEmail": user.email,
        "userFullName": user.name,
        "userId": user.public_id,
        "userLanguage": "en_US",
        "userLocale": "en_US",
        "userName": user.username,
        "userTimeZone": user.time_zone,
        "userType": "Standard",
    }


def _answer(text: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(
        text, status=status, content_type="text/xml;charset=UTF-8", headers={"Cache-Control": "no-store"}
    )
    # A fault is no failure of ours: nothing to log, nothing to undo.
    answer._has_been_logged = answer.stands = True  # type: ignore[attr-defined]
    return answer
