"""Supervisors' own pages, beside the administration screens."""

from django.urls import include, path

app_name = "supervision"
urlpatterns = [
    path("board/", include("apps.supervision.board.urls")),
    path("reports/", include("apps.supervision.reports.urls")),
    path("set-up/", include("apps.supervision.setup.index")),
]
