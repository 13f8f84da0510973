"""Pages of other origins (15.8). Which, is a setting; with credentials, the origin has to be named."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from apps.facades.cometd import csrf

_HEADERS = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "X-Requested-With, Content-Type, Accept, Origin, Cookie, authorization, ssid, "
    f"surl, ContactCenterId, {csrf.HEADER}",
    "Access-Control-Expose-Headers": f"{csrf.NAMING_HEADER}, {csrf.HEADER}",
}


def allow(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response, readable for a page whose origin `CORS_ORIGINS` names."""
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin")
    if origin and origin in settings.CORS_ORIGINS:
        for name, value in (_HEADERS | {"Access-Control-Allow-Origin": origin}).items():
            response[name] = value
    return response
