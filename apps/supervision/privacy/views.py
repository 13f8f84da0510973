"""Finding one person's data, exporting and erasing it; what retention rules would touch today."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.common import clock
from apps.common.errors import Invalid, SwitchroomError
from apps.common.words import later as _
from apps.privacy.models import PersonRequest, RequestKind, RetentionRule
from apps.privacy.operations import Found, begin, find
from apps.privacy.people import Person, person_of
from apps.privacy.retaining import MOST_COUNTED, preview
from apps.supervision.admin.forms import sentence
from apps.supervision.site import site

LIST = "admin:privacy_personrequest_changelist"
_SHOWN = 50


class PersonForm(forms.Form):
    """What was asked for. It goes by POST: identifiers do not belong into addresses and servers' logs."""

    identifiers = forms.CharField(
        label=_("Phone numbers, e-mail addresses or ids"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        help_text=_("One on a line; a number in any way of writing, an id as the CRM has it."),
    )
    widely = forms.BooleanField(
        label=_("Also the other numbers, addresses and ids that the directory has of this person"),
        required=False,
        initial=True,
    )
    reference = forms.CharField(
        label=_("Reference of the request"),
        max_length=120,
        required=False,
        help_text=_(
            "Of the letter or ticket that this answers. It stays in the proof, so it must not name the person."
        ),
    )
    understood = forms.BooleanField(label=_("I know that this cannot be undone"), required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest) -> HttpResponse:
    """`do`: `find` (or nothing), `export` or `erasure`."""
    user = cast(User, request.user)
    form = PersonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, None)
    try:
        given: Mapping[str, Any] = form.cleaned_data
        person = person_of(given["identifiers"], widely=given["widely"])
        do = request.POST.get("do", "")
        if do in RequestKind.values and _may_go_on(form, do):
            return _begun(request, RequestKind(do), person, given["reference"], user)
        return _page(request, form, find(person, by=user))
    except SwitchroomError as refused:
        problems = refused.problems if isinstance(refused, Invalid) else ()
        form.add_error(next((name for each in problems for name in each.fields), "identifiers"), sentence(str(refused)))
        return _page(request, form, None)


def _may_go_on(form: PersonForm, do: str) -> bool:
    if not form.cleaned_data["reference"].strip():
        form.add_error("reference", gettext("Say which request this answers."))
    elif do == RequestKind.ERASURE and not form.cleaned_data["understood"]:
        form.add_error("understood", gettext("Say that you know it."))
    return not form.errors


def _begun(request: HttpRequest, kind: RequestKind, person: Person, reference: str, by: User) -> HttpResponse:
    begin(kind, person, reference, by=by)
    messages.success(request, gettext("{label} of this person’s data has begun.").format(label=kind.label))
    return redirect(LIST)


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What each rule, in use or not, would touch if it ran now."""
    if not request.user.has_perm("privacy.view_retentionrule"):
        raise PermissionDenied
    now = clock.now()
    previews = [preview(rule, now) for rule in RetentionRule.objects.select_related("queue")[:_SHOWN]]
    context = {"title": gettext("What the rules would remove"), "previews": previews, "most": MOST_COUNTED}
    return _answer(request, "supervision/privacy/preview.html", context)


def _page(request: HttpRequest, form: PersonForm, found: Found | None) -> HttpResponse:
    done = PersonRequest.objects.select_related("by", "job")[:_SHOWN]
    context = {"title": gettext("Data of one person"), "form": form, "found": found, "requests": done}
    return _answer(request, "supervision/privacy/requests.html", context, 422 if form.errors else 200)


def _answer(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    request.current_app = site.name
    answer = TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
