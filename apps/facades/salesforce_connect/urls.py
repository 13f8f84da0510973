"""The Connect resource, with and without a trailing slash (P-02), with and without an ending that names the format."""

from django.urls import re_path

from apps.facades.salesforce_connect import views

_BASE = r"^services/data/v(?P<version>[0-9]{1,3})\.0/connect/service-excellence/engagement-interactions"
_SUFFIX = r"(?P<suffix>\.json|\.xml)?/?$"

urlpatterns = [
    re_path(rf"{_BASE}{_SUFFIX}", views.InteractionsView.as_view()),
    re_path(rf"{_BASE}/(?P<identifier>.+?){_SUFFIX}", views.InteractionView.as_view()),
]
