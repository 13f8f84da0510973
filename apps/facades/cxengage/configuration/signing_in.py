"""Sign-in follow-up: who the token is, and what is allowed on which tenant (cxengage 2.2)."""

from typing import cast

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.accounts.permissions import permissions_of
from apps.facades.base import TenantView
from apps.facades.cxengage import auth
from apps.facades.cxengage.payloads.formats import Row
from apps.facades.cxengage.views import CxEngageView, JsonOnly
from apps.tenants.models import Tenant


class _Mine(JsonOnly, TenantView):
    authentication_classes = [auth.CxEngageAuthentication]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        super().initial(request, *args, **kwargs)
        if not request.user:
            raise NotAuthenticated("Sign in first.")
        auth.count(cast(User, request.user))


class Login(_Mine):
    def post(self, request: Request) -> Response:
        return Response({"result": _person(cast(User, request.user))})


class Me(_Mine):
    def get(self, request: Request) -> Response:
        return Response({"result": _person(cast(User, request.user))})


class Tenants(_Mine):
    """Those of which the caller is a member: one."""

    def get(self, request: Request) -> Response:
        return Response({"result": [_tenant(cast(User, request.user).tenant)]})


class OneTenant(CxEngageView):
    permission = None

    def get(self, request: Request, tenant_id: str) -> Response:
        return Response({"result": _tenant(self.caller.tenant)})


def _tenant(tenant: Tenant) -> Row:
    return {
        "id": str(tenant.uuid),
        "tenantId": str(tenant.uuid),
        "name": tenant.name,
        "timezone": tenant.time_zone,
        "active": tenant.is_active,
    }


def _person(user: User) -> Row:
    tenant = {
        "tenantId": str(user.tenant.uuid),
        "id": str(user.tenant.uuid),
        "tenantName": user.tenant.name,
        "name": user.tenant.name,
        "tenantTimezone": user.tenant.time_zone,
        "tenantActive": user.tenant.is_active,
        "tenantPermissions": sorted(permissions_of(user)),
        "permissions": sorted(permissions_of(user)),
    }
    return {
        "userId": str(user.uuid),
        "id": str(user.uuid),
        "username": user.username,
        "email": user.email or user.username,
        "firstName": user.first_name,
        "lastName": user.last_name,
        "defaultTenant": str(user.tenant.uuid),
        "tenants": [tenant],
    }
