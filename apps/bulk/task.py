"""A bulk action as it was asked for: of which list, by which filters, with what. A job carries it as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.bulk.actions import ACTIONS, Action, settable
from apps.common import clock
from apps.common.errors import Forbidden, NotFound
from apps.common.looking import Narrowed
from apps.common.paging import Order
from apps.engagements.lists import LISTS, RecordList, is_bin

MOST_COUNTED = 10_000  # beyond, a screen says "more than"


@dataclass(frozen=True)
class Task:
    """`asked` are the list's filters as an address has them; `picked` are keys, where only some rows are meant.

    Records that came after `until` are not meant: nobody was told of them.
    """

    list_name: str
    action_name: str
    asked: str = ""
    picked: Sequence[int] = ()
    field_name: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    until: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> "Task":
        return cls(**parameters)

    def as_parameters(self) -> dict[str, Any]:
        return {**asdict(self), "until": self.until or clock.now().isoformat()}

    @property
    def listed(self) -> RecordList:
        found = LISTS.get(self.list_name)
        if found is None:
            raise NotFound(gettext("no such list"))
        return found

    @property
    def action(self) -> Action:
        """Raises NotFound for what cannot be done with this list, or with the part of it that is meant."""
        found = ACTIONS.get(self.action_name)
        if found is None or self.list_name not in found.lists or found.of_bin != is_bin(self.query):
            raise NotFound(gettext("no such action"))
        return found

    @property
    def query(self) -> QueryDict:
        return QueryDict(self.asked, mutable=True)

    def form(self, data: Any = None) -> forms.Form:
        """Raises NotFound for a field that cannot be set so."""
        if self.action_name == "set" and self.field_name not in settable(self.listed):
            raise NotFound(gettext("no such field"))
        return self.action.form(self.listed, data, self.field_name)

    @property
    def order(self) -> Order:
        return self.listed.sorting({"deleted": "1"} if is_bin(self.query) else {})

    def looked(self, by: User, *also: Any) -> Narrowed:
        """The rows that are meant, and of them those of a condition. In scope."""
        given = self.query
        given.pop("order", None)
        looked = self.listed.looked(given, by=by)
        wanted = [*also]
        if self.until:
            wanted.append(Q(created_date__lte=datetime.fromisoformat(self.until)))
        if self.picked:
            wanted.append(Q(pk__in=self.picked))
        return looked.narrowed(*wanted) if wanted else looked

    def unknown(self, by: User) -> list[str]:
        """What it asks for that this list knows no filter for, as a field that was switched off. In scope."""
        known = {"order", "deleted", *self.listed.narrowed(self.query, by=by).filters}
        return [name for name in self.query if name not in known]

    def count(self, by: User) -> tuple[int, bool]:
        """How many, counted no further than a screen says; and whether these are all."""
        return self.looked(by).at_most(MOST_COUNTED, self.order)

    def authorise(self, by: User) -> None:
        """Raises Forbidden unless `by` may change such records."""
        meta = self.listed.sobject.model._meta
        if not by.has_perm(f"{meta.app_label}.change_{meta.model_name}"):
            raise Forbidden(gettext("your role may not change {plural}").format(plural=self.listed.plural))
