"""Fills the demo: a tenant and its people."""

from collections.abc import Callable
from typing import Any

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.tenants.models import Tenant

PASSWORD = "harbour-2-demo"
_PEOPLE = {"admin": Role.ADMIN, "supervisor": Role.SUPERVISOR, "agent": Role.AGENT, "integration": Role.INTEGRATION}


def seed(report: Callable[[str, int, int], None], *, known_key: str | None = None) -> dict[str, Any]:
    """Make what is missing; a second start keeps everything. Returns what a script needs to sign in.

    `known_key` is the call centre's private key that an earlier start returned: it is stored nowhere else.
    """
    tenant = Tenant.objects.first() or Tenant.objects.create(name="Harbour Utilities")
    users = []
    for place, (username, role) in enumerate(_PEOPLE.items()):
        user, is_new = User.objects.get_or_create(username=username, defaults={"tenant": tenant, "role": role})
        if is_new:
            user.set_password(PASSWORD)
            user.save()
        users.append({"username": username, "password": PASSWORD, "role": role.value})
        report("People", place + 1, len(_PEOPLE))
    return {
        "tenant_id": str(tenant.uuid),
        "org_id": tenant.org_id,
        "call_center": {"api_name": "", "private_key": known_key or "", "number": ""},
        "users": users,
        "queues": [],
    }
