"""What a receiver's address may be, and that nothing leads into our own network."""

import asyncio
import socket
from typing import Any

import pytest
from pytest_django import Settings

from apps.webhooks import addresses
from apps.webhooks.posting import Outcome, post
from tests.webhooks.receiver import Receiver

INWARD = [
    "http://127.0.0.1/",
    "http://localhost:8000/",
    "http://10.1.2.3/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::1]/",
    "http://[::]/",
    "http://[fe80::1]/",
    "http://[fc00::1]/",
    "http://[::ffff:10.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[ff02::1]/",
    "http://[64:ff9b:1::7f00:1]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[fec0::1]/",
    "http://[3fff::1]/",
]
NONSENSE = [
    "",
    "example.com",
    "ftp://example.com/",
    "file:///etc/passwd",
    "http:///path",
    "http://user:word@example.com/",
    "http://example.com:99999/",
    "http://example.com:0/",
    "http://example.com/a b",
    "http://example.com/\r\nHost: evil",
    "http://exämple.com/",
    "http://[::1",
    "https://example.com/" + "x" * 500,
]


@pytest.mark.parametrize("url", INWARD)
def test_the_own_network_is_refused(url: str, settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = []
    with pytest.raises(addresses.Refused, match="private"):
        addresses.check_literal(url)
    assert "private" in asyncio.run(post(url, b"{}", {})).excerpt


@pytest.mark.parametrize("url", NONSENSE)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(addresses.Refused):
        addresses.check_literal(url)
    assert asyncio.run(post(url, b"{}", {})).status is None


def test_others_are_not(settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = ["10.0.0.0/8", "fd00::/8"]
    for url in ("https://93.184.215.14/x", "https://[2606:2800:21f::1]:8443/", "http://10.9.9.9/", "http://[fd00::7]/"):
        addresses.check_literal(url)
    addresses.check_literal("https://hooks.example.com/in?a=1")  # looked up when something is sent


def test_a_name_is_looked_up_once_and_must_lead_nowhere_else(
    receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answers: list[list[str]] = []
    genuine = socket.getaddrinfo

    def looked_up(host: str, *arguments: Any, **options: Any) -> Any:
        if host != "hooks.example":
            return genuine(host, *arguments, **options)
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, receiver.port)) for address in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)

    def posted() -> Outcome:
        return asyncio.run(post(f"http://hooks.example:{receiver.port}/x", b"{}", {"webhook-id": "1"}))

    answers[:] = [["127.0.0.1"], ["10.0.0.1"]]  # a second question would get another answer
    assert posted().status == 204
    assert asked == ["hooks.example"]
    assert receiver.came[0].headers["host"] == f"hooks.example:{receiver.port}"
    answers[:] = [["127.0.0.1", "10.0.0.1"]]
    assert "private" in posted().excerpt
    assert len(receiver.came) == 1
