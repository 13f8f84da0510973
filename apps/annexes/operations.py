"""Writing what stands beside our rows."""

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.operations import save_checked
from apps.accounts.permissions import Permission, permits
from apps.annexes.models import Annex
from apps.common.errors import FieldProblem, Forbidden, Invalid, Problem


@transaction.atomic
def configure(annex: Annex, *, permission: Permission, by: User) -> Annex:
    """Write it. Raises Forbidden without the permission, Invalid for a name that stands already, and for what was
    shared and should no longer be."""
    if not permits(by, permission):
        raise Forbidden(gettext("your role may not change this"))
    before = Annex.objects.locked().filter(pk=annex.pk).first()
    if before and before.is_shared and not annex.is_shared:
        raise Invalid(FieldProblem(Problem.CONTRADICTION, ["is_shared"], gettext("cannot be undone once true")))
    annex.stamp(by)
    save_checked(annex)
    return annex
