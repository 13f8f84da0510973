"""Everything a script needs to sign in, kept between starts and handed out as a file."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass
class SignIn:
    username: str
    password: str
    role: str


@dataclass
class CallCenter:
    """How the telephone system signs itself, and a number that leads to a queue."""

    api_name: str
    private_key: str  # PEM
    number: str


@dataclass
class OAuthClient:
    """A client that may sign in in every way (`private_key` signs its assertions)."""

    client_id: str
    client_secret: str
    redirect_uri: str = ""
    private_key: str = ""  # PEM


@dataclass
class Credentials:
    tenant_id: str  # UUID
    org_id: str  # 18 characters
    call_center: CallCenter
    oauth: OAuthClient
    access_token: str  # good for all Salesforce paths
    users: list[SignIn]
    queues: list[str]

    def first(self, role: str) -> SignIn | None:
        return next((user for user in self.users if user.role == role), None)


def kept_in(data_dir: Path) -> Path:
    return data_dir / "credentials.json"


def load(path: Path) -> Credentials | None:
    """What an earlier start kept; None if there is nothing, or nothing of today's form."""
    try:
        known = json.loads(path.read_text())
        return parse(known)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def parse(known: dict[str, Any]) -> Credentials:
    return Credentials(
        tenant_id=known["tenant_id"],
        org_id=known["org_id"],
        call_center=CallCenter(**known["call_center"]),
        oauth=OAuthClient(**known["oauth"]),
        access_token=known["access_token"],
        users=[SignIn(**user) for user in known["users"]],
        queues=known["queues"],
    )


def save(path: Path, credentials: Credentials, base_url: str | None = None) -> None:
    """Write the file for its owner's eyes only; it is whole from the moment it is there."""
    content = ({"base_url": base_url} if base_url else {}) | asdict(credentials)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content, indent=2) + "\n")
    draft.replace(path)
