from django.urls import re_path

from apps.facades.salesforce_oauth.views.authorize import AuthorizeView
from apps.facades.salesforce_oauth.views.identity import IdentityView, UserInfoView
from apps.facades.salesforce_oauth.views.soap import SoapView
from apps.facades.salesforce_oauth.views.token import IntrospectView, RevokeView, TokenView

urlpatterns = [
    re_path(r"^services/oauth2/token/?$", TokenView.as_view()),
    re_path(r"^services/oauth2/authorize/?$", AuthorizeView.as_view()),
    re_path(r"^services/oauth2/revoke/?$", RevokeView.as_view()),
    re_path(r"^services/oauth2/introspect/?$", IntrospectView.as_view()),
    re_path(r"^services/oauth2/userinfo/?$", UserInfoView.as_view()),
    re_path(r"^id/(?P<organization>[^/]+)/(?P<user_id>[^/]+)/?$", IdentityView.as_view()),
    re_path(
        r"^services/Soap/(?P<kind>[uUcC])/(?P<version>\d{1,3}(?:\.\d)?)(?:/(?P<organization>\w*))?/?$",
        SoapView.as_view(),
    ),
]
