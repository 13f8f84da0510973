"""Where mail lies: an mbox file, a Maildir, or a folder on an IMAP server.

An mbox is only read. In a Maildir and on a server a message is marked as seen once it is stored; it stays where it is.
"""

import imaplib
import mailbox
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from apps.engagements.models.mail import LARGEST_MESSAGE

_TIMEOUT_S = 60.0


class NoMailbox(Exception):
    """The mailbox is not there, or does not let us in."""


@dataclass(frozen=True)
class Letter:
    """The bytes of one message, at most `LARGEST_MESSAGE` and one more; `taken` notes that it is stored."""

    raw: bytes
    taken: Callable[[], None]


@contextmanager
def opened(place: str) -> Iterator[Iterator[Letter]]:
    """The messages that lie at `place`: a path, `mbox:PATH`, `maildir:PATH` or `imap(s)://user:password@host/folder`."""
    scheme, _, rest = place.partition(":")
    if scheme in ("imap", "imaps"):
        with _server(place) as letters:
            yield letters
    elif scheme in ("mbox", "maildir"):
        yield _local(Path(rest.removeprefix("//")), is_folder=scheme == "maildir")
    else:
        yield _local(Path(place), is_folder=Path(place).is_dir())


def _local(path: Path, *, is_folder: bool) -> Iterator[Letter]:
    if not path.exists():
        raise NoMailbox(f"there is no mailbox {path}")
    return _maildir(path) if is_folder else _mbox(path)


def _mbox(path: Path) -> Iterator[Letter]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.keys():  # noqa: SIM118 (a mailbox is no mapping: iterating gives whole messages)
            with box.get_file(key) as file:
                yield Letter(file.read(LARGEST_MESSAGE + 1), _nothing)
    finally:
        box.close()


def _maildir(path: Path) -> Iterator[Letter]:
    for file in sorted([*path.glob("new/*"), *path.glob("cur/*")]):
        if not file.is_file() or "S" in file.name.partition(":2,")[2]:
            continue
        with file.open("rb") as content:
            raw = content.read(LARGEST_MESSAGE + 1)
        yield Letter(raw, lambda file=file: _mark_seen(path, file))  # type: ignore[misc]


def _mark_seen(box: Path, file: Path) -> None:
    name, _, flags = file.name.partition(":2,")
    marked = "".join(sorted({*flags, "S"}))
    (box / "cur").mkdir(exist_ok=True)
    file.rename(box / "cur" / f"{name}:2,{marked}")


@contextmanager
def _server(place: str) -> Iterator[Iterator[Letter]]:
    url = urlsplit(place)
    kind: Any = imaplib.IMAP4_SSL if url.scheme == "imaps" else imaplib.IMAP4
    server: Any = None
    try:
        server = kind(url.hostname, url.port or (993 if url.scheme == "imaps" else 143), timeout=_TIMEOUT_S)
        server.login(unquote(url.username or ""), unquote(url.password or ""))
        answer, _ = server.select(_quoted(unquote(url.path.lstrip("/")) or "INBOX"))
    except (OSError, imaplib.IMAP4.error) as error:
        _close(server)
        raise NoMailbox(f"{url.hostname}: {error}") from error
    if answer != "OK":
        _close(server)
        raise NoMailbox(f"{url.hostname} has no such folder")
    try:
        yield _unseen(server)
    except (OSError, imaplib.IMAP4.error) as error:
        raise NoMailbox(f"{url.hostname}: {error}") from error
    finally:
        _close(server)


def _close(server: Any) -> None:
    """Take leave, if there is anybody, and close the connection."""
    if server is not None:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()
        with suppress(OSError):
            server.shutdown()


def _unseen(server: Any) -> Iterator[Letter]:
    _, found = server.uid("SEARCH", None, "UNSEEN")
    for uid in (found[0] or b"").split():
        _, parts = server.uid("FETCH", uid, f"(BODY.PEEK[]<0.{LARGEST_MESSAGE + 1}>)")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), None)
        if raw is not None:
            yield Letter(raw, lambda uid=uid: server.uid("STORE", uid, "+FLAGS", r"(\Seen)"))  # type: ignore[misc]


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _nothing() -> None:
    return
