"""Keeping views: one's own, and with a permission those that everybody sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common import clock
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotAllowed, NotFound, Problem
from apps.common.storable import unstorable
from apps.saved_views.models import MOST_COLUMNS, ListChoice, SavedView

MOST_OF_ONE = 100  # views of one person for one list
_LONGEST_NAME, _LONGEST_QUERY = 80, 4000


@dataclass(frozen=True)
class Wanted:
    """What a view is to be."""

    name: str
    query: str
    columns: Sequence[str] = ()
    is_shared: bool = False


def visible_to(user: User, list_name: str) -> "QuerySet[SavedView]":
    """One's own views of a list, and the shared ones."""
    found = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), list_name=list_name)
    return found.select_related("owner").order_by("is_shared", "name", "id")


def may_share(user: User) -> bool:
    return permits(user, Permission.SHARE_LIST_VIEWS)


@transaction.atomic
def keep_view(list_name: str, wanted: Wanted, *, by: User, view: UUID | None = None) -> SavedView:
    """Write a new view, or over one. Who uses a shared one sees it changed.

    Raises Invalid for a name that stands already or cannot be, Forbidden for a shared one without the permission,
    NotFound for a view that is not one's own, NotAllowed for too many.
    """
    row = _own(view, by) if view else SavedView(list_name=list_name, owner=by)
    if (wanted.is_shared or row.is_shared) and not may_share(by):
        raise Forbidden(gettext("your role may not share views"))
    if row.pk is None and SavedView.objects.filter(owner=by, list_name=list_name).count() >= MOST_OF_ONE:
        raise NotAllowed(gettext("you have {MOST_OF_ONE} views of this list already").format(MOST_OF_ONE=MOST_OF_ONE))
    _check(wanted)
    row.name, row.query, row.columns = wanted.name.strip(), wanted.query, list(wanted.columns)
    row.is_shared, row.changed_at = wanted.is_shared, clock.now()
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        problem = FieldProblem(
            Problem.DUPLICATE, ["name"], gettext("There is a view of this name already."), wanted.name
        )
        raise Invalid(problem) from None
    return row


@transaction.atomic
def remove_view(view: UUID, *, by: User) -> None:
    """Forget it; whose list began with it begins with everything again. Raises as `keep_view`."""
    row = _own(view, by)
    if row.is_shared and not may_share(by):
        raise Forbidden(gettext("your role may not share views"))
    row.delete()


@transaction.atomic
def begin_with(list_name: str, view: UUID | None, *, by: User) -> None:
    """The list begins with this view for `by`; None: with everything. Raises NotFound for a view `by` may not see."""
    row = visible_to(by, list_name).filter(uuid=view).first() if view else None
    if view and row is None:
        raise NotFound(gettext("no such view"))
    ListChoice.objects.update_or_create(user=by, list_name=list_name, defaults={"view": row})


@transaction.atomic
def choose_columns(list_name: str, columns: Sequence[str], *, by: User) -> None:
    """The list has these columns for `by`, in this order, unless a view says otherwise; none: the house's."""
    _check_columns(columns)
    ListChoice.objects.update_or_create(user=by, list_name=list_name, defaults={"columns": list(columns)})


def choice_of(user: User, list_name: str) -> ListChoice:
    """What the user chose; an empty choice otherwise."""
    found = ListChoice.objects.select_related("view").filter(user=user, list_name=list_name).first()
    return found or ListChoice(user=user, list_name=list_name)


def _own(view: UUID, by: User) -> SavedView:
    found = SavedView.objects.locked().filter(uuid=view, owner=by).first()
    if found is None:
        raise NotFound(gettext("no such view of yours"))
    return found


def _check(wanted: Wanted) -> None:
    name = wanted.name.strip()
    if not name:
        raise Invalid(FieldProblem(Problem.REQUIRED, ["name"], gettext("A view has a name.")))
    if len(name) > _LONGEST_NAME:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG,
                ["name"],
                gettext("A name has at most {_LONGEST_NAME} characters.").format(_LONGEST_NAME=_LONGEST_NAME),
            )
        )
    if len(wanted.query) > _LONGEST_QUERY:
        raise Invalid(FieldProblem(Problem.TOO_LONG, ["query"], gettext("These are too many filters for a view.")))
    if problem := unstorable([name, wanted.query]):
        raise Invalid(FieldProblem(Problem.MALFORMED, ["name"], gettext("The {problem}.").format(problem=problem)))
    _check_columns(wanted.columns)


def _check_columns(columns: Sequence[str]) -> None:
    if len(columns) > MOST_COLUMNS:
        raise Invalid(
            FieldProblem(
                Problem.TOO_LONG,
                ["columns"],
                gettext("A list has at most {MOST_COLUMNS} columns.").format(MOST_COLUMNS=MOST_COLUMNS),
            )
        )
