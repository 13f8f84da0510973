"""An embedded server of the tests' own, and in it a migrated database that each run copies."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config.postgres import embedded

# What a crash would lose is of no worth here. All of these take effect on reload.
_HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def prepare() -> None:
    """Point the embedded database at the tests' own server; with a `DATABASE_URL`, do nothing.

    Migrating takes a quarter of a minute, copying a migrated database a quarter of a second, so the outcome of the
    migrations is kept for as long as no migration changes.
    """
    database = connections["default"].settings_dict
    if not database.get("EMBEDDED"):
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # each of several has a server to itself
    database["EMBEDDED"] = str(Path(settings.DATA_DIR) / f"test-postgres{worker}")
    host, user = embedded.start(database["EMBEDDED"], None)
    template = f"migrated_{_migrations_digest()}"
    with psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True) as connection:
        for name, value in _HASTY.items():
            connection.execute(f"alter system set {name} = {value}")
        connection.execute("select pg_reload_conf()")
        _make_template(connection, template)
    database["TEST"]["TEMPLATE"] = template


def _migrations_digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(settings.BASE_DIR.glob("apps/**/migrations/*.py")):
        digest.update(path.read_bytes())
    digest.update((settings.BASE_DIR / "requirements.txt").read_bytes())  # libraries bring migrations of their own
    return digest.hexdigest()[:16]


def _make_template(connection: psycopg.Connection, name: str) -> None:
    """Make the template unless it is there; it gets its name last, so that it is never half migrated."""
    kept = {row[0] for row in connection.execute("select datname from pg_database where datname like 'migrated%'")}
    if name in kept:
        return
    for old in kept:
        connection.execute(f"drop database {old}")
    connection.execute("create database migrated_in_work")
    with _named("migrated_in_work"):
        call_command("migrate", verbosity=0, interactive=False)
    connection.execute(f"alter database migrated_in_work rename to {name}")


@contextmanager
def _named(name: str) -> Iterator[None]:
    database = connections["default"].settings_dict
    before = database["NAME"]
    database["NAME"] = name
    try:
        yield
    finally:
        connections["default"].close()
        database["NAME"] = before
