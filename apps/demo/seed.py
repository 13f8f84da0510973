"""Fills the demo: two tenants, the people, queues and numbers of the first, and some days of its past."""

from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.db import transaction

from apps.accounts.models import User
from apps.common import clock
from apps.demo import leftovers, setup
from apps.demo.history import Past
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenter, CallCenterKey

Report = Callable[[str, int, int], None]  # what, how much of it is done, of how much


def seed(report: Report, *, known_key: str | None = None, traffic: bool = True) -> dict[str, Any]:
    """Make what is missing; a second start keeps everything. Returns what a script needs to sign in.

    `known_key` is the call centre's private key that an earlier start returned: it is stored nowhere else. Without
    `traffic`, nobody is left ready and nothing waits; with it, only what a simulation left in mid-air is ended.
    """
    tenant = Tenant.objects.filter(name=setup.TENANT).first() or _fill(report)
    for each in Tenant.objects.filter(name__in=(setup.TENANT, setup.OTHER_TENANT)):
        leftovers.clear(each, everything=not traffic)
    with scope(tenant):
        users = User.objects.filter(tenant=tenant).order_by("id")
        return {
            "tenant_id": str(tenant.uuid),
            "org_id": tenant.org_id,
            "call_center": {
                "api_name": setup.CALL_CENTER,
                "private_key": _private_key(known_key),
                "number": setup.NUMBER,
            },
            "users": [{"username": user.username, "password": setup.PASSWORD, "role": user.role} for user in users],
            "queues": list(Queue.objects.order_by("id").values_list("name", flat=True)),
        }


def _fill(report: Report) -> Tenant:
    what = "People, queues, numbers"
    report(what, 0, 2)
    with transaction.atomic():  # both or none: a second start makes only what is wholly missing
        tenant = setup.make_harbour()
        report(what, 1, 2)
        setup.make_northgate()
    report(what, 2, 2)
    Past(tenant, clock.now(), tell=lambda done: report("A week of contacts", done, settings.DEMO_CONTACTS)).happen()
    return tenant


def _private_key(known: str | None) -> str:
    """The call centre's private key; a new one, good beside the old ones, if none is known."""
    center = CallCenter.objects.get(internal_name=setup.CALL_CENTER)
    if known and center.keys.filter(retired_at=None).exists():
        return known
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    CallCenterKey.objects.create(call_center=center, public_key=public)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
