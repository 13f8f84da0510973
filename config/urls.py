from django.urls import URLPattern, URLResolver, include, path

from apps.supervision.site import site
from config.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("", include("apps.accounts.urls")),
    path("desk/", include("apps.agent_desktop.urls")),
    path("", include("apps.facades.genesys.urls")),
    path("", include("apps.facades.salesforce_telephony.urls")),
    path("", include("apps.facades.salesforce_oauth.urls")),
    path("", include("apps.facades.salesforce_connect.urls")),
    path("", include("apps.facades.salesforce_conversations.urls")),
    path("", include("apps.facades.salesforce_sobjects.urls")),
    path("", include("apps.facades.openapi.urls")),
    path("", include("apps.facades.cxengage.urls")),
    path("admin/", include("apps.supervision.urls")),
    path("admin/", site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.failed"
