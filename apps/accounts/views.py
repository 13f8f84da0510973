"""Signing in and out, and the way to the screen of one's role."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.views.csrf import csrf_failure

from apps.accounts.known_browser import guesser
from apps.accounts.models import User
from apps.accounts.operations import second_factor
from apps.accounts.operations.sign_in import count_guess, forgive_guesses, was_guessed_often
from apps.accounts.operations.signing import note_failure, note_sign_in, note_sign_out
from apps.accounts.roles import Role
from apps.accounts.second_step import ask, finish
from apps.common.words import later as _

_WAY = "the browser"


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("No account has this name with this password. Capital letters count."),
        "guessed": _("There were too many wrong passwords for this name. Wait a quarter of an hour."),
    }

    def clean(self) -> dict[str, Any]:
        if was_guessed_often(self._guesser()):
            raise ValidationError(self.error_messages["guessed"], "guessed")
        return super().clean()

    def get_invalid_login_error(self) -> ValidationError:
        count_guess(self._guesser())
        return super().get_invalid_login_error()

    def _guesser(self) -> str:
        assert self.request is not None
        return guesser(self.request, self.cleaned_data.get("username", ""))


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user, to = form.get_user(), self.get_success_url()
        forgive_guesses(guesser(self.request, user.username))
        if second_factor.has_one(user):
            return ask(self.request, user, to)
        answer = finish(self.request, user, to)
        note_sign_in(user, _WAY)
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        note_failure(str(form.data.get("username", "")), _WAY)
        return super().form_invalid(form)


class SignOut(LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> TemplateResponse:
        if isinstance(request.user, User):
            note_sign_out(request.user, _WAY)
        answer: TemplateResponse = super().post(request, *args, **kwargs)  # type: ignore[assignment]
        return answer


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of now. Who signed in beside a second sign-in page is where it was to lead."""
    if request.path == resolve_url("sign-in") and request.user.is_authenticated:
        return redirect("home")
    return csrf_failure(request, reason)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Agents work at the desk, supervisors and administrators in the administration screens."""
    assert isinstance(request.user, User)
    match request.user.role:
        case Role.AGENT:
            return redirect("desk")
        case Role.SUPERVISOR | Role.ADMIN:
            return redirect("admin:index")
    raise PermissionDenied(gettext("This account belongs to another system. It has no screens of its own."))
