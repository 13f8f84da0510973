"""The administration screens' own site: it shows what is registered here, and nothing that a library brings along.

Libraries register their models with Django's default site, unscoped: another tenant's clients and tokens would show.
"""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from unfold.sites import UnfoldAdminSite


class SwitchroomSite(UnfoldAdminSite):
    """Supervisors and administrators come in by the one way to sign in; others are told that it is not theirs."""

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied(gettext("The administration screens are for supervisors and administrators."))
        return redirect_to_login(request.GET.get("next") or request.build_absolute_uri("/"), "/sign-in")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The interactions, or the first screen of the sidebar that is for this person."""
        if request.user.has_perm("engagements.view_engagementinteraction"):
            return redirect("admin:engagements_engagementinteraction_changelist")
        items = [item for section in self.get_sidebar_list(request) for item in section["items"]]
        return redirect(next(item["link"] for item in items if item["has_permission"]))  # Jobs are for everybody


site = SwitchroomSite(name="admin")
