"""Discovery, records and queries. Every path answers with and without a trailing slash (P-02)."""

from django.urls import re_path

from apps.facades.salesforce_sobjects import views

_BASE = r"^services/data/v(?P<version>[0-9]{1,3})\.0"

urlpatterns = [
    re_path(r"^services/data/?$", views.VersionsView.as_view()),
    re_path(rf"{_BASE}/?$", views.ResourcesView.as_view()),
    re_path(rf"{_BASE}/query/?$", views.QueryView.as_view()),
    re_path(rf"{_BASE}/sobjects/(?P<name>\w+)/(?P<record_id>\w+)/?$", views.RecordView.as_view()),
    re_path(r"^services/data/", views.NothingView.as_view()),  # included after the other dialect on these paths
]
