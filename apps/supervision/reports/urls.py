from functools import partial

from django.urls import path

from apps.supervision.reports import views
from apps.supervision.reports.details import TITLES

urlpatterns = [
    path("", views.reports, name="reports"),
    path("export.<str:form>", views.table, name="report_export"),
    path("heat/", views.heat, name="heat"),
    path("staffing/", views.staffing, name="staffing"),
    path("staffing/export.<str:form>", views.staffing_export, name="staffing-export"),
    path("rows/", views.rows, name="rows"),
]
for _name in TITLES:
    urlpatterns += [
        path(f"{_name}/", partial(views.row_report, name=_name), name=_name),
        path(f"{_name}/export.<str:form>", partial(views.details_export, name=_name), name=f"{_name}-export"),
    ]
