"""The published paths, each with and without a trailing slash and never redirected (V-01)."""

from django.urls import re_path

from apps.facades.salesforce_telephony import views

urlpatterns = [
    re_path(r"^telephony/v1/voiceCalls/?$", views.CallsView.as_view()),
    re_path(r"^telephony/v1/voiceCalls/(?!messages/?$)(?P<call_id>[^/]+)/?$", views.CallView.as_view()),
]
