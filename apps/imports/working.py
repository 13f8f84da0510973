"""A whole file: read, checked, written a batch at a time; what could not be is told row by row in a file of its own."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.common.errors import Invalid, SwitchroomError
from apps.common.words import figure
from apps.common.words import later as _
from apps.exports.columns import is_formula
from apps.imports import mapping, reading
from apps.imports.known import Known
from apps.imports.mapping import FieldMapping
from apps.imports.operations import Outcome, bring_in
from apps.imports.planning import Mistake, Planned, Planner
from apps.jobs import files
from apps.jobs.registry import Progress, Run, job
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

KIND = "import"
BATCH = 1_000  # rows in one transaction
_OUTCOMES = {Outcome.ADDED: _("added"), Outcome.CHANGED: _("changed"), Outcome.UNCHANGED: _("unchanged")}


@dataclass
class Tally:
    """How many rows came to what."""

    rows: int = 0
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    left_out: int = 0

    def __str__(self) -> str:
        told = ", ".join(f"{figure(count)} {_OUTCOMES[outcome]}" for outcome, count in self.counts.items())
        return gettext("{rows} rows: {told}, {left_out} left out").format(
            rows=figure(self.rows), told=told, left_out=figure(self.left_out)
        )


class Import:
    """One file into one tenant. A dry run does everything, and takes it back."""

    def __init__(self, tenant: Tenant, by: User, path: Path, document: Any, *, dry: bool) -> None:
        self.tenant, self.by, self.path, self.dry = tenant, by, path, dry
        self.tally = Tally()
        self._seen: set[int] = set()
        with scope(tenant):
            self.mapping: FieldMapping = mapping.checked(document, header=reading.header(path))
            self.known = Known()
            self._planner = Planner(self.mapping, self.known)

    def run(self, errors: Path) -> Iterator[Progress]:
        """Yields after each batch. `errors` comes to be if a row is left out."""
        total = max(reading.size(self.path), 1)
        yield Progress(0, total)
        rows = reading.rows(self.path)
        with ExitStack() as opened:
            told = _Errors(errors, opened)
            while batch := list(islice(rows, BATCH)):
                with scope(self.tenant):
                    told.write(self._bring_in([self._planned(number, row) for number, row in batch]))
                yield Progress(self.tally.rows, max(total, self.tally.rows))
        yield Progress(self.tally.rows, self.tally.rows)

    def _planned(self, number: int, row: reading.Raw) -> Planned:
        planned = self._planner.plan(number, row)
        if not planned.mistakes:
            mark = hash(planned.identifier)
            if mark in self._seen:
                planned.mistakes.append(
                    Mistake(
                        "",
                        gettext("An earlier row of this file is {identifier!r}, too.").format(
                            identifier=planned.identifier
                        ),
                    )
                )
            self._seen.add(mark)
        return planned

    def _bring_in(self, rows: Sequence[Planned]) -> list[tuple[Planned, Sequence[Mistake]]]:
        """The rows that were left out, and why."""
        good = [row for row in rows if not row.mistakes]
        outcomes = dict(zip(map(id, good), bring_in(good, self.known, by=self.by), strict=True))
        if self.dry:
            transaction.set_rollback(True)
            self.known.forget_sessions()
        left_out: list[tuple[Planned, Sequence[Mistake]]] = []
        for row in rows:
            outcome = outcomes.get(id(row))
            if isinstance(outcome, Outcome):
                self.tally.counts[outcome] += 1
            else:
                left_out.append((row, row.mistakes or self._refused(row, outcome)))
        self.tally.rows += len(rows)
        self.tally.left_out += len(left_out)
        return left_out

    def _refused(self, row: Planned, error: Any) -> list[Mistake]:
        if not isinstance(error, Invalid):
            return [Mistake("", f"{str(error)[:1].upper()}{str(error)[1:]}.")]
        return [Mistake(self._column(row, each.fields), each.message) for each in error.problems]

    def _column(self, row: Planned, fields: Sequence[str]) -> str:
        """The file's column behind a column of the model, a custom field, or a part."""
        name = fields[0] if fields else ""
        if name.startswith("attendees["):
            return self.mapping.column_of("attendees")
        if name.startswith("custom_fields["):
            name = row.custom[int(name[len("custom_fields[") :].partition("]")[0])][0]
        target = next((each.name for each in self.mapping.targets.values() if each.column == name), name)
        return self.mapping.column_of(target)


class _Errors:
    """CSV: row, column, reason, identifier. The file is made with the first row that it holds."""

    def __init__(self, path: Path, opened: ExitStack) -> None:
        self._path, self._opened = path, opened
        self._file: IO[str] | None = None

    def write(self, left_out: Sequence[tuple[Planned, Sequence[Mistake]]]) -> None:
        if left_out and self._file is None:
            self._file = self._opened.enter_context(
                self._path.open("w", encoding="utf-8-sig", errors="replace", newline="")
            )
            csv.writer(self._file).writerow(["row", "column", "reason", "externalIdentifier"])
        if self._file:
            csv.writer(self._file).writerows(
                [row.number, *map(_plain, (each.column, each.reason, row.identifier))]
                for row, mistakes in left_out
                for each in mistakes
            )
            self._file.flush()


def _plain(text: str) -> str:
    return f"'{text}" if is_formula(text) else text


@job(KIND)
def import_file(run: Run) -> Iterator[Progress]:
    """Parameters: `file`, `name`, `mapping`, `dry`. The job's file is that of the errors."""
    path = files.found(run.tenant, run.parameters["file"])
    if path is None:
        raise SwitchroomError(gettext("The file is no longer kept: bring it again."))
    importing = Import(run.tenant, run.by, path, run.parameters["mapping"], dry=run.parameters["dry"])
    errors = run.new_file(f"{Path(run.parameters['name']).stem}-errors.csv")
    trial = f"{gettext('Dry run, nothing written.')} " if run.parameters["dry"] else ""
    for progress in importing.run(errors):
        run.outcome = f"{trial}{importing.tally}."
        yield progress
    if not errors.exists():
        run.file = run.file_name = ""
