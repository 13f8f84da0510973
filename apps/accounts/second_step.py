"""The pages of two-factor sign-in: the second step, and where somebody sets it up."""

import time
from typing import Any

import segno
from django import forms
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.generic import FormView, View

from apps.accounts.known_browser import remember
from apps.accounts.models import User
from apps.accounts.operations import second_factor
from apps.accounts.operations.signing import note_failure, note_sign_in
from apps.accounts.sessions import DUE, PASSWORD_ALONE, PENDING
from apps.common.errors import Forbidden, Invalid
from apps.common.words import later as _

_PATIENCE = 300  # seconds from the password to the code
_WAY = "the browser, second step"


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=32,
        strip=True,
        widget=forms.TextInput({"class": "sw-input", "autocomplete": "one-time-code", "autofocus": True}),
    )


def ask(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """The password was right; nobody is signed in yet."""
    request.session.cycle_key()
    request.session[PENDING] = {"user": user.pk, "since": time.time(), "to": to}
    return redirect("second-step")


def finish(request: HttpRequest, user: User, to: str) -> HttpResponse:
    """Signed in; first to where the second factor is set up, if the role asks for one that is not there."""
    login(request, user)
    request.session.pop(PASSWORD_ALONE, None)
    if second_factor.is_due(user):
        request.session[DUE] = True
        to = "second-factor"
    answer = redirect(to)
    remember(answer, user)
    return answer


class SecondStep(FormView):  # type: ignore[type-arg]
    template_name = "accounts/second_step.html"
    form_class = CodeForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        pending = request.session.get(PENDING)
        since = pending["since"] if pending else 0
        user = User.objects.filter(pk=pending["user"]).select_related("tenant").first() if pending else None
        if user is None or not user.may_sign_in or time.time() - since > _PATIENCE:
            request.session.pop(PENDING, None)
            return redirect("sign-in")
        self.user, self.to = user, pending["to"]
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: CodeForm) -> HttpResponse:
        if not second_factor.check(self.user, form.cleaned_data["code"]):
            note_failure(self.user.username, _WAY)
            form.add_error("code", _("This is not the code of now. After several wrong ones wait a moment."))
            return self.form_invalid(form)
        del self.request.session[PENDING]
        answer = finish(self.request, self.user, self.to)
        note_sign_in(self.user, _WAY)
        return answer


class SecondFactor(LoginRequiredMixin, View):
    """Setting it up, other codes, switching it off. Each needs a code of now."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        user, form = self._user(request), CodeForm(request.POST)
        if not form.is_valid():
            return self._page(request, form)
        code, act = form.cleaned_data["code"], request.POST.get("act")
        try:
            if act == "off":
                second_factor.switch_off(user, code)
                return redirect("second-factor")
            if act == "codes":
                codes = second_factor.new_codes(user, code)
            else:
                codes = second_factor.confirm(user, code)
                request.session.pop(DUE, None)
                update_session_auth_hash(request, user)
        except (Invalid, Forbidden) as error:
            form.add_error("code", str(error))
            return self._page(request, form)
        return render(request, "accounts/second_factor_codes.html", {"codes": codes})

    def _page(self, request: HttpRequest, form: CodeForm) -> HttpResponse:
        user = self._user(request)
        shown: dict[str, Any] = {"form": form, "is_on": second_factor.has_one(user)}
        if shown["is_on"]:
            shown["codes_left"] = second_factor.codes_left(user)
        else:
            address = second_factor.begun(user).config_url
            picture = segno.make(address).svg_inline(scale=4, dark="#000", light="#fff", title=gettext("QR code"))
            shown |= {"picture": mark_safe(picture), "secret": _secret(address), "due": request.session.get(DUE)}
        return render(request, "accounts/second_factor.html", shown)

    def _user(self, request: HttpRequest) -> User:
        assert isinstance(request.user, User)
        return request.user


def _secret(address: str) -> str:
    """The key in groups of four, for whoever types it."""
    key = address.partition("secret=")[2].partition("&")[0]
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))
