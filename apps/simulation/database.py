"""A database of the trial's own, so that nothing of the product's is touched."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from config.postgres import embedded

# The trial's rows are thrown away; what a crash would lose is of no worth.
_HASTY = ("fsync", "full_page_writes", "synchronous_commit")


@contextmanager
def scratch() -> Iterator[None]:
    """Everything inside happens in an empty, migrated database, which is gone afterwards."""
    kept = dict(connection.settings_dict)
    connection.close()
    with tempfile.TemporaryDirectory(prefix="switchroom-trial-") as folder:
        path = str(Path(folder) / "postgres")
        connection.settings_dict.update(
            NAME=embedded.DATABASE, EMBEDDED=path, OWNER=None, PASSWORD="", PORT="", CONN_MAX_AGE=None
        )
        try:
            _hurry()
            call_command("migrate", verbosity=0, interactive=False)
            yield
        finally:
            connection.close()
            connection.settings_dict.clear()
            connection.settings_dict.update(kept)
            embedded.stop(path)


def _hurry() -> None:
    with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        for name in _HASTY:
            cursor.execute(f"alter system set {name} = off")
        cursor.execute("select pg_reload_conf()")
