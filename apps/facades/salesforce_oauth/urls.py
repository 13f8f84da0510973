from django.urls import re_path

from apps.facades.salesforce_oauth.views import TokenView

urlpatterns = [re_path(r"^services/oauth2/token/?$", TokenView.as_view())]
