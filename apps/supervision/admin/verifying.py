"""How agents make sure who somebody is."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.attendees import operations
from apps.attendees.models import VerificationProcess
from apps.common.words import later as _
from apps.supervision.admin.base import OperationAdmin
from apps.supervision.site import site


@admin.register(VerificationProcess, site=site)
class VerificationProcessAdmin(OperationAdmin):
    can_erase = True
    list_display = ("name", "asks", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)
    fields = (("name", "is_active"), "must", ("further", "least"), "position")

    @admin.display(description=_("Asks for"))
    def asks(self, row: VerificationProcess) -> str:
        further = (
            gettext("{least} of {names}").format(least=row.least, names=", ".join(row.optional)) if row.least else ""
        )
        return "; ".join(filter(None, [", ".join(row.required), further]))

    def write(self, row: Any, *, by: User) -> None:
        operations.configure(row, by=by)

    def erase(self, row: Any, *, by: User) -> None:
        operations.remove(row, by=by)
