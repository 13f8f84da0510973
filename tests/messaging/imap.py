"""A mail server with one folder, as far as a reader needs one (RFC 9051): it keeps what it is told to mark."""

import re
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

USER, PASSWORD, FOLDER = "post master", 'pass"word', "Inbox/New mail"


@dataclass
class Server:
    letters: Sequence[bytes]
    seen: set[int] = field(default_factory=set)
    breaks_at: int | None = None  # the connection is lost when this one is fetched
    port: int = 0

    def place(self, *, password: str = "pass%22word", folder: str = "Inbox/New%20mail") -> str:
        return f"imap://post%20master:{password}@127.0.0.1:{self.port}/{folder}"


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.says("* OK ready")
        while line := self.rfile.readline():
            tag, _, said = line.decode().strip().partition(" ")
            verb, _, rest = said.partition(" ")
            if verb == "UID":
                verb, _, rest = rest.partition(" ")
            outcome = getattr(self, verb.lower())(rest)
            if outcome is None:
                return
            self.says(f"{tag} {outcome}")
            if verb == "LOGOUT":
                return

    def says(self, line: str, literal: bytes | None = None) -> None:
        end = b")\r\n" if literal is not None else b"\r\n"
        self.wfile.write(line.encode() + (b"\r\n" + literal if literal is not None else b"") + end)

    @property
    def box(self) -> Server:
        return cast(Any, self.server).box  # type: ignore[no-any-return]

    def capability(self, _: str) -> str:
        self.says("* CAPABILITY IMAP4rev1")
        return "OK done"

    def login(self, rest: str) -> str:
        known = rest in (f'"{USER}" "pass\\"word"', f'{USER} "pass\\"word"')
        return "OK done" if known else "NO who are you?"

    def select(self, rest: str) -> str:
        self.says(f"* {len(self.box.letters)} EXISTS")
        return "OK done" if rest == f'"{FOLDER}"' else "NO there is no such folder"

    def search(self, rest: str) -> str:
        assert rest == "UNSEEN"
        unseen = [str(uid) for uid in range(1, len(self.box.letters) + 1) if uid not in self.box.seen]
        self.says(" ".join(["* SEARCH", *unseen]))
        return "OK done"

    def fetch(self, rest: str) -> str | None:
        uid, most = map(int, re.findall(r"^(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)$", rest)[0])
        if uid == self.box.breaks_at:
            return None
        raw = self.box.letters[uid - 1][:most]
        self.says(f"* {uid} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}", raw)
        return "OK done"

    def store(self, rest: str) -> str:
        uid, flags = rest.split(" ", 1)
        assert flags == r"+FLAGS (\Seen)"
        self.box.seen.add(int(uid))
        return "OK done"

    def logout(self, _: str) -> str:
        self.says("* BYE")
        return "OK done"


@contextmanager
def serving(*letters: bytes) -> Iterator[Server]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        box = Server(letters, port=server.server_address[1])
        cast(Any, server).box = box
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
