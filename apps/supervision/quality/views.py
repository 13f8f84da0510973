"""One contact's flag: what is open, ending that, flagging by hand, and taking a flag away."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common import clock
from apps.common.errors import SwitchroomError
from apps.common.words import later as _
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.operations.repairing import is_open, open_rows
from apps.supervision.admin.forms import sentence
from apps.supervision.site import site

_PAGE = "admin:engagements_engagementinteraction_change"


class EndForm(forms.Form):
    ended_at = forms.DateTimeField(
        label=_("It ended at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def quality(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: `repair` with `ended_at`, `flag`, or `unflag`."""
    user = cast(User, request.user)
    if not permits(user, Permission.MANAGE_DATA_QUALITY):
        raise PermissionDenied
    found = EngagementInteraction.objects.visible_to(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        likely = timezone.localtime(operations.last_sign(found, clock.now()))
        return _page(request, found, EndForm(initial={"ended_at": likely}))
    do = _DOINGS.get(request.POST.get("do", ""))
    if do is None:
        raise Http404
    form = EndForm(request.POST) if do is _repair else EndForm()
    if form.is_bound and not form.is_valid():
        return _page(request, found, form)
    try:
        messages.success(request, do(found, user, form))
    except SwitchroomError as refused:
        messages.error(request, sentence(str(refused)))
    return redirect(reverse(_PAGE, args=[found.pk]))


def _repair(found: EngagementInteraction, by: User, form: EndForm) -> str:
    operations.repair(found, by=by, ended_at=form.cleaned_data["ended_at"])
    return gettext("Repaired: it is over, and its agents are free.")


def _flag(found: EngagementInteraction, by: User, form: EndForm) -> str:
    operations.flag(found, by=by)
    return gettext("Flagged. Reports mark it as incomplete.")


def _unflag(found: EngagementInteraction, by: User, form: EndForm) -> str:
    operations.unflag(found, by=by)
    return gettext("The flag is taken away.")


_DOINGS: Mapping[str, Callable[[EngagementInteraction, User, EndForm], str]] = {
    "repair": _repair,
    "flag": _flag,
    "unflag": _unflag,
}


def _told(name: str, number: int) -> str:
    return f"{number} {name if number > 1 else name.removesuffix('s')}"


def _page(request: HttpRequest, found: EngagementInteraction, form: EndForm) -> HttpResponse:
    request.current_app = site.name
    context: dict[str, Any] = {
        "title": gettext("Data quality of {name}").format(name=found.name),
        "one": found,
        "form": form,
        "is_open": is_open(found),
        "open": [_told(name, number) for name, number in open_rows(found).items() if number],
        "zone": timezone.get_current_timezone_name(),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(
        request, "supervision/quality.html", {**site.each_context(request), **context}, status=status
    )
