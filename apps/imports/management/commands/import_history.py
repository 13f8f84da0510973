"""`manage.py import_history`: contacts of another system, out of a file."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from apps.accounts.models import User
from apps.common.errors import SwitchroomError
from apps.imports.fields import choices
from apps.imports.mapping import read
from apps.imports.working import Import
from apps.tenants.scope import scope


class Command(BaseCommand):
    help = "Bring contacts of another system in, out of CSV or JSON lines. The same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, required=True, help="JSON: which column becomes what")
        parser.add_argument("--by", required=True, metavar="USER", help="who brings them in, and so where to")
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--errors", type=Path, help="rows that are left out (default: FILE.errors.csv)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        user = User.objects.select_related("tenant").filter(username=options["by"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['by']}.")
        errors = options["errors"] or path.with_name(f"{path.name}.errors.csv")
        try:
            document = self._mapping(options["mapping"], user)
            importing = Import(user.tenant, user, path, document, dry=options["dry_run"])
            self._follow(importing, errors)
        except (SwitchroomError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{'Dry run, nothing written. ' if options['dry_run'] else ''}{importing.tally}.")
        if importing.tally.left_out:
            self.stdout.write(f"Why rows were left out stands in {errors}.")

    def _mapping(self, path: Path, user: User) -> Any:
        text = path.read_text(encoding="utf-8-sig")
        with scope(user.tenant):
            try:
                read(text)
            except SwitchroomError as error:
                fields = "\n".join(f"  {name}: {meaning}" for name, meaning in choices())
                raise CommandError(f"{error}\nFields that a column may become:\n{fields}") from None
        return json.loads(text)

    def _follow(self, importing: Import, errors: Path) -> None:
        bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*bar, console=Console(stderr=True)) as shown:
            task = shown.add_task("Importing", total=None)
            for progress in importing.run(errors):
                shown.update(task, completed=progress.done, total=progress.total)
