"""What a SELECT list asks of one object's rows, and how rows become records.

Rows of parents are read once for each relationship, those of children once for each subquery, however many rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Left

from apps.facades.salesforce_sobjects.soql.names import Asked
from apps.facades.salesforce_sobjects.soql.parents import SHARED, links
from apps.facades.salesforce_sobjects.soql.rendering import Written, formatted, labels, rendered
from apps.objects.columns import Column, Parent
from apps.objects.registry import SObject

Vectors = Mapping[str, Sequence[Any]]
_WRITTEN = "_written_"  # begins the name of a column that the database writes as JSON has it


@dataclass(frozen=True)
class Cell:
    """A field of the row, perhaps shown by a function; no column: a field that only other objects have."""

    column: Column | None
    shown: str = ""

    @property
    def reads(self) -> Sequence[str]:
        if self.moment:
            return [_WRITTEN + self.moment]
        return [path for path in self.column.reads if path] if self.column else ()

    @property
    def moment(self) -> str:
        """The column of a date and time, which the database writes down: that takes it a tenth of what it takes us."""
        return (
            self.column.path
            if self.column and self.column.declared.type == "datetime" and not self.column.custom
            else ""
        )

    def values(self, selection: "Selection", vectors: Vectors, rows: int) -> Sequence[Any]:
        if self.column is None:
            return [None] * rows
        found = vectors[_WRITTEN + self.moment] if self.moment else rendered(self.column, vectors.__getitem__, rows)
        if self.shown == "TOLABEL":
            return labels(selection.sobject, self.column, found)
        if self.shown:
            return formatted(self.column.declared.type, found, selection.asked.literals.zone)
        return found


@dataclass
class Selection:
    """The keys of a record in their order: fields, parents and lists of children."""

    asked: Asked
    sobject: SObject
    parts: "dict[str, Cell | Related | Listed]" = field(default_factory=dict)

    def related(self, parent: Parent) -> "Related":
        found = self.parts.setdefault(parent.name, Related(self.asked, parent))
        assert isinstance(found, Related)
        return found

    @property
    def reads(self) -> list[str]:
        paths = {path for part in self.parts.values() for path in part.reads}
        return ["pk", *([self.sobject.text_id] if self.sobject.text_id else []), *sorted(paths - {"pk"})]

    def read(self, rows: "QuerySet[Any]", *more: str) -> Vectors:
        """The columns that the records are made of, and more of them."""
        paths = list(dict.fromkeys([*self.reads, *more]))
        written = {path: Written(F(path.removeprefix(_WRITTEN))) for path in paths if path.startswith(_WRITTEN)}
        found = list(rows.annotate(**written).values_list(*paths))
        return dict(zip(paths, zip(*found, strict=True), strict=True)) if found else dict.fromkeys(paths, ())

    def records(self, vectors: Vectors) -> list[dict[str, Any]]:
        """The records of the rows read. Parents and children are read now."""
        rows = len(vectors["pk"])
        names = ["attributes", *self.parts]
        columns = [self._attributes(vectors), *(part.values(self, vectors, rows) for part in self.parts.values())]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    def _attributes(self, vectors: Vectors) -> list[dict[str, str]]:
        name = self.sobject.name
        base = f"/services/data/v{self.asked.version}.0/sobjects/{name}/"
        return [{"type": name, "url": base + self.sobject.id_of(key)} for key in vectors[self.sobject.text_id or "pk"]]


@dataclass
class Related:
    """A parent: one Selection for each object that the relationship may lead to."""

    asked: Asked
    parent: Parent
    selections: dict[str, Selection] = field(default_factory=dict)

    def of(self, target: SObject) -> Selection:
        return self.selections.setdefault(target.name, Selection(self.asked, target))

    @property
    def reads(self) -> Sequence[str]:
        return self.parent.column.reads

    def values(self, selection: Selection, vectors: Vectors, rows: int) -> Sequence[Any]:
        """The parents' records; null where there is none that the caller may see."""
        found: list[Any] = [None] * rows
        for wanted in self.selections.values():
            for path, before, is_text in links(self.parent.column, wanted.sobject):
                keys = self._keys(vectors, path, before)
                known = self._records(wanted, keys, is_text) if any(key is not None for key in keys) else {}
                for row, key in enumerate(keys):
                    if key is not None and (record := known.get(key[:SHARED] if is_text else key)):
                        found[row] = record
        return found

    def _keys(self, vectors: Vectors, path: str, before: Sequence[str]) -> Sequence[Any]:
        """The keys in one column, where none that counts before it is set."""
        keys = vectors[path]
        for other in before:
            keys = [None if first is not None else key for first, key in zip(vectors[other], keys, strict=True)]
        return keys

    def _records(self, wanted: Selection, keys: Iterable[Any], is_text: bool) -> dict[Any, Any]:
        present = {key[:SHARED] if is_text else key for key in keys if key is not None}
        rows = self.asked.rows(wanted.sobject)
        if is_text:
            text_id = str(wanted.sobject.text_id)
            vectors = wanted.read(rows.annotate(_named=Left(text_id, SHARED)).filter(_named__in=present))
            known: Iterable[Any] = [text[:SHARED] for text in vectors[text_id]]
        else:
            vectors = wanted.read(rows.filter(pk__in=present))
            known = vectors["pk"]
        return dict(zip(known, wanted.records(vectors), strict=True))


@dataclass
class Listed:
    """Children: a subquery over a relationship, whose rows name their parent in `link`."""

    selection: Selection
    rows: "QuerySet[Any]"  # conditions, order and limit applied
    link: str

    reads: Sequence[str] = ("pk",)

    def values(self, selection: Selection, vectors: Vectors, rows: int) -> Sequence[Any]:
        """A list of children for each row; null where there are none (P-26)."""
        parents = vectors["pk"]
        found = self.selection.read(self.rows.filter(**{f"{self.link}__in": parents}), self.link)
        children: dict[Any, list[Any]] = {}
        for key, record in zip(found[self.link], self.selection.records(found), strict=True):
            children.setdefault(key, []).append(record)
        return [_result(children[key]) if key in children else None for key in parents]


def _result(records: list[Any]) -> dict[str, Any]:
    return {"totalSize": len(records), "done": True, "records": records}
