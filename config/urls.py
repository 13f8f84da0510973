from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from config.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("", include("apps.accounts.urls")),
    path("desk/", include("apps.agent_desktop.urls")),
    path("", include("apps.facades.salesforce_telephony.urls")),
    path("", include("apps.facades.salesforce_oauth.urls")),
    path("", include("apps.facades.salesforce_sobjects.urls")),
    # Everybody signs in at one place.
    path("admin/login/", RedirectView.as_view(pattern_name="sign-in", query_string=True)),
    path("admin/", admin.site.urls),
]
