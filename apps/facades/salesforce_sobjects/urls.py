"""Discovery, records and queries. Every path answers with and without a trailing slash (P-02)."""

from django.urls import re_path

from apps.facades.salesforce_sobjects.views import base, collections, composite, discovery, keys, query, records
from apps.facades.salesforce_sobjects.views.search import ParameterizedSearchView, SearchView

_BASE = r"^services/data/v(?P<version>[0-9]{1,3})\.0"

urlpatterns = [
    re_path(r"^services/data/?$", discovery.VersionsView.as_view()),
    re_path(rf"{_BASE}/?$", discovery.ResourcesView.as_view()),
    re_path(rf"{_BASE}/query/?$", query.QueryView.as_view()),
    re_path(rf"{_BASE}/sobjects/(?P<name>\w+)/?$", records.CreateView.as_view()),
    re_path(rf"{_BASE}/search/?$", SearchView.as_view()),
    re_path(rf"{_BASE}/parameterizedSearch/?$", ParameterizedSearchView.as_view()),
    re_path(rf"{_BASE}/sobjects/(?P<name>\w+)/(?P<record_id>\w+)/?$", records.RecordView.as_view()),
    re_path(rf"{_BASE}/sobjects/(?P<name>\w+)/(?P<record_id>\w+)/undelete/?$", records.UndeleteView.as_view()),
    re_path(rf"{_BASE}/sobjects/(?P<name>\w+)/(?P<first>\w+)/(?P<rest>[\s\S]+)\Z", keys.KeyView.as_view()),
    re_path(rf"{_BASE}/composite/?$", composite.CompositeView.as_view()),
    re_path(rf"{_BASE}/composite/batch/?$", composite.BatchView.as_view()),
    re_path(rf"{_BASE}/composite/sobjects/(?P<name>\w+)/?$", collections.RetrieveView.as_view()),
    re_path(r"^services/data/", base.NothingView.as_view()),  # included after the other dialect on these paths
]
