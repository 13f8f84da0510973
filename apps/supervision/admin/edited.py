"""Columns that are changed in a list of the set-up itself: as careful of what others write as its forms are."""

import json
from typing import Any

from django.contrib import messages
from django.forms import BaseModelFormSet
from django.http import HttpRequest, HttpResponse

from apps.accounts import operations
from apps.common.errors import SwitchroomError
from apps.supervision.admin import overtaken
from apps.supervision.admin.forms import SetupForm, sentence
from apps.supervision.admin.overtaken import Overtaken
from apps.supervision.admin.rows import keys_sent


class EditedRows(BaseModelFormSet):  # type: ignore[type-arg]
    """The rows of a page. What is about to be written over is held first; `met` is what an earlier try came upon."""

    carried = ""  # what the page showed, as it was sent back
    met: Overtaken | None = None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        found: Any = self.queryset
        if self.is_bound:
            operations.hold(*found.all())
        mine = self.met.rows[str(self.prefix)].typed if self.met else {}
        forms: Any = self.initial_forms if mine else ()
        for form in forms:
            form.typed = mine.get(form.instance.pk, {})

    @property
    def sent(self) -> list[int]:
        return keys_sent(self)

    @property
    def shown(self) -> str:
        """For the page to carry along; after an error, what it showed at first."""
        forms: Any = self.initial_forms
        rows = {form.instance.pk: form.standing() for form in forms}
        return self.carried if self.is_bound else json.dumps({"rows": rows})

    @staticmethod
    def called(row: Any) -> str:
        return str(row)

    def is_valid(self) -> bool:
        """Raises Overtaken if somebody else has written what the page showed."""
        if not super().is_valid():
            return False
        overtaken.check_rows(self, self.carried)
        return True


class Edited:
    """For screens with `list_editable`. An operation that refuses leaves all rows as they were."""

    def get_changelist_form(self, request: HttpRequest, **options: Any) -> Any:
        return super().get_changelist_form(request, form=SetupForm, **options)  # type: ignore[misc]

    def get_changelist_formset(self, request: HttpRequest, **options: Any) -> Any:
        made = super().get_changelist_formset(request, formset=EditedRows, **options)  # type: ignore[misc]
        made.carried, made.met = request.POST.get(overtaken.SHOWN, ""), getattr(request, "overtaken", None)
        return made

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return self._list(request, extra_context)
        except Overtaken as met:
            request.overtaken = met  # type: ignore[attr-defined]
        except SwitchroomError as refused:
            messages.error(request, sentence(str(refused)))
        request.method = "GET"
        return self._list(request, extra_context)

    def _list(self, *arguments: Any) -> HttpResponse:
        answer: HttpResponse = super().changelist_view(*arguments)  # type: ignore[misc]
        return answer
