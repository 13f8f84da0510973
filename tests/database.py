"""An embedded server of the tests' own, and in it a migrated database that each run copies."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connections
from psycopg import sql

from config.postgres import embedded

_KEPT = {"django_migrations", "django_content_type", "auth_permission"}
_TRIES = 5
# What a crash would lose is of no worth here. All of these take effect on reload.
_HASTY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def prepare() -> None:
    """Point the embedded database at the tests' own server; with a `DATABASE_URL`, do nothing.

    Migrating takes a quarter of a minute, copying a migrated database a quarter of a second, so the outcome of the
    migrations is kept; when some are added, only those run.
    """
    database = connections["default"].settings_dict
    if not database.get("EMBEDDED"):
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # each of several has a server to itself
    database["EMBEDDED"] = str(Path(settings.DATA_DIR) / f"test-postgres{worker}")
    host, user = embedded.start(database["EMBEDDED"], None)
    with psycopg.connect(host=host, user=user, dbname="postgres", autocommit=True) as connection:
        for name, value in _HASTY.items():
            connection.execute(f"alter system set {name} = {value}")
        connection.execute("select pg_reload_conf()")
        database["TEST"]["TEMPLATE"] = _template(connection)


def empty() -> None:
    """Take away what a test has committed. What the migrations wrote stays, and tables that are empty cost nothing."""
    ours = connections["default"]
    with ours.as_owner(), ours.cursor() as cursor:  # type: ignore[attr-defined]
        tables = set(ours.introspection.django_table_names(only_existing=True)) - _KEPT
        cursor.execute(" union all ".join(f"select '{name}' where exists (select from {name})" for name in tables))
        filled = [name for (name,) in cursor.fetchall()]
        cursor.execute("set session_replication_role = replica")  # without foreign keys there is no order to keep
        for left in reversed(range(_TRIES)):
            try:
                cursor.execute("; ".join(["select 1", *(f"delete from {name}" for name in filled)]))
                break
            except OperationalError:  # a deadlock with a server of the test's that still reads
                if not left:
                    raise


def _migrations() -> dict[str, str]:
    """What a migrated database is the outcome of: each file with its checksum."""
    # Libraries bring migrations of their own, and come with the list of them.
    files = [settings.BASE_DIR / "requirements.txt", *settings.BASE_DIR.glob("apps/**/migrations/*.py")]
    return {str(path.relative_to(settings.BASE_DIR)): sha256(path.read_bytes()).hexdigest()[:8] for path in files}


def _template(connection: psycopg.Connection) -> str:
    """The migrated database, made unless it is there. It gets its name last, so that it is never half migrated."""
    wanted = _migrations()
    name = "migrated_" + sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:16]
    kept = dict(connection.execute("select datname, shobj_description(oid, 'pg_database') from pg_database").fetchall())
    if name in kept:
        return name
    olds = {old for old in kept if old.startswith("migrated_")} - {"migrated_in_work"}
    begun = next((old for old in olds if (json.loads(kept[old] or "null") or wanted).items() < wanted.items()), None)
    connection.execute("drop database if exists migrated_in_work")
    connection.execute(f"create database migrated_in_work template {begun or 'template1'}")
    with _named("migrated_in_work"):
        call_command("migrate", verbosity=0, interactive=False)
    comment = sql.SQL("comment on database migrated_in_work is {}").format(json.dumps(wanted))
    connection.execute(comment)
    for old in olds:
        connection.execute(f"drop database {old}")
    connection.execute(f"alter database migrated_in_work rename to {name}")
    return name


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
