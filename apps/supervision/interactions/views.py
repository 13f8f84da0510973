"""Finding an interaction and looking at it."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.errors import SwitchroomError
from apps.directory.lookup import found_by
from apps.engagements.models import EngagementInteraction
from apps.engagements.visibility import visible
from apps.exports.working import send, send_pieces
from apps.objects import registry, viewing
from apps.privacy.models import LegalHold
from apps.supervision.admin.forms import sentence
from apps.supervision.exporting import EXPORT_FORMS, export
from apps.supervision.interactions import editing
from apps.supervision.interactions.detail import Tab, detail, heading_of
from apps.supervision.interactions.export import TRANSCRIPT_FORMS, Transcript, text
from apps.supervision.interactions.table import SOURCE, interactions_table
from apps.supervision.site import site

LIST = "admin:engagements_engagementinteraction_changelist"


@require_safe
def interaction(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    viewing.note(_user(request), registry.of(found), [found.pk], viewed=True)
    shown = detail(found, tab=Tab.called(request.GET.get("tab")), by=_user(request), asked=request.GET)
    came_from = QueryDict(request.GET.get("list")).urlencode()
    context = {
        "title": found.name,
        "one": shown,
        "came_from": came_from,
        "exports": EXPORT_FORMS,
        "may_change": _user(request).has_perm("engagements.change_engagementinteraction"),
        "may_delete": _user(request).has_perm("jobs.add_job"),  # as with many: a job, which can be taken back
        "may_hold": _user(request).has_perm("privacy.add_legalhold"),
        "held": LegalHold.objects.filter(interaction=found).first(),
        "may_repair": permits(_user(request), Permission.MANAGE_DATA_QUALITY),
        "list_url": f"{reverse(LIST)}?{came_from}" if came_from else reverse(LIST),
    }
    return _page(request, "supervision/interaction.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, form: str, pk: int) -> HttpResponseBase:
    """One interaction with its figures, as a file."""
    one = interactions_table(request.GET, _user(request), only=_found(request, pk))
    return export(request, SOURCE, one, form)


@require_safe
def transcript(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """What was said, as a file: its times are those of the viewer's clock."""
    found, user = _found(request, pk), _user(request)
    if form not in TRANSCRIPT_FORMS:
        raise Http404
    said = Transcript(found, heading_of(found), user)
    if form == "txt":
        return send_pieces(text(said), said.table, form, "text/plain; charset=utf-8", request.GET, by=user)
    return send(said.table, form, request.GET, by=user)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The record's own fields."""
    found = _found(request, pk)
    if request.method == "GET":
        return _form(request, found, editing.shown(editing.INTERACTION, found, found))
    again = editing.save(editing.INTERACTION, found, found, request.POST, by=_user(request))
    return _form(request, found, again) if again else _saved(request, found, gettext("Saved."))


@require_http_methods(["GET", "POST"])
def edit_part(request: HttpRequest, pk: int, kind: str, key: int | None = None) -> HttpResponse:
    """An attendee or topic of the interaction; a new one without `key`."""
    found, editor = _found(request, pk), editing.PARTS[kind]
    row = editing.part_of(found, kind, key) if key else None
    if request.method == "GET":
        return _form(
            request, found, editing.shown(editor, found, row) if row else editing.new(editor, found, by=_user(request))
        )
    if row:
        again = editing.save(editor, found, row, request.POST, by=_user(request))
    else:
        again = editing.add(editor, found, request.POST, by=_user(request))
    said = gettext("Saved.") if row else gettext("The {noun} is added.").format(noun=editor.noun)
    return _form(request, found, again) if again else _saved(request, found, said, tab=kind)


@require_http_methods(["GET", "POST"])
def edit_call(request: HttpRequest, pk: int) -> HttpResponse:
    """What is written down of a call; the call itself goes on as its telephone system says."""
    row = visible(registry.named("VoiceCall"), _user(request)).filter(pk=pk).select_related("last_modified_by").first()
    if row is None:
        raise Http404
    editor = editing.EDITORS["calls"]
    if request.method == "GET":
        return _form(request, row.interaction, editing.shown(editor, row.interaction, row))
    again = editing.save(editor, row.interaction, row, request.POST, by=_user(request))
    if again:
        return _form(request, row.interaction, again)
    messages.success(request, gettext("Saved."))
    return redirect("admin:voice_calls_voicecall_change", row.pk)


@require_POST
def remove_part(request: HttpRequest, pk: int, kind: str, key: int) -> HttpResponse:
    """Delete an attendee or topic, or bring it back: `to` is `delete` or `undelete`."""
    found, editor = _found(request, pk), editing.PARTS[kind]
    back = request.POST.get("to") == "undelete"
    row = editing.part_of(found, kind, key, deleted=back)
    do = editor.undelete if back else editor.delete
    assert do
    try:
        do(row, by=_user(request))
    except SwitchroomError as refused:
        messages.error(request, sentence(str(refused)))
        return _back(found, tab=kind)
    said = (
        gettext("The {noun} is back.").format(noun=editor.noun)
        if back
        else gettext("The {noun} is deleted. It can be brought back below.").format(noun=editor.noun)
    )
    return _saved(request, found, said, tab=kind)


@require_safe
def lookup(request: HttpRequest, name: str) -> HttpResponse:
    """Records of the directory to choose from for a reference of this name, as the options of its list."""
    targets = {
        target
        for declared in registry.every()
        for each, _ in declared.fields.values()
        if each.api_name == name
        for target in each.references
    }
    found = found_by(request.GET.get(name, ""), targets)
    options = format_html_join("", '<option value="{}">{} · {}</option>', found)
    return HttpResponse(options)


def _found(request: HttpRequest, pk: int) -> EngagementInteraction:
    rows = EngagementInteraction.objects.visible_to(_user(request)).select_related("last_modified_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)


def _form(request: HttpRequest, found: editing.Parent, one: editing.Editing) -> HttpResponse:
    if one.editor in (editing.INTERACTION, editing.EDITORS["calls"]):
        title = gettext("Edit {name}").format(name=one.row.name)  # type: ignore[union-attr]
    else:
        title = (
            gettext("Edit {noun}").format(noun=one.editor.noun)
            if one.row
            else gettext("Add {noun}").format(noun=one.editor.noun)
        )
    calls = reverse("admin:voice_calls_voicecall_changelist")
    tab = "call" if one.editor is editing.EDITORS["calls"] else one.editor.accessor
    context = {"title": title, "one": one, "interaction": found, "back": _address(found, tab) if found else calls}
    for name in [name for name in one.form.errors if name in one.form.fields][:1]:
        one.form.fields[name].widget.attrs["autofocus"] = True
    with_lookups(one)
    answer = _page(request, "supervision/record_form.html", context)
    answer.status_code = 200 if request.method == "GET" else 422
    return answer


def with_lookups(one: editing.Editing) -> None:
    """Inputs for references offer what the directory has while somebody types."""
    for field in one.form.fields.values():
        if name := field.widget.attrs.get("data-lookup"):
            field.widget.attrs |= {
                "hx-get": reverse("admin:engagements_engagementinteraction_lookup", args=[name]),
                "hx-trigger": "input changed delay:250ms",
                "hx-target": f"#{field.widget.attrs['list']}",
            }


def _saved(request: HttpRequest, found: EngagementInteraction, said: str, *, tab: str = "") -> HttpResponse:
    messages.success(request, said)
    return _back(found, tab=tab)


def _back(found: EngagementInteraction, *, tab: str) -> HttpResponse:
    return redirect(_address(found, tab))


def _address(found: EngagementInteraction, tab: str) -> str:
    address = reverse("admin:engagements_engagementinteraction_change", args=[found.pk])
    return f"{address}?tab={tab}" if tab else address


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **context})
