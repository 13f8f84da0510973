"""Signing in and out, and the way to the screen of one's role."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext

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
        "inactive": _("This account is switched off. A supervisor can switch it on again."),
        "guessed": _("There were too many wrong passwords for this name. Wait a quarter of an hour."),
    }

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username", "")
        if was_guessed_often(username):
            raise ValidationError(self.error_messages["guessed"], "guessed")
        return super().clean()

    def get_invalid_login_error(self) -> ValidationError:
        count_guess(self.cleaned_data["username"])
        return super().get_invalid_login_error()


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user, to = form.get_user(), self.get_success_url()
        forgive_guesses(user.username)
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
