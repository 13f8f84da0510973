"""What an address asks of a list: its own filters, or those of the view that it names, or of the one to begin with."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.http import QueryDict

from apps.accounts.models import User
from apps.engagements.lists import is_bin
from apps.saved_views import operations as views
from apps.saved_views.models import ListChoice, SavedView
from apps.supervision.records.columns import AnyList, Heading, chosen

# What is no filter: `all` says that there are none, where a view would begin otherwise.
CONTROLS = ("view", "columns", "older_than", "newer_than", "all", "saved", "part", "p", "e")


@dataclass(frozen=True)
class Asked:
    """`filters` narrow and sort; `view` is the one that they began with."""

    listed: AnyList
    given: QueryDict
    filters: QueryDict
    view: SavedView | None
    choice: ListChoice

    @property
    def is_bin(self) -> bool:
        return is_bin(self.filters)

    @property
    def is_beginning(self) -> bool:
        return not (self.given.get("older_than") or self.given.get("newer_than"))

    @property
    def is_changed(self) -> bool:
        """Whether the view is asked for with other filters than its own."""
        return self.view is not None and dict(tidy(self.filters).lists()) != dict(QueryDict(self.view.query).lists())

    @cached_property
    def headings(self) -> list[Heading]:
        named = [name for name in self.given.get("columns", "").split(",") if name]
        return chosen(self.listed, named, self.view.columns if self.view else (), self.choice.columns)

    @property
    def query(self) -> str:
        """The filters alone, for whoever reads the same rows."""
        return tidy(self.filters).urlencode()

    def address(self, **changes: str | None) -> str:
        """The same list with these changes, from its beginning unless a position is among them."""
        query = tidy(self.filters)
        for name, value in changes.items():
            if value is None:
                query.pop(name, None)
            else:
                query[name] = value
        if not set(query) - set(CONTROLS):
            query["all"] = "1"
        for name, kept in (("view", str(self.view.uuid) if self.view else ""), ("columns", self.given.get("columns"))):
            if kept:
                query[name] = kept
        return f"?{query.urlencode()}"


def asked_of(listed: AnyList, given: QueryDict, *, by: User) -> Asked:
    """A view that is not there any longer, or not for `by`, is no view. Two queries at most."""
    choice = views.choice_of(by, listed.name)
    view = _view(listed, given.get("view"), by) if given.get("view") else None
    own = tidy(given)
    if not given and choice.view and (choice.view.is_shared or choice.view.owner_id == by.pk):
        view = choice.view
    if any(name not in CONTROLS for name in given) or "all" in given or view is None:
        return Asked(listed, given, own, view, choice)
    return Asked(listed, given, QueryDict(view.query, mutable=True), view, choice)


def tidy(given: QueryDict) -> QueryDict:
    """Without what is empty, or no filter."""
    found = QueryDict(mutable=True)
    for name, values in given.lists():
        if name not in CONTROLS and any(values):
            found.setlist(name, [value for value in values if value])
    return found


def _view(listed: AnyList, named: str | None, by: User) -> SavedView | None:
    try:
        return views.visible_to(by, listed.name).filter(uuid=UUID(named or "")).first()
    except ValueError:
        return None
