"""The server does what its document says, whatever a generator of requests thinks of: no 5xx, no undocumented status,
and bodies as they are described.

`SWITCHROOM_EXAMPLES` sets how many requests are made of each kind for each operation.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from apps.accounts.operations import issue_token
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_user
from tests.server import running

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]

BODY_CHECKS = [content_type_conformance, response_schema_conformance]
EXAMPLES = int(os.environ.get("SWITCHROOM_EXAMPLES", "2"))


@pytest.fixture
def signed_in(tenant: Tenant) -> dict[str, str]:
    with scope(tenant):
        for _ in range(2):
            make_live(make_queue(members=[make_agent()]))
        return {"Authorization": f"Bearer {issue_token(make_user('admin'))}"}


@pytest.fixture
def address(signed_in: dict[str, str]) -> Iterator[str]:
    with running("wsgi") as server:
        yield server.address


def test_no_fault_and_no_undocumented_status(address: str, signed_in: dict[str, str]) -> None:
    document = requests.get(f"{address}/services/openapi", headers=signed_in, timeout=30).json()
    ids = _ids(address, signed_in)
    wrong: dict[str, str] = {}
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            _try(operation, mode, address, signed_in, ids, wrong)
    assert not wrong, "\n".join(f"{what}\n    {how}" for what, how in wrong.items())


def _ids(address: str, headers: dict[str, str]) -> dict[str, str]:
    """An id of each object that has a record, so that paths do not only lead to nothing."""
    found = {}
    listed = requests.get(f"{address}/services/data/v67.0/sobjects", headers=headers, timeout=30).json()
    for name in (each["name"] for each in listed["sobjects"] if each["queryable"]):
        query = {"q": f"SELECT Id FROM {name} LIMIT 1"}
        rows = requests.get(f"{address}/services/data/v67.0/query", query, headers=headers, timeout=30).json()
        if rows["records"]:
            found[name] = rows["records"][0]["Id"]
    return found


def _try(operation: Any, mode: Any, address: str, headers: dict[str, str], ids: dict[str, str], wrong: Any) -> None:
    documented = {int(status) for status in operation.definition.raw["responses"]}

    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), known=hypothesis.strategies.booleans())
    def attempt(case: Any, known: bool) -> None:
        _point_at_a_record(case, ids, known)
        response = case.call(base_url=address, headers=headers, timeout=30)
        key = f"{operation.label} {response.status_code}"
        if response.status_code not in documented or response.status_code >= 500:
            wrong.setdefault(key, f"{case.as_curl_command()[:2000]}\n    {response.text[:500]}")
            return
        try:
            case.validate_response(response, checks=BODY_CHECKS, headers=headers)
        except FailureGroup as failures:
            wrong.setdefault(key, str(failures)[:2000])

    with suppress(hypothesis.errors.Unsatisfiable):  # nothing can be wrong with a request that has no parts
        attempt()


def _point_at_a_record(case: Any, ids: dict[str, str], known: bool) -> None:
    name = case.path.split("/sobjects/")[-1].split("/")[0]
    if known and "id" in (case.path_parameters or {}) and name in ids:
        case.path_parameters["id"] = ids[name]
