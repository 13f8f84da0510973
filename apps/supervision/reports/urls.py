from django.urls import path

from apps.supervision.reports import views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("export.<str:form>", views.table, name="report_export"),
    path("heat/", views.heat, name="heat"),
    path("rows/", views.rows, name="rows"),
]
