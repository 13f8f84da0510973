"""Who somebody is, in the two shapes that clients ask for (sobjects 12.2, 12.3)."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from apps.accounts.models import User
from apps.common import clock
from apps.facades.addresses import base_url
from apps.facades.salesforce_oauth.answers import identity_url

_SERVICES = {
    "enterprise": "/services/Soap/c/{version}/{org}",
    "metadata": "/services/Soap/m/{version}/{org}",
    "partner": "/services/Soap/u/{version}/{org}",
    "rest": "/services/data/v{version}/",
    "sobjects": "/services/data/v{version}/sobjects/",
    "search": "/services/data/v{version}/search/",
    "query": "/services/data/v{version}/query/",
    "recent": "/services/data/v{version}/recent/",
    "tooling_soap": "/services/Soap/T/{version}/{org}",
    "tooling_rest": "/services/data/v{version}/tooling/",
    "profile": "/{user}",
    "feeds": "/services/data/v{version}/chatter/feeds",
    "groups": "/services/data/v{version}/chatter/groups",
    "users": "/services/data/v{version}/chatter/users",
    "feed_items": "/services/data/v{version}/chatter/feed-items",
    "feed_elements": "/services/data/v{version}/chatter/feed-elements",
    "custom_domain": "",
}
_LOCALE = "en_US"


def user_info(request: HttpRequest, user: User) -> dict[str, Any]:
    """The answer of `/services/oauth2/userinfo`."""
    base = base_url(request)
    return {
        "sub": identity_url(request, user),
        "user_id": user.public_id,
        "organization_id": user.tenant.org_id,
        "preferred_username": user.username,
        "nickname": user.username,
        "name": user.name,
        "email": user.email,
        "email_verified": bool(user.email),
        "given_name": user.first_name or None,
        "family_name": user.last_name or user.username,
        "zoneinfo": user.time_zone,
        "photos": _photos(base),
        "profile": f"{base}/{user.public_id}",
        "picture": _photos(base)["picture"],
        "address": {},
        "urls": _urls(base, user, "{version}"),
        **_common(user),
        "updated_at": _stamp(user),
        "is_salesforce_integration_user": False,
    }


def identity(request: HttpRequest, user: User, version: str = "{version}") -> dict[str, Any]:
    """The answer of the identity URL. `version` takes the place of `{version}` in the addresses."""
    base = base_url(request)
    return {
        "id": identity_url(request, user),
        "asserted_user": True,
        "user_id": user.public_id,
        "organization_id": user.tenant.org_id,
        "username": user.username,
        "nick_name": user.username,
        "display_name": user.name,
        "email": user.email,
        "email_verified": bool(user.email),
        "first_name": user.first_name or None,
        "last_name": user.last_name or user.username,
        "timezone": user.time_zone,
        "photos": _photos(base),
        "addr_street": None,
        "addr_city": None,
        "addr_state": None,
        "addr_country": None,
        "addr_zip": None,
        "mobile_phone": None,
        "mobile_phone_verified": False,
        "is_lightning_login_user": False,
        "status": {"created_date": None, "body": None},
        "urls": _urls(base, user, version),
        **_common(user),
        "last_modified_date": _stamp(user),
    }


def _common(user: User) -> dict[str, Any]:
    offset = clock.now().astimezone(user.zone).utcoffset() or timedelta()
    return {
        "active": user.is_active,
        "user_type": "STANDARD",
        "language": _LOCALE,
        "locale": _LOCALE,
        "utcOffset": round(offset.total_seconds()) * 1000,
        "is_app_installed": True,
    }


def _photos(base: str) -> dict[str, str]:
    """Nobody has a photo of their own; both keys are documented."""
    sign = f"{base}/static/switchroom/logo.svg"
    return {"picture": sign, "thumbnail": sign}


def _urls(base: str, user: User, version: str) -> dict[str, str]:
    org = user.tenant.org_id
    return {name: base + path.format(version=version, org=org, user=user.public_id) for name, path in _SERVICES.items()}


def _stamp(user: User) -> str:
    return user.last_modified_date.strftime("%Y-%m-%dT%H:%M:%S.000+0000")
