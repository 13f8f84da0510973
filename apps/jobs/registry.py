"""Which function does which kind of job.

A job function gets a `Run`, opens its own scopes, and yields how far it is, at least every few seconds: between two
yields the job cannot be stopped, and a worker that is silent for `LEASE` loses it to another. It must bear being begun
anew, because a worker may be killed at any time. A `SwitchroomError` is a failure with a reason for people to read.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from apps.accounts.models import User
from apps.jobs import files
from apps.tenants.models import Tenant


@dataclass(frozen=True)
class Progress:
    done: int
    total: int | None = None  # None: not known


@dataclass
class Run:
    """One attempt at a job, as its function sees it. What it sets here is written down at the end.

    An `outcome` that it has when it is stopped says what is done and stays.
    """

    tenant: Tenant
    by: User
    job_uuid: str
    parameters: Mapping[str, Any]
    outcome: str = ""
    file: str = field(default="", init=False)
    file_name: str = field(default="", init=False)

    def new_file(self, name: str) -> Path:
        """Where the job's file is to be written; `name` is what it is called when it is taken away."""
        self.file, path = files.new(self.tenant, Path(name).suffix)
        self.file_name = name
        return path


Function: TypeAlias = Callable[[Run], Iterator[Progress]]

_KINDS: dict[str, Function] = {}


def job(kind: str) -> Callable[[Function], Function]:
    """Function decorator: it does the jobs of this kind."""

    def register(function: Function) -> Function:
        assert _KINDS.setdefault(kind, function) is function, f"two functions for {kind}"
        return function

    return register


def function_of(kind: str) -> Function | None:
    return _KINDS.get(kind)
