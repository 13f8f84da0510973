"""Paths of the live figures and intervals."""

from django.urls import path

from apps.facades.cxengage.realtime import views

_T = "v1/tenants/<str:tenant_id>"
urlpatterns = [
    path(f"{_T}/realtime-statistics/batch", views.Batch.as_view()),
    path(f"{_T}/realtime-statistics/available", views.Available.as_view()),
    path(f"{_T}/realtime-statistics/<str:statistic>", views.Statistic.as_view()),
    path(
        f"{_T}/interactions/<str:interaction_id>/realtime-statistics/current-position-in-queue",
        views.Position.as_view(),
    ),
    path(f"{_T}/users/<str:user_id>/realtime-statistics/resource-capacity", views.Capacity.as_view()),
    path(f"{_T}/wfm/intervals/<str:kind>", views.Intervals.as_view()),
    path(f"{_T}/wfm/rta", views.AgentStates.as_view()),
]
