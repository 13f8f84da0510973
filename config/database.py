"""Where the database is: `DATABASE_URL`, or an embedded PostgreSQL under the data directory."""

import secrets
from pathlib import Path
from typing import Any

import environ

from config.postgres import embedded

ENGINE = "config.postgres"
APP_ROLE = "switchroom_app"  # created by the first migration; row-level security binds it


def settings(env: environ.Env, data_dir: Path) -> dict[str, Any]:
    """Django's `DATABASES["default"]`.

    `DATABASE_URL` names the owner or any role that may become `DATABASE_ROLE`; every command but `migrate` and `flush`
    runs as that role, which cannot bypass row-level security. `DATABASE_OWNER_URL` is for installations whose
    `DATABASE_URL` may not migrate.
    """
    if url := env.str("DATABASE_URL", default=""):
        database: dict[str, Any] = env.db_url_config(url, engine=ENGINE)
    else:
        database = {"ENGINE": ENGINE, "NAME": embedded.DATABASE, "EMBEDDED": str(data_dir / "postgres")}
    role = env.str("DATABASE_ROLE", default=APP_ROLE)
    database |= {
        "ROLE": role,
        "APP_ROLE": role,
        "OWNER": env.db_url_config(owner, engine=ENGINE)
        if (owner := env.str("DATABASE_OWNER_URL", default=""))
        else None,
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=300),
        "CONN_HEALTH_CHECKS": True,
        # Read rows as they come: a named cursor would need its transaction kept open.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
    return database


def local_secret(data_dir: Path) -> str:
    """A key of this machine's own, made once, for an installation that sets none."""
    path = data_dir / "secret-key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
