"""The protocol's refusals (15.5). Clients read the three digits and the advice."""

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpResponse

from apps.facades.cometd import advice
from apps.facades.cometd.advice import Advice


class Malformed(Exception):
    """The body is no Bayeux: answered by HTTP status, not by messages."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


class BadToken(Exception):
    """A cookie signed the caller in, and the token that keeps other sites from using it is missing."""


@dataclass
class Refused(Exception):
    """One message is refused, with an `error` text and perhaps advice."""

    error: str
    advice: Advice | None = None


def unauthorized() -> Refused:
    return Refused("401::Unauthorized", advice.none())


def no_client_id() -> Refused:
    return Refused("401::No client ID")


def unknown_client() -> Refused:
    return Refused("402::Unknown client")


def unknown_on_connect() -> Refused:
    return Refused("402::Unknown client", advice.handshake())


def handshake_denied() -> Refused:
    return Refused("403::handshake_denied", advice.none())


def channel_missing() -> Refused:
    return Refused("400::channel_missing")


def channel_invalid() -> Refused:
    return Refused("405::channel_invalid")


def subscription_missing() -> Refused:
    return Refused("403::subscription_missing")


def subscription_invalid() -> Refused:
    return Refused("403::subscription_invalid")


def subscribe_denied(channel: str) -> Refused:
    return Refused(f"403:{channel}:subscribe_denied")


def replay_invalid(wanted: object) -> Refused:
    return Refused(f"400::The replayId {wanted} is none that is kept; -1 stands for new events, -2 for all kept ones")


def publish_denied(channel: str) -> Refused:
    return Refused(f"403:{channel}:publish_denied")


def unanswered(status: int) -> HttpResponse:
    """For a request that no view answered: by its HTTP status, which is what clients go by."""
    return HttpResponse(f"{status}::{HTTPStatus(status).phrase}\n", status=status, content_type="text/plain")
