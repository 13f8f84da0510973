"""The one way in which any set-up row is written (docs/architecture.md, "Setup screens")."""

from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext
from phonenumbers import SUPPORTED_REGIONS

from apps.accounts.models import User
from apps.audit.models import Action
from apps.audit.noting import belonged, differences, note
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotAllowed, NotFound, Problem
from apps.common.stamped import Stamped
from apps.common.uses import unused
from apps.tenants import scope
from apps.tenants.models import Tenant


@transaction.atomic
def keep(row: models.Model, *, by: User) -> None:
    """Write one row of what an administrator sets up, after the model's own checks, and note it in the audit log.

    Raises Forbidden unless the role of `by` may change such rows, NotFound for another tenant's, Invalid for values
    that the model or a constraint refuses. The domains' `configure` operations call this; nobody else does.
    """
    authorise(row, by, "add" if row._state.adding else "change")
    save_noted(row, by=by)


def save_noted(row: models.Model, *, by: User | None) -> None:
    """Write one row after the model's own checks, and note what is other than before; nobody's doing is no entry.

    For operations that have checked who may. Raises Invalid as `save_checked`.
    """
    is_new = row._state.adding
    if by and isinstance(row, Stamped):
        row.stamp(by)
    before = None if is_new or by is None else type(row)._base_manager.filter(pk=row.pk).first()
    save_checked(row)
    changed = differences(before, row) if by else {}
    if by and (is_new or changed):
        note(Action.ADDED if is_new else Action.CHANGED, by=by, about=row, details=changed)


def save_checked(row: models.Model) -> None:
    """Write one row after the model's own checks. Raises Invalid for values that the model or a constraint refuses."""
    try:
        row.full_clean()
        with transaction.atomic():
            row.save()
    except ValidationError as refused:
        raise Invalid(*_problems(refused)) from None
    except IntegrityError:  # somebody else was quicker with the same name
        raise Invalid(
            FieldProblem(Problem.DUPLICATE, [], gettext("this stands already, or contradicts what does"))
        ) from None


@transaction.atomic
def hold(*rows: models.Model) -> None:
    """Let nobody else write these rows, of one kind, before the caller's transaction ends: what it reads now is what it
    writes over.

    The tenant's row comes first, as with changes of definitions, so that no two who hold rows wait for each other.
    """
    Tenant.objects.select_for_update(no_key=True).get(pk=scope.tenant_id())
    for model in {type(row) for row in rows}:
        held = model._base_manager.select_for_update(of=("self",), no_key=True).order_by("pk")
        list(held.filter(pk__in=[row.pk for row in rows]))


@transaction.atomic
def drop(row: models.Model, *, by: User) -> None:
    """Remove one row of what an administrator sets up. Raises as `keep`, and NotAllowed while others point to it."""
    authorise(row, by, "delete")
    note(Action.REMOVED, by=by, about=row, details=belonged(row))
    try:
        row.delete()
    except models.ProtectedError:
        raise NotAllowed(gettext("{row} is in use").format(row=row)) from None


@transaction.atomic
def drop_unused(row: models.Model, *, by: User) -> None:
    """As `drop`, for what others go by: raises NotAllowed while anything but its own parts refers to it.

    Locked first, so that nobody begins to refer to it meanwhile.
    """
    authorise(row, by, "delete")
    type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if not unused(row):
        raise NotAllowed(
            gettext("{row} is in use: what goes by it must go by something else first, or it is switched off").format(
                row=row
            )
        )
    drop(row, by=by)


@transaction.atomic
def configure_tenant(tenant: Tenant, *, by: User) -> Tenant:
    """Change the settings of one's own tenant; every process goes by them from its next request on.

    Raises Forbidden unless the role of `by` may, NotFound for another tenant, Invalid for a time zone or country that
    nobody knows.
    """
    if tenant.pk != by.tenant_id:
        raise NotFound(gettext("no such tenant"))
    if tenant.time_zone not in available_timezones():
        raise Invalid(
            FieldProblem(Problem.MALFORMED, ["time_zone"], gettext("There is no such time zone."), tenant.time_zone)
        )
    if tenant.phone_region not in SUPPORTED_REGIONS:
        raise Invalid(
            FieldProblem(Problem.MALFORMED, ["phone_region"], gettext("There is no such country."), tenant.phone_region)
        )
    present = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
    tenant.catalogue_version = present.catalogue_version  # which somebody may have moved since the form was opened
    keep(tenant, by=by)
    return tenant


def authorise(row: models.Model, by: User, action: str) -> None:
    meta = row._meta
    if not by.has_perm(f"{meta.app_label}.{action}_{meta.model_name}"):
        raise Forbidden(
            gettext("your role may not {action} a {verbose_name}").format(action=action, verbose_name=meta.verbose_name)
        )
    if getattr(row, "tenant_id", by.tenant_id) != by.tenant_id:
        raise NotFound(gettext("no such {verbose_name}").format(verbose_name=meta.verbose_name))


def _problems(refused: ValidationError) -> list[FieldProblem]:
    by_field: dict[str, Any] = refused.message_dict
    return [
        FieldProblem(Problem.CONTRADICTION, [] if name == NON_FIELD_ERRORS else [name], " ".join(messages))
        for name, messages in by_field.items()
    ]
