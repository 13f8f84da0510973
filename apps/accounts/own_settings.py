"""Where everybody says in which language and by which clock the screens speak."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView

from apps.accounts.operations.people import choose_screens
from apps.common.words import later as _

BROWSER_DECIDES = _("As the browser asks for")


def languages() -> list[tuple[str, Any]]:
    return [("", BROWSER_DECIDES), *settings.LANGUAGES]


def time_zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class OwnSettings(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=languages, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones)


class MySettings(LoginRequiredMixin, FormView):  # type: ignore[type-arg]
    template_name = "accounts/my_settings.html"
    form_class = OwnSettings

    def get_initial(self) -> dict[str, Any]:
        user: Any = self.request.user
        return {"language": user.language, "time_zone": user.time_zone}

    def form_valid(self, form: OwnSettings) -> HttpResponse:
        user: Any = self.request.user
        choose_screens(user, language=form.cleaned_data["language"], time_zone=form.cleaned_data["time_zone"])
        return redirect("home")
