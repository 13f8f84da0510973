"""CxEngage's paths; the ids are checked by the views, since a malformed one is a 404 in the dialect's words (X-07)."""

from django.urls import path

from apps.facades.cxengage import views
from apps.facades.cxengage.realtime.urls import urlpatterns as realtime

urlpatterns = [
    *realtime,
    path("v1/tokens", views.Tokens.as_view()),
    path("v1/tenants/<str:tenant_id>/interactions", views.Interactions.as_view()),
    path("v1/tenants/<str:tenant_id>/interactions/<str:interaction_id>", views.Interaction.as_view()),
    path("v1/tenants/<str:tenant_id>/contacts/<str:contact_id>/interactions", views.ContactHistory.as_view()),
]
