"""Discovery, records and queries. Every path answers with and without a trailing slash (P-02)."""

from django.urls import re_path

from apps.facades.salesforce_sobjects.views import (
    base,
    collections,
    composite,
    discovery,
    keys,
    listviews,
    query,
    records,
    replication,
    retrieving,
    small,
    tree,
    users,
)
from apps.facades.salesforce_sobjects.views.search import ParameterizedSearchView, SearchView

_BASE = r"^services/data/v(?P<version>[1-9][0-9]{1,2})\.0"
_OBJECT = rf"{_BASE}/sobjects/(?P<name>\w+)"
_DESCRIBE = rf"{_OBJECT}/describe"
_LIST_VIEW = rf"{_OBJECT}/listviews/(?P<list_view>\w+)"

_DISCOVERY = [
    re_path(r"^services/data/?$", discovery.VersionsView.as_view()),
    re_path(rf"{_BASE}/?$", discovery.ResourcesView.as_view()),
    re_path(rf"{_BASE}/sobjects/?$", discovery.ObjectsView.as_view()),
    re_path(rf"{_DESCRIBE}/?$", discovery.DescribeView.as_view()),
    re_path(rf"{_DESCRIBE}/layouts/?$", discovery.LayoutsView.as_view()),
    re_path(rf"{_DESCRIBE}/layouts/(?P<record_type>\w+)/?$", discovery.LayoutView.as_view()),
    re_path(rf"{_DESCRIBE}/namedLayouts/(?P<layout>[^/]+)/?$", discovery.NamedLayoutsView.as_view()),
    re_path(rf"{_DESCRIBE}/compactLayouts/?$", discovery.CompactLayoutsView.as_view()),
    re_path(rf"{_DESCRIBE}/approvalLayouts/?$", discovery.ApprovalLayoutsView.as_view()),
    re_path(rf"{_OBJECT}/quickActions/?$", discovery.QuickActionsView.as_view()),
    re_path(rf"{_OBJECT}/listviews/?$", listviews.ListViewsView.as_view()),
    re_path(rf"{_LIST_VIEW}/?$", listviews.ListViewView.as_view()),
    re_path(rf"{_LIST_VIEW}/describe/?$", listviews.ListViewDescribeView.as_view()),
    re_path(rf"{_LIST_VIEW}/results/?$", listviews.ListViewResultsView.as_view()),
    re_path(rf"{_OBJECT}/updated/?$", replication.UpdatedView.as_view()),
    re_path(rf"{_OBJECT}/deleted/?$", replication.DeletedView.as_view()),
    re_path(rf"{_BASE}/limits/?$", small.LimitsView.as_view()),
    re_path(rf"{_BASE}/limits/recordCount/?$", small.RecordCountView.as_view()),
    re_path(rf"{_BASE}/recent/?$", small.RecentView.as_view()),
]

_QUERIES = [
    re_path(rf"{_BASE}/query/?$", query.QueryView.as_view()),
    re_path(rf"{_BASE}/queryAll/?$", query.QueryAllView.as_view()),
    re_path(rf"{_BASE}/query(?:All)?/(?P<locator>[^/]+)/?$", query.MoreView.as_view()),
    re_path(rf"{_BASE}/search/?$", SearchView.as_view()),
    re_path(rf"{_BASE}/parameterizedSearch/?$", ParameterizedSearchView.as_view()),
]

_COMPOSITE = [
    re_path(rf"{_BASE}/composite/?$", composite.CompositeView.as_view()),
    re_path(rf"{_BASE}/composite/batch/?$", composite.BatchView.as_view()),
    re_path(rf"{_BASE}/composite/tree/(?P<name>\w+)/?$", tree.TreeView.as_view()),
    re_path(rf"{_BASE}/composite/sobjects/?$", collections.CollectionsView.as_view()),
    re_path(rf"{_BASE}/composite/sobjects/(?P<name>\w+)/?$", retrieving.RetrieveView.as_view()),
    re_path(rf"{_BASE}/composite/sobjects/(?P<name>\w+)/(?P<field>\w+)/?$", collections.UpsertView.as_view()),
]

_RECORDS = [
    re_path(rf"{_OBJECT}/?$", discovery.OneObjectView.as_view()),
    re_path(rf"{_OBJECT}/(?P<record_id>\w+)/?$", records.RecordView.as_view()),
    re_path(rf"{_OBJECT}/(?P<record_id>\w+)/undelete/?$", records.UndeleteView.as_view()),
    re_path(rf"{_BASE}/sobjects/[Uu][Ss][Ee][Rr]/(?P<record_id>\w+)/password/?$", users.PasswordView.as_view()),
    re_path(rf"{_OBJECT}/(?P<first>\w+)/(?P<rest>[\s\S]+)\Z", keys.KeyView.as_view()),
]

urlpatterns = [
    *_DISCOVERY,  # first: its words are no ids (P-22)
    *_QUERIES,
    *_COMPOSITE,
    *_RECORDS,
    re_path(r"^services/data/", base.NothingView.as_view()),  # included after the other dialect on these paths
]
