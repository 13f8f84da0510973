"""Pages of the administration for one past, as JSON: name -> address and who opens it; `count`: -> its statements.

Run with the database of that past (`past.run`). The names are the same for every past.
"""

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from http.client import OK
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

import django_filters  # noqa: E402  what follows has models
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.accounts.models import User  # noqa: E402
from apps.engagements.field_filters import DayFilter, NumberFilter  # noqa: E402
from apps.engagements.lists import LISTS  # noqa: E402
from apps.supervision.site import site  # noqa: E402
from apps.tenants.scope import scope  # noqa: E402

_NAME = "Bao"  # of many among many
_PEOPLE = "John"  # of more than a page holds among few, too
_LIMITED = ("team", "queue")  # `lists` makes them
_ADMIN = "/admin/"
_NO_LISTS = ("bulkrow", "tenant")  # told of by a job; a form of one row
_ASKED = {
    "audit/auditentry/": ("?kind=records", "?kind=people", "?object=queue"),
    "directory/crmrecord/": (f"?q={_PEOPLE}", f"?q={_PEOPLE}&o=-1", "?o=1"),
    "voice_calls/contactrequest/": ("?status=New", "?q=%2B44+20+0010+0000", "?o=5"),
    "webhooks/webhookdelivery/": ("?q=500", "?state__exact=given_up"),
    "engagements/conversationentry/": ("?q=refund",),
}


def pages(supervisor: User, admin: User) -> Iterator[tuple[str, User]]:
    """First pages, everything that lists are sorted and narrowed by, and the pages of a record."""
    for name, listed in LISTS.items():
        base = reverse(f"admin:{listed.sobject.model._meta.label_lower.replace('.', '_')}_changelist")
        for asked in ("", "?deleted=1", *(f"?order={order}" for order in listed.sortings if order)):
            yield base + asked, supervisor
        for asked in ("", "?deleted=1", f"?q={_NAME}"):
            yield from ((base + asked, user) for user in _limited(supervisor))
        filters = listed.filterset({}, queryset=listed.seen_by(supervisor, {})).filters
        yield from ((f"{base}?{urlencode({each: _value(one)})}", supervisor) for each, one in filters.items())
        newest = listed.sobject.model._default_manager.order_by("-pk").first()
        yield _page_of(name, newest), supervisor
    own = {listed.sobject.model for listed in LISTS.values()}
    for model in site._registry:
        base = f"{model._meta.app_label}/{model._meta.model_name}/"
        if model not in own and model._meta.model_name not in _NO_LISTS:
            yield from ((_ADMIN + base + asked, admin) for asked in ("", *_ASKED.get(base, ())))


def _limited(supervisor: User) -> Iterator[User]:
    yield from User.objects.filter(username__in=[f"{supervisor.username}.{name}" for name in _LIMITED])


def _value(one: Any) -> str:
    if isinstance(one, DayFilter | django_filters.DateFilter):
        return (timezone.now() - timedelta(days=100)).date().isoformat()
    if isinstance(one, NumberFilter):
        return "60"
    if isinstance(one, django_filters.ModelChoiceFilter):
        return str(one.get_queryset(None).first().uuid)
    choices = [key for key, _ in getattr(one.field, "choices", ()) if key]
    return str(choices[-1]) if choices else _NAME


def _page_of(name: str, row: Any) -> str:
    if name == "calls":
        return reverse("admin:voice_calls_voicecall_change", args=[row.pk])
    change = reverse("admin:engagements_engagementinteraction_change", args=[getattr(row, "engagement_id", row.pk)])
    return change if name == "interactions" else f"{change}?tab={name}"


def _statements(user: User, address: str, browsers: dict[User, Client]) -> int | None:
    """None for an address that only leads elsewhere."""
    if user not in browsers:
        browsers[user] = Client(headers={"host": "127.0.0.1"})
        browsers[user].force_login(user)
    taken: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        taken.append(sql)
        return execute(sql, params, many, context)

    for _ in range(2):  # once for what is remembered from then on
        taken.clear()
        with connection.execute_wrapper(note):
            status = browsers[user].get(address).status_code
    return len(taken) if status == OK else None


def main() -> None:
    supervisor = User.objects.get(username__regex=r"^supervisor\.\d+$")
    admin = User.objects.get(username__regex=r"^admin\.\d+$")
    with scope(supervisor.tenant):
        found = dict(_named(pages(supervisor, admin)))
    browsers: dict[User, Client] = {}
    told: dict[str, Any] = {name: (address, user.username) for name, (address, user) in found.items()}
    if "count" in sys.argv:
        told = {name: _statements(user, address, browsers) for name, (address, user) in found.items()}
    sys.stdout.write(json.dumps(told))


def _named(found: Iterator[tuple[str, User]]) -> Iterator[tuple[str, tuple[str, User]]]:
    """Keys are those of one past only, and stand for the first or newest row."""
    for address, user in found:
        path, _, query = address.removeprefix(_ADMIN).partition("?")
        parts = [part if not part.isdecimal() else "newest" for part in path.split("/")]
        asked = query.partition("=")[0] if len(query) > 50 else query
        limit = user.username.rpartition(".")[2]
        yield f"{'/'.join(parts)} {asked}{f' of a {limit}' if limit in _LIMITED else ''}".strip(), (address, user)


if __name__ == "__main__":
    main()
