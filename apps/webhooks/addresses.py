"""Where we post to. A receiver's address is somebody's wish, and must not lead into our own network.

The name is looked up once for each attempt, the addresses are checked, and the connection goes to the very address that
was checked: a name that answers differently a moment later (DNS rebinding) leads nowhere else.
"""

import asyncio
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext

_NAT64 = IPv6Network("64:ff9b::/96")
_PUBLIC = IPv6Network("2000::/3")  # nothing else is routed: translators' and sites' own prefixes lie outside
_FOR_EXAMPLES = IPv6Network("3fff::/20")  # RFC 9637, which this Python does not know yet
_PORTS = {"https": 443, "http": 80}
_LONGEST_URL = 500

Address = IPv4Address | IPv6Address


class Refused(Exception):
    """We do not post there."""


def target(url: str) -> tuple[SplitResult, str, int]:
    """The parts of a URL that may be posted to, with host and port. Raises Refused with the reason."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Refused(gettext("this is no address")) from error
    if (
        parts.scheme not in _PORTS
        or not host
        or port == 0
        or len(url) > _LONGEST_URL
        or not url.isascii()
        or not url.isprintable()
    ):
        raise Refused(gettext("an address begins with https:// or http://, and is made of plain characters"))
    if " " in url or parts.username or parts.password or parts.fragment:
        raise Refused(gettext("an address has no blanks, no user name and no fragment"))
    return parts, host, port or _PORTS[parts.scheme]


def check_literal(url: str) -> None:
    """Raise Refused for a URL that names a forbidden address itself. Names are looked up when something is sent."""
    _, host, port = target(url)
    if f".{host.removesuffix('.')}".endswith(".localhost"):
        host = "127.0.0.1"
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return  # a name
    for *_, place in found:
        _check(str(place[0]))


async def resolve(host: str, port: int) -> str:
    """An address of the host that may be posted to. Raises Refused if any of its addresses is forbidden, or none is
    known."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(gettext("the host's name is not known")) from error
    addresses = [str(place[0]) for *_, place in found]
    for address in addresses:
        _check(address)
    return addresses[0]


def _check(text: str) -> None:
    address = ip_address(text.partition("%")[0])
    if not all(map(_is_open, _meant_by(address))):
        raise Refused(gettext("an address in a private network is not posted to"))


def _is_open(address: Address) -> bool:
    if any(address in ip_network(network) for network in settings.WEBHOOK_NETWORKS):
        return True
    if isinstance(address, IPv6Address) and (address not in _PUBLIC or address in _FOR_EXAMPLES):
        return False
    return address.is_global and not address.is_multicast


def _meant_by(address: Address) -> list[Address]:
    """The address, or those that a translator would make of it."""
    if isinstance(address, IPv4Address):
        return [address]
    if int(address) < 2**32 and int(address) > 1:  # the old way to write an IPv4 address
        return [IPv4Address(int(address))]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    inner = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    return [address, *(each for each in inner if each)]
