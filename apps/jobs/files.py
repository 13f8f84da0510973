"""Files that jobs make or read: in a folder that every web and worker process reaches, kept for some days."""

import re
import time
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from apps.tenants.models import Tenant

_REFERENCE = re.compile(r"[0-9a-f]{32}(\.[a-z0-9]{1,10})?")
_A_DAY_S = 86400


def new(tenant: Tenant, suffix: str) -> tuple[str, Path]:
    """A reference to a file to be, and where it goes."""
    reference = f"{uuid4().hex}{suffix}"
    path = path_of(tenant, reference)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return reference, path


def path_of(tenant: Tenant, reference: str) -> Path:
    """Where it is, if it is still kept. Raises ValueError for what is no reference of ours."""
    if not _REFERENCE.fullmatch(reference):
        raise ValueError("no file of ours")
    return Path(settings.FILES_DIR) / tenant.uuid.hex / reference


def found(tenant: Tenant, reference: str) -> Path | None:
    """The file, unless it was never made or is gone."""
    path = path_of(tenant, reference) if reference else None
    return path if path and path.is_file() else None


def remove(tenant: Tenant, reference: str) -> None:
    if reference:
        path_of(tenant, reference).unlink(missing_ok=True)


def forget(tenant: Tenant) -> None:
    """Remove what is older than it is to be kept."""
    until = time.time() - settings.FILES_KEPT_DAYS * _A_DAY_S
    for path in (Path(settings.FILES_DIR) / tenant.uuid.hex).glob("*"):
        if path.stat().st_mtime < until:
            path.unlink(missing_ok=True)
