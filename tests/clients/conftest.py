"""A contact centre for the vendors' public clients: people, a client application, a running server."""

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from apps.accounts.models import GrantType, User
from apps.accounts.operations import register_client
from apps.directory.models import CrmRecord
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import PASSWORD, make_user
from tests.server import running
from tests.telephony import private_key, public_pem

REDIRECT_URI = "http://localhost:1717/OauthRedirect"
CONTACT = "003Wq000000CONTIA4"


@dataclass(frozen=True)
class House:
    """Everything that a client needs to sign in."""

    address: str  # http://host:port
    user: User
    client_id: str
    client_secret: str
    password: str = PASSWORD

    @property
    def private_key(self) -> str:
        return private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="session")
def address(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[str]:
    """One server for all clients, as the one-command demo runs it."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            server = stack.enter_context(running("rsgi"))
        yield server.address


@pytest.fixture
def house(address: str, tenant: Tenant) -> House:
    with scope(tenant):
        user = make_user("admin", first_name="Ramona", last_name="Ilves", email="ramona@harbour.example")
        CrmRecord.objects.create(object_name="Contact", record_id=CONTACT, name="María O'Neil", phone="+442079460991")
        define_custom_field("EngagementInteraction", "Policy__c", CustomFieldKind.TEXT, label="Policy", length=40)
    client_id, secret = register_client(
        user,
        "Clients' tests",
        grant_types=[grant.value for grant in GrantType],
        redirect_uris=REDIRECT_URI,
        certificate=public_pem(private_key()),
    )
    return House(address, user, client_id, secret)


@pytest.fixture(scope="session")
def cometd_folder() -> Path:
    """Where the JavaScript client is installed, once for each state of the lock."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no Node found: install nodejs and npm")
    source = Path(__file__).parent / "cometd"
    lock = sha256((source / "package-lock.json").read_bytes()).hexdigest()[:12]
    place = Path(settings.DATA_DIR) / f"cometd-{lock}"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # the other test process may be installing it as well
        shutil.copytree(source, place, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
        if not (place / "installed").exists():
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.skip(f"npm could not install the client: {done.stderr[-300:]}")
            (place / "installed").touch()
    return place


def pytest_collection_modifyitems(items: list[Any]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.process)
            item.add_marker(pytest.mark.django_db(transaction=True))
