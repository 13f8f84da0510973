"""Transcripts on the platform host (voice 10), with and without a trailing slash."""

from django.urls import re_path

from apps.facades.salesforce_conversations import views

_BASE = r"^services/data/v(?P<version>[1-9][0-9]{1,2})\.0/connect"

urlpatterns = [
    re_path(rf"{_BASE}/conversations/upload/?$", views.UploadView.as_view()),
    re_path(rf"{_BASE}/conversation/(?P<identifier>[^/]+)/entries/?$", views.EntriesView.as_view()),
]
