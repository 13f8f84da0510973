"""Who the bearer of a token is (sobjects 12.2, 12.3)."""

import re
from typing import Any
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import USER_PREFIX, User
from apps.accounts.operations import prolong
from apps.accounts.tokens import signed_in
from apps.common.public_ids import key_of
from apps.facades.salesforce import SCHEMES, BearerToken, SalesforceView, StrictJSON
from apps.facades.salesforce.xml import document, text_of
from apps.facades.salesforce_oauth.people import identity, user_info
from apps.tenants.models import ORGANIZATION_PREFIX

_VERSION = re.compile(r"\d{1,3}(\.\d)?")


class AnyToken(BearerToken):
    opens_data = False


class UserInfoView(SalesforceView):
    """Anybody with a valid token, whatever its scopes."""

    authentication_classes = [AnyToken]
    parser_classes = [StrictJSON, FormParser, MultiPartParser]

    def get(self, request: Request) -> Response:
        assert isinstance(request.user, User)
        return Response(user_info(request._request, request.user), headers={"Cache-Control": "no-store"})

    def post(self, request: Request) -> Response:
        return self.get(request)


class IdentityView(View):
    """The one resource that takes the token as a parameter, too. Says in a word why it does not answer (P-40)."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, organization: str, user_id: str) -> HttpResponse:
        token = _token(request) or request.GET.get("oauth_token", "")
        if not token:
            return _refused("Missing_OAuth_Token")
        found = signed_in(token)
        if found is None or found.is_expired:
            return _refused("Bad_OAuth_Token")
        user = found.user
        if key_of(organization, ORGANIZATION_PREFIX) != user.tenant_id:
            return _refused("Wrong_Org")
        if key_of(user_id, USER_PREFIX) != user.pk:
            return _refused("Wrong_User")
        prolong(found)
        version = request.GET.get("version", "")
        answer = identity(request, user, version if _VERSION.fullmatch(version) else "{version}")
        return _answer(answer, request.GET.get("format", ""))


def _token(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() in SCHEMES else ""


def _refused(why: str) -> HttpResponse:
    return HttpResponse(why, status=403, content_type="text/plain;charset=UTF-8", headers=_NO_STORE)


def _answer(body: dict[str, Any], form: str) -> HttpResponse:
    if form.lower() != "xml":
        return JsonResponse(body, content_type="application/json;charset=UTF-8", headers=_NO_STORE)
    root = ElementTree.Element("user")
    _fill(root, body)
    return HttpResponse(document(root), content_type="application/xml;charset=UTF-8", headers=_NO_STORE)


def _fill(element: ElementTree.Element, value: Any) -> None:
    if isinstance(value, dict):
        for name, part in value.items():
            _fill(ElementTree.SubElement(element, name), part)
    elif value is not None:
        element.text = text_of(value)


_NO_STORE = {"Cache-Control": "no-store"}
