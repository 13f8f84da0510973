"""The reference for pushing: a bare asyncio server that speaks the same exchange from memory, and knows nothing else.

No users, no rights, no database, no loss protection: a list for each client, and a future for the connect that waits.
It does what any server has to: connections are kept open, each request's head and JSON are read, and each answer, as
long as the product's, is made into JSON for its client alone.
Run as a process: `python -m bench.bare PORT`. A POST to /publish gives every client one event.
"""

import asyncio
import json
import sys
from typing import Any

ADVICE = {"reconnect": "retry", "interval": 0, "timeout": 30000}
EVENT: dict[str, Any] = {
    "messageType": "InteractionStateChangeMessage",
    "notificationType": "StatusChange",
    "interaction": {
        "uri": "http://127.0.0.1/api/v2/me/interactions/IX0000000000",
        "path": "/interactions/IX0000000000",
        "state": "Invited",
        "capabilities": ["Accept", "Reject", "AttachUserData", "UpdateUserData", "DeleteUserData"],
        "participants": [{"digits": "+441632960001", "e164Number": "+441632960001", "formattedPhoneNumber": ""}],
        "userData": {},
        "interactionType": "Inbound",
        "subject": "Benchmark",
    },
}


class Client:
    def __init__(self, number: int) -> None:
        self.number = number
        self.queue: list[Any] = []
        self.waiting: asyncio.Future[None] | None = None

    def tell(self, event: Any) -> None:
        self.queue.append({"channel": "/v2/me/interactions", "data": event})
        if self.waiting and not self.waiting.done():
            self.waiting.set_result(None)


clients: dict[str, Client] = {}
rounds = 0


async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return
        lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        body = await reader.readexactly(int(lines[b"Content-Length"]))
        if head.startswith(b"POST /publish"):
            answer = publish()
        else:
            answer = [reply for message in json.loads(body) for reply in await replies(message)]
        sent = json.dumps(answer).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(sent))
        writer.write(sent)
        await writer.drain()


async def replies(message: Any) -> list[Any]:
    reply = {"channel": message["channel"], "id": message["id"], "successful": True}
    if message["channel"] == "/meta/handshake":
        client_id = f"bare{len(clients)}"
        clients[client_id] = Client(len(clients))
        return [reply | {"clientId": client_id, "advice": ADVICE}]
    if message["channel"] != "/meta/connect":
        return [reply | {"subscription": message.get("subscription")}]
    client = clients[message["clientId"]]
    if not client.queue and message.get("advice") is None:
        client.waiting = asyncio.get_running_loop().create_future()
        await client.waiting
    news, client.queue = client.queue, []
    return [reply | {"advice": ADVICE}, *news]


def publish() -> list[Any]:
    global rounds
    for client in clients.values():
        key = f"IX{rounds * len(clients) + client.number + 1:010X}"
        client.tell(EVENT | {"interaction": EVENT["interaction"] | {"id": key}})
    rounds += 1
    return []


async def serve(port: int) -> None:
    server = await asyncio.start_server(converse, "127.0.0.1", port, backlog=4096)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
