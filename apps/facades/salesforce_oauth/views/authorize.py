"""Where a person lets a client in: sign in, see who asks for what, allow or deny (sobjects 12.1)."""

from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from oauth2_provider.http import OAuth2ResponseRedirect

from apps.accounts.models import User
from apps.accounts.operations.approvals import approve
from apps.facades.salesforce_oauth import parameters
from apps.facades.salesforce_oauth.errors import OAuthError
from apps.facades.salesforce_oauth.requests import AuthorizationRequest, NotReturnable

_WORDS = {
    "api": "Read and change records in your name",
    "full": "Read and change records in your name",
    "id": "See who you are",
    "refresh_token": "Stay signed in until you or an administrator end it",
    "offline_access": "Stay signed in until you or an administrator end it",
}
_OTHER = "Also asked for: {}. Nothing here goes by that."


class AuthorizeView(View):
    """The answer goes back by way of the browser, to an address that the client has registered and to no other."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        """The page's two buttons."""
        return self._answer(request, request.POST.get("decision", ""))

    def _answer(self, request: HttpRequest, decision: str = "") -> HttpResponse:
        try:
            asked = AuthorizationRequest.of(parameters.once(request.GET))
        except OAuthError as refused:
            return render(request, "accounts/no_approval.html", {"why": refused}, status=400)
        try:
            asked.check()
            return self._decide(request, asked, decision)
        except NotReturnable as refused:
            return render(request, "accounts/no_approval.html", {"why": refused}, status=403)
        except OAuthError as refused:
            return _back(asked, error=refused.error, error_description=refused.description)

    def _decide(self, request: HttpRequest, asked: AuthorizationRequest, decision: str) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or ("login" in asked.prompt and not decision):
            return _sign_in(request, asked)
        if user.tenant_id != asked.client.tenant_id:
            raise NotReturnable("invalid_client_id", "the application belongs to another organisation")
        if decision == "deny":
            raise OAuthError("access_denied", "end-user denied authorization")
        if decision != "allow" and asked.needs_consent(user):
            if "none" in asked.prompt:
                raise OAuthError("consent_required", "the user has not approved this application")
            return _page(request, asked)
        code = approve(
            asked.client, user, scopes=asked.scopes, redirect_uri=asked.redirect_uri, challenge=asked.challenge
        )
        return _back(asked, code=code)


def _sign_in(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """By the one page for it. Who has to sign in again is signed out first, and asked for it once."""
    if "none" in asked.prompt:
        raise OAuthError("login_required", "nobody is signed in")
    if request.user.is_authenticated:
        logout(request)
    rest = dict(asked.sent) | {"prompt": " ".join(asked.prompt - {"login"})}
    return redirect_to_login(f"{request.path}?{urlencode(rest)}", "/sign-in")


def _page(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    answer = render(
        request,
        "accounts/approve.html",
        {"client": asked.client, "wishes": _wishes(asked.scopes), "returns_to": urlsplit(asked.redirect_uri).netloc},
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _wishes(scopes: str) -> list[str]:
    words = scopes.split()
    wishes = list(dict.fromkeys(_WORDS[word] for word in words if word in _WORDS))
    others = [word for word in words if word not in _WORDS]
    return wishes + ([_OTHER.format(", ".join(others))] if others else [])


def _back(asked: AuthorizationRequest, **answer: str) -> HttpResponse:
    where = asked.answered(**answer)
    back: HttpResponse = OAuth2ResponseRedirect(where, asked.client.get_allowed_schemes())
    back["Cache-Control"] = "no-store"
    back["Referrer-Policy"] = "no-referrer"
    return back
