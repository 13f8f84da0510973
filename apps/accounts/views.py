"""Signing in and out, and the way to the screen of one's role."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.models import User
from apps.accounts.roles import Role


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "No account has this name with this password. Capital letters count.",
        "inactive": "This account is switched off. A supervisor can switch it on again.",
    }


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Agents work at the desk, supervisors and administrators in the administration screens."""
    assert isinstance(request.user, User)
    match request.user.role:
        case Role.AGENT:
            return redirect("desk")
        case Role.SUPERVISOR | Role.ADMIN:
            return redirect("admin:index")
    raise PermissionDenied("This account belongs to another system. It has no screens of its own.")
