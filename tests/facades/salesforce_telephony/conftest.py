from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.objects.operations import define_custom_field
from apps.tenants.scope import scope
from tests.builders import make_queue
from tests.telephony import Phone, make_call_center

PAYLOADS = Path(__file__).parent / "payloads"


@pytest.fixture
def queue(tenant: Any) -> Any:
    with scope(tenant):
        return make_queue("Claims level 2")


@pytest.fixture
def center(tenant: Any, queue: Any) -> Any:
    """A call centre whose number leads to the queue; its calls have a department of 10 characters."""
    with scope(tenant):
        define_custom_field("VoiceCall", "Department__c", "string", label="Department", length=10)
        return make_call_center(queue)


@pytest.fixture
def phone(tenant: Any, center: Any) -> Phone:
    return Phone(tenant)


@pytest.fixture
def looking(tenant: Any) -> Iterator[None]:
    """What the test itself reads and does happens in the tenant's scope."""
    with scope(tenant):
        yield


@pytest.fixture
def payload() -> Any:
    return lambda name: (PAYLOADS / name).read_bytes()
