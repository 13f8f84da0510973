"""Where everybody changes their own password."""

from typing import Any

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import FormView

from apps.accounts.operations import change_password
from apps.common.errors import Invalid
from apps.common.words import later as _


def _secret(label: str, purpose: str) -> forms.CharField:
    return forms.CharField(label=label, strip=False, widget=forms.PasswordInput({"autocomplete": purpose}))


class PasswordForm(forms.Form):
    current = _secret(_("Present password"), "current-password")
    password = _secret(_("New password"), "new-password")
    again = _secret(_("New password, once more"), "new-password")

    def clean(self) -> None:
        first, second = (self.cleaned_data.get(name) for name in ("password", "again"))
        if first and second and first != second:
            self.add_error("again", _("This is not the same as above."))


class ChangePassword(LoginRequiredMixin, FormView):  # type: ignore[type-arg]
    template_name = "accounts/change_password.html"
    form_class = PasswordForm

    def get_context_data(self, **shown: Any) -> dict[str, Any]:
        rules = " ".join(map(str, password_validators_help_texts()))
        return super().get_context_data(rules=rules, is_done="done" in self.request.GET, **shown)

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        user: Any = self.request.user
        sent = form.cleaned_data
        try:
            changed = change_password(user, current=sent["current"], new=sent["password"])
        except Invalid as refused:
            for problem in refused.problems:
                form.add_error(problem.fields[0], problem.message)
            return self.form_invalid(form)
        update_session_auth_hash(self.request, changed)
        return redirect(reverse("change-password") + "?done")
