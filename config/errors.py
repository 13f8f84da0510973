"""Answers to requests that no view answered: unknown addresses, mistakes of ours, a database that is away.

Below a dialect's paths in that dialect's own form; to everybody else a page, in the reader's language.
"""

import sys
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views import defaults

from apps.accounts.language import is_screen, language_of
from apps.common.away import is_away
from apps.facades.cometd import errors as cometd
from apps.facades.cxengage import errors as cxengage
from apps.facades.genesys import errors as genesys
from apps.facades.salesforce import errors as salesforce
from apps.facades.salesforce_oauth import errors as oauth
from apps.facades.salesforce_telephony import errors as telephony

_AWAY = 503
_AGAIN_SECONDS = "5"
_FORMS: dict[str, Callable[[int], HttpResponse]] = {  # the first that fits
    "/api/": genesys.unanswered,
    "/v1/": cxengage.unanswered,
    "/telephony/": telephony.unanswered,
    "/services/oauth2/": oauth.unanswered,
    "/services/Soap/": oauth.unanswered_soap,
    "/services/": salesforce.unanswered,
    "/id/": salesforce.unanswered,
    "/cometd/": cometd.unanswered,
    "/events/": cometd.unanswered,
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, lambda: defaults.bad_request(request, exception))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, lambda: defaults.permission_denied(request, exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, lambda: defaults.page_not_found(request, exception))


def failed(request: HttpRequest) -> HttpResponse:
    """A mistake of ours; or the database is away, which passes."""
    if not is_away(sys.exception()):
        return _answer(request, 500, lambda: defaults.server_error(request))
    answer = _answer(request, _AWAY, lambda: defaults.server_error(request, template_name="503.html"))
    answer.status_code = _AWAY
    answer["Retry-After"] = _AGAIN_SECONDS
    return answer


def _answer(request: HttpRequest, status: int, page: Callable[[], Any]) -> HttpResponse:
    form = _form(request.path)
    if form:
        answer = form(status)
    else:
        with translation.override(language_of(request)):
            answer = page()
            answer["Content-Language"] = translation.get_language() or ""
        patch_vary_headers(answer, ("Accept-Language", "Cookie"))
    answer["Cache-Control"] = "no-store"
    return answer


def _form(path: str) -> Callable[[int], HttpResponse] | None:
    if is_screen(path):
        return None
    return next((form for prefix, form in _FORMS.items() if f"{path}/".startswith(prefix)), None)
