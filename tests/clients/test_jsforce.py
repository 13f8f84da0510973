"""The public JavaScript client of the object API, unmodified, against a running server (sobjects 14.2, 14.4).

What it does stands in `jsforce/scenarios`; each is one run of Node.
"""

import json
import os
import shutil
import subprocess
import time
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from tests.clients.conftest import CONTACT, REDIRECT_URI, House
from tests.facades.salesforce_oauth.conftest import sign

SOURCE = Path(__file__).parent / "jsforce"
PATIENCE = 240  # seconds, on a busy machine
FILES = ("package.json", "package-lock.json", "run.js", "house.js")


@pytest.fixture(scope="session")
def client() -> Path:
    """A folder with the scenarios and the client, which npm installs once for each state of the lock."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no Node found: install nodejs and npm")
    lock = sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()[:12]
    folder = Path(settings.DATA_DIR) / f"jsforce-{lock}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(SOURCE / name, folder)
    shutil.copytree(SOURCE / "scenarios", folder / "scenarios", dirs_exist_ok=True)
    if not (folder / "installed").exists():
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm could not install the client: {done.stderr[-300:]}")
        (folder / "installed").touch()
    return folder


def run(folder: Path, scenario: str, house: House, **more: Any) -> Any:
    """Run one scenario; what it says comes back. Fails with what Node wrote."""
    known = {
        **vars(house),
        "user": None,
        "username": house.user.username,
        "name": house.user.name,
        "user_id": house.user.public_id,
        "org_id": house.user.tenant.org_id,
        "redirect_uri": REDIRECT_URI,
        "contact": CONTACT,
        **more,
    }
    done = subprocess.run(
        ["node", "run.js", scenario],
        cwd=folder,
        env=os.environ | {"HOUSE": json.dumps(known)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout) if done.stdout.strip() else None


@pytest.mark.parametrize(
    "scenario",
    [
        *("session.soap", "session.password", "session.clientCredentials", "session.signsInAgain", "session.identity"),
        *("discovery.described", "discovery.laidOut", "discovery.limited", "discovery.recent"),
        *("records.life", "records.upserted", "records.ambiguous", "records.refusals", "records.several"),
        *("records.oneBad", "records.connect"),
        "streaming.replayed",
        *("queries.found", "queries.included", "queries.paged", "queries.explained", "queries.searched"),
    ],
)
def test_scenario(client: Path, house: House, scenario: str) -> None:
    run(client, scenario, house)


def test_a_signed_assertion(client: Path, house: House) -> None:
    claims = {"iss": house.client_id, "sub": house.user.username, "aud": house.address, "exp": int(time.time()) + 170}
    run(client, "session.assertion", house, assertion=sign(claims))


def test_let_in_by_the_browser_and_refreshed(client: Path, house: House) -> None:
    asked = run(client, "session.askBrowser", house)
    browser = Client()
    browser.force_login(house.user)
    back = browser.post(asked["url"].removeprefix(house.address), {"decision": "allow"})
    assert back.status_code == 302
    code = parse_qs(urlsplit(back["Location"]).query)["code"][0]
    run(client, "session.comeBack", house, code=code, verifier=asked["verifier"])
