"""The lists of records: what they show, in which columns, and under which names somebody looks at them again."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.engagements.lists import RecordList
from apps.saved_views import operations
from apps.saved_views.operations import Wanted
from apps.supervision.admin.forms import sentence
from apps.supervision.exporting import EXPORT_FORMS, export
from apps.supervision.interactions.table import interactions_table
from apps.supervision.records.asked import Asked, asked_of
from apps.supervision.records.columns import AnyList, SetupList, chosen, every
from apps.supervision.records.listing import Applied, listing
from apps.supervision.records.table import SOURCES, records_table
from apps.supervision.site import site


def name_of(listed: AnyList) -> str:
    """How the addresses of the list's pages are called."""
    model = listed.model if isinstance(listed, SetupList) else listed.sobject.model
    return f"admin:{model._meta.label_lower.replace('.', '_')}"


def titled(listed: AnyList) -> str:
    return str(capfirst(listed.plural))


@require_safe
def records(request: HttpRequest, listed: RecordList) -> HttpResponse:
    found = listing(listed, request.GET, by=user_of(request))
    context = {"title": titled(listed), "list": found, "exports": EXPORT_FORMS, **urls_of(listed)}
    return page(request, "supervision/records/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, listed: RecordList, form: str) -> HttpResponseBase:
    """What the list finds, in the columns that it has."""
    user = user_of(request)
    asked = asked_of(listed, request.GET, by=user)
    query = asked.filters.copy()
    if fields := [heading.name for heading in asked.headings if heading.column]:
        query["columns"] = ",".join(fields)
    request.GET = query  # type: ignore[assignment]  # what a job is told as well
    made = interactions_table(query, user) if listed.name == "interactions" else records_table(listed, query, user)
    return export(request, SOURCES[listed.name], made, form)


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, listed: AnyList) -> HttpResponse:
    """Which columns, in which order: for oneself, or in a view of one's own."""
    user = user_of(request)
    asked = asked_of(listed, request.GET, by=user)
    if request.method == "POST":
        return _attempt(request, lambda: _choose(request, asked), asked.address())
    now = {heading.name: place for place, heading in enumerate(asked.headings, start=1)}
    there = sorted(every(listed).values(), key=lambda each: (now.get(each.name, len(now) + 1), not each.edits))
    context = {
        "title": gettext("Columns of {titled}").format(titled=listed.plural),
        "headings": [(heading, now.get(heading.name)) for heading in there],
        "asked": asked,
        "may_keep": asked.view is not None and asked.view.owner_id == user.pk,
        "back": _list_address(listed, asked.address()),
        "list_title": titled(listed),
    }
    return page(request, "supervision/records/columns.html", context)


@require_http_methods(["GET", "POST"])
def views(request: HttpRequest, listed: AnyList, applied: Sequence[Applied] | None = None) -> HttpResponse:
    """Saves what the address asks for under a name, and keeps what was saved before.

    `applied` are the filters in words, where they are not those of records.
    """
    user = user_of(request)
    asked = asked_of(listed, request.GET, by=user)
    if request.method == "POST":
        return _attempt(request, lambda: _keep(request, asked), "")
    context = {
        "title": gettext("Views of {titled}").format(titled=listed.plural),
        "views": operations.visible_to(user, listed.name),
        "asked": asked,
        "applied": listing(listed, request.GET, by=user).applied if isinstance(listed, RecordList) else applied,
        "may_share": operations.may_share(user),
        "user": user,
        "back": _list_address(listed, asked.address()),
        "list_url": reverse(f"{name_of(listed)}_changelist"),
        "list_title": titled(listed),
    }
    return page(request, "supervision/records/views.html", context)


def _choose(request: HttpRequest, asked: Asked) -> str:
    user, listed = user_of(request), asked.listed
    names = [] if "reset" in request.POST else _in_order(request.POST, listed)
    if "keep" in request.POST and asked.view:
        wanted = Wanted(asked.view.name, asked.view.query, names, asked.view.is_shared)
        operations.keep_view(listed.name, wanted, by=user, view=asked.view.uuid)
    else:
        operations.choose_columns(listed.name, names, by=user)
    shown = QueryDict(asked.address().removeprefix("?"), mutable=True)
    shown.pop("columns", None)
    return _list_address(listed, f"?{shown.urlencode()}")


def _in_order(given: QueryDict, listed: AnyList) -> list[str]:
    """Those that are ticked, by the numbers beside them; what has none comes last."""
    places = {name: given.get(f"place_{name}", "") for name in given.getlist("column")}
    numbers = {name: int(text) if text.isascii() and text.isdecimal() else 10_000 for name, text in places.items()}
    return [heading.name for heading in chosen(listed, sorted(numbers, key=lambda name: numbers[name]))]


def _keep(request: HttpRequest, asked: Asked) -> str:
    """Do what the pressed button says; returns where to go on."""
    user, listed, given = user_of(request), asked.listed, request.POST
    again = f"{reverse(f'{name_of(listed)}_views')}{asked.address()}"
    do, _, named = given.get("do", "").partition(":")
    if do == "save":
        names = [heading.name for heading in asked.headings] if "with_columns" in given else []
        wanted = Wanted(given.get("name", ""), asked.query, names, "is_shared" in given)
        view = operations.keep_view(listed.name, wanted, by=user)
        messages.success(request, gettext("The view “{name}” is kept.").format(name=view.name))
        return _list_address(listed, f"?view={view.uuid}")
    view_id = _uuid(named)
    if do == "begin":
        operations.begin_with(listed.name, view_id, by=user)
    elif view_id is None:
        return again
    elif do == "remove":
        operations.remove_view(view_id, by=user)
        return _list_address(listed, "?all=1")
    else:
        _rewrite(given, asked, view_id, user, do)
    return again


def _rewrite(given: QueryDict, asked: Asked, view_id: UUID, user: User, do: str) -> None:
    """`rename` writes name and sharing, `update` the filters and columns as they stand."""
    listed = asked.listed
    view = operations.visible_to(user, listed.name).filter(uuid=view_id, owner=user).first()
    if view is None:
        return
    query, names = view.query, view.columns
    if do == "update":
        query, names = asked.query, [heading.name for heading in asked.headings] if view.columns else []
    name = given.get(f"name_{view_id}", view.name)
    shared = f"shared_{view_id}" in given if do == "rename" else view.is_shared
    operations.keep_view(listed.name, Wanted(name, query, names, shared), by=user, view=view_id)


def _attempt(request: HttpRequest, do: Any, otherwise: str) -> HttpResponse:
    """Go where it leads, or stay where one was with why not."""
    try:
        return redirect(do())
    except SwitchroomError as refused:
        messages.error(request, sentence(str(refused)))
        return redirect(request.get_full_path())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _list_address(listed: AnyList, query: str) -> str:
    return f"{reverse(f'{name_of(listed)}_changelist')}{query}"


def urls_of(listed: RecordList) -> dict[str, str]:
    name = name_of(listed)
    return {f"{each}_url": reverse(f"{name}_{each}") for each in ("columns", "views", "bulk")} | {
        "table_url": f"{name}_table"
    }


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)
