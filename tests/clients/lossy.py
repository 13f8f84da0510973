"""A road between client and server on which an answer can be lost."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


class Road:
    def __init__(self) -> None:
        self.address = ""
        self.lost: list[bytes] = []
        self._loses: bytes | None = None

    def lose_next(self, marked: bytes) -> None:
        """The next piece of an answer with these bytes in it breaks its connection, and arrives nowhere."""
        self._loses = marked

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, back: bool) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                if back and self._loses and self._loses in data:
                    self._loses = None
                    self.lost.append(data)
                    break
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _join(self, near: tuple[asyncio.StreamReader, asyncio.StreamWriter], to: str) -> None:
        where = urlsplit(to)
        far = await asyncio.open_connection(where.hostname, where.port)
        ways = [asyncio.create_task(self._carry(near[0], far[1], False))]
        ways.append(asyncio.create_task(self._carry(far[0], near[1], True)))
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way, (_, writer) in zip(ways, (near, far), strict=True):
            way.cancel()
            writer.transport.abort()


@contextmanager
def road(to: str) -> Iterator[Road]:
    """A road to a server's address, in a thread of its own."""
    made, is_open, is_over = Road(), threading.Event(), asyncio.Event()

    async def keep() -> None:
        async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await made._join((reader, writer), to)

        async with await asyncio.start_server(come, "127.0.0.1", 0) as server:
            made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            is_open.set()
            await is_over.wait()

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=[keep()])
    thread.start()
    is_open.wait(30)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(is_over.set)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()
