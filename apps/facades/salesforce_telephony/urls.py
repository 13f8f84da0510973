"""The published paths, each with and without a trailing slash and never redirected (V-01)."""

from django.urls import re_path

from apps.facades.salesforce_telephony import views

_CALL = r"^telephony/v1/voiceCalls/(?P<call_id>[^/]+)"

urlpatterns = [
    re_path(r"^telephony/v1/voiceCalls/?$", views.CallsView.as_view()),
    re_path(r"^telephony/v1/voiceCalls/(?!messages/?$)(?P<call_id>[^/]+)/?$", views.CallView.as_view()),
    re_path(r"^telephony/v1/voiceCalls/messages/?$", views.MessagesView.as_view()),
    re_path(rf"{_CALL}/messages/?$", views.MessageView.as_view()),
    re_path(rf"{_CALL}/realtimeConversationEvents/?$", views.RealtimeEventsView.as_view()),
    re_path(rf"{_CALL}/postConversationEvents/?$", views.PostCallEventsView.as_view()),
    re_path(rf"{_CALL}/omniFlow/?$", views.FlowView.as_view()),
    re_path(rf"{_CALL}/routeVoiceCall/?$", views.RouteView.as_view()),
    re_path(rf"{_CALL}/requestCallback/?$", views.CallbackView.as_view()),
    re_path(rf"{_CALL}/reroute/?$", views.RerouteView.as_view()),
    re_path(rf"{_CALL}/clearRouting/?$", views.ClearRoutingView.as_view()),
]
