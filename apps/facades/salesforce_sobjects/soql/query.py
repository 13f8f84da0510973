"""A parsed query over what the caller may see. Tenant, deletion and permission are the base that nothing can widen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import Exact

from apps.accounts.models import USER_PREFIX, User
from apps.common import clock
from apps.facades.salesforce_sobjects.soql.conditions import Conditions
from apps.facades.salesforce_sobjects.soql.errors import MalformedQuery
from apps.facades.salesforce_sobjects.soql.grouping import Grouping, is_grouped
from apps.facades.salesforce_sobjects.soql.literals import Literals
from apps.facades.salesforce_sobjects.soql.names import Asked, Names
from apps.facades.salesforce_sobjects.soql.numbers import limit_of, offset_of
from apps.facades.salesforce_sobjects.soql.ordering import after, order_of, ordered, position
from apps.facades.salesforce_sobjects.soql.parser import parse
from apps.facades.salesforce_sobjects.soql.selecting import selection_of
from apps.facades.salesforce_sobjects.soql.selection import Cell, Listed
from apps.facades.salesforce_sobjects.soql.tree import Call, Plain
from apps.objects.columns import Column, column_of

LARGEST_PAGE = 2000
_MODES = ("SECURITY_ENFORCED", "USER_MODE", "SYSTEM_MODE")  # permissions are enforced in each
_PURPOSES = ("VIEW", "REFERENCE", "UPDATE")


@dataclass(frozen=True)
class Page:
    """Records, and where the next page begins: how many rows lie before it, and the last one's place in the order.

    `end` is 0 where nothing follows. There is no `place` if the last row has changed in this very moment.
    """

    records: Sequence[dict[str, Any]]
    keys: Sequence[int]  # of the rows, for who notes that they were viewed
    end: int = 0
    place: Sequence[Any] | None = None


class Query:
    """One SELECT. Raises QueryError while it is being understood; afterwards only time can run out.

    `now` is what date literals are counted from; `nested` allows subqueries in subqueries whatever the version.
    """

    def __init__(
        self,
        text: str,
        *,
        by: User,
        with_deleted: bool = False,
        version: int = 0,
        now: datetime | None = None,
        nested: bool = False,
    ) -> None:
        self.select = select = parse(text)
        literals = Literals(text, now or clock.now(), by.zone)
        self.asked = Asked(by, literals, with_deleted or select.all_rows, version, nested)
        self.sobject = self.asked.object(str(select.sources[0].path), select.at)
        self.names = Names(self.asked, self.sobject, select.sources)
        self.rows = self._matching()
        self._limit, self._offset = limit_of(select, self.asked), offset_of(select, self.asked)
        self._refuse_unknown_words()
        self.only_count = self._is_only_count()
        self.grouping = None
        if not self.only_count and is_grouped(select):
            self.grouping = Grouping(self.names, select, self.rows)
        elif not self.only_count:
            self._selection = selection_of(self.names, select)
            self._keys = order_of(self.names, select.order)

    def narrow(self, condition: Q) -> None:
        """Keep only those rows that meet this condition as well: what a search found."""
        self.rows = self.rows.filter(condition)

    @property
    def columns(self) -> Sequence[Column]:
        """The object's own fields that are selected."""
        return [part.column for part in self._selection.parts.values() if isinstance(part, Cell) and part.column]

    @property
    def is_paged(self) -> bool:
        """Whether a locator may lead on (P-25)."""
        return not (self.only_count or self.grouping or self._offset)

    @property
    def purposes(self) -> set[str]:
        return {purpose.upper() for purpose in self.select.purposes}

    def total(self) -> int:
        """How many rows match, LIMIT and OFFSET applied."""
        return self.rows[self._offset : self._offset + self._limit].count()

    def page(self, size: int = LARGEST_PAGE, before: int = 0, skip: int = 0, place: Sequence[Any] = ()) -> Page:
        """The records after the `before` first ones, of which only the last `skip` are to be passed over in reading:
        the others lie before `place`. Children count towards the size, but a page has at least one record."""
        rows = self.rows.filter(after(self._keys, place)) if place else self.rows
        most = max(0, min(size, self._limit - before))
        start = self._offset + skip
        vectors = self._selection.read(ordered(rows, self._keys)[start : start + most + 1])
        taken = min(most, len(vectors["pk"]))
        more = len(vectors["pk"]) > taken and before + taken < self._limit
        records = self._selection.records({path: values[:taken] for path, values in vectors.items()})
        fitting = self._fitting(records, size)
        more = more or fitting < len(records)
        keys = vectors["pk"][:fitting]
        if not more or not self.is_paged:
            return Page(records[:fitting], keys)
        return Page(records[:fitting], keys, before + fitting, position(self.rows, self._keys, keys[-1]))

    def _fitting(self, records: Sequence[dict[str, Any]], size: int) -> int:
        """How many of the records make a page with their children."""
        lists = [name for name, part in self._selection.parts.items() if isinstance(part, Listed)]
        if not lists or not self.is_paged:
            return len(records)
        taken = 0
        for number, record in enumerate(records):
            taken += 1 + sum(record[name]["totalSize"] for name in lists if record[name])
            if taken > size and number:
                return number
        return len(records)

    def _matching(self) -> "QuerySet[Any]":
        rows = self.names.rows()
        if self.select.scope:
            rows = rows.filter(self._in_scope(self.select.scope))
        return rows.filter(Conditions(self.names).where(self.select.where)) if self.select.where else rows

    def _in_scope(self, scope: Any) -> Q:
        if scope.upper() == "EVERYTHING":
            return Q()
        owner = column_of(self.sobject, "OwnerId")
        path = next((path for path, prefix in owner.links if prefix == USER_PREFIX), None) if owner else None
        if scope.upper() != "MINE" or path is None:
            raise self.asked.literals.refusal(f"scope '{scope}' is not supported", scope)
        return Q(Exact(F(path), self.asked.user.pk))

    def _refuse_unknown_words(self) -> None:
        words = [(self.select.mode, _MODES), *((purpose, _PURPOSES) for purpose in self.select.purposes)]
        for word, known in words:
            if word and word.upper() not in known:
                raise self.asked.literals.refusal(f"unexpected token: '{word}'", word)

    def _is_only_count(self) -> bool:
        """`COUNT()` stands alone and gives only the total."""
        calls = [item.operand for item in self.select.items if isinstance(item, Plain)]
        counts = [call for call in calls if isinstance(call, Call) and call.name == "COUNT" and not call.arguments]
        if counts and (len(self.select.items) > 1 or self.select.group or self.select.order):
            problem = "COUNT() stands alone in the SELECT list, without GROUP BY and ORDER BY"
            raise MalformedQuery(problem, self.asked.text, counts[0].at)
        return bool(counts)
