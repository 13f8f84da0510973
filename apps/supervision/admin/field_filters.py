"""What the documented fields of a record are narrowed by, beside a list of the set-up: the filters of the API."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest

from apps.common.words import later as _
from apps.engagements.field_filters import FieldFilterSet


class FieldFilters(admin.ListFilter):
    """All of them as one form."""

    title = _("fields")
    template = "supervision/setup/_field_filters.html"
    filterset: type[FieldFilterSet]

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.asked = self.filterset(request.GET, queryset=model.objects.all())
        for name in self.expected_parameters():
            params.pop(name, None)

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.asked.filters)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        found = self.filterset(request.GET, queryset=queryset)
        if not found.is_valid():
            raise IncorrectLookupParameters
        return found.qs

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The form, then each filter in use."""
        yield {"form": self.asked.form}
        for bound in self.asked.form:
            if value := bound.value():
                shown = dict(getattr(bound.field, "choices", ())).get(value, value)
                yield {"display": f"{bound.label}: {shown}", "selected": True}


def of(filters: type[FieldFilterSet]) -> type[FieldFilters]:
    return type(filters.__name__, (FieldFilters,), {"filterset": filters})
