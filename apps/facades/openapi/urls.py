from django.urls import re_path

from apps.facades.openapi.views import DocumentView

urlpatterns = [re_path(r"^services/openapi/?$", DocumentView.as_view())]
