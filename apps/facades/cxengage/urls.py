"""CxEngage's paths; the ids are checked by the views, since a malformed one is a 404 in the dialect's words (X-07)."""

from django.urls import path, re_path

from apps.facades.cxengage import views
from apps.facades.cxengage.configuration import urls as configuration
from apps.facades.cxengage.operating import artifacts, notes, presence
from apps.facades.cxengage.operating import views as live
from apps.facades.cxengage.realtime.urls import urlpatterns as realtime

_T = "v1/tenants/<str:tenant_id>"
_I = f"{_T}/interactions/<str:interaction_id>"
_A = f"{_I}/artifacts/<str:artifact_id>"
_U = f"{_T}/presence/<str:user_id>"
urlpatterns = [
    *realtime,
    path("v1/tokens", views.Tokens.as_view()),
    path(f"{_T}/interactions", live.Interactions.as_view()),
    path(_I, views.Interaction.as_view()),
    path(f"{_T}/contacts/<str:contact_id>/interactions", views.ContactHistory.as_view()),
    path(f"{_I}/interrupts", live.Interrupts.as_view()),
    path(f"{_I}/actions/<str:action_id>", live.Actions.as_view()),
    path(f"{_I}/notes", notes.Notes.as_view()),
    path(f"{_I}/notes/<str:note_id>", notes.OneNote.as_view()),
    path(f"{_I}/artifacts", artifacts.Artifacts.as_view()),
    path(_A, artifacts.OneArtifact.as_view()),
    path(f"{_A}/files/<str:file_id>", artifacts.ArtifactBytes.as_view()),
    path(_U, presence.Presence.as_view()),
    path(f"{_U}/session", presence.Session.as_view()),
    path(f"{_U}/heartbeat", presence.Heartbeat.as_view()),
    path(f"{_U}/direction", presence.Direction.as_view()),
]
urlpatterns += configuration.urlpatterns
urlpatterns.append(re_path("^v1/", views.Nothing.as_view()))
