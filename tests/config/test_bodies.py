import asyncio

import pytest

from config.bodies import with_length


def _send(chunks, headers=(), method="POST"):
    """What the application saw of a request, and the status it was answered with."""
    seen, status = {}, []
    messages = [
        {"type": "http.request", "body": chunk, "more_body": place < len(chunks) - 1}
        for place, chunk in enumerate(chunks)
    ]

    async def receive():
        return messages.pop(0)

    async def send(message):
        status.append(message.get("status"))

    async def application(scope, receive, send):
        seen["headers"] = dict(scope["headers"])
        seen["body"] = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    scope = {"type": "http", "method": method, "headers": list(headers)}
    asyncio.run(with_length(application)(scope, receive, send))
    return seen, status[0]


def test_a_chunked_body_arrives_whole_and_with_its_length():
    seen, status = _send([b'{"a"', b": 1}"], [(b"transfer-encoding", b"chunked"), (b"accept", b"*/*")])
    assert (seen["body"], status) == (b'{"a": 1}', 200)
    assert seen["headers"] == {b"accept": b"*/*", b"content-length": b"8"}


@pytest.mark.parametrize(("method", "headers"), [("POST", [(b"Content-Length", b"2")]), ("GET", [])])
def test_a_request_that_tells_its_length_or_has_no_body_passes_untouched(method, headers):
    seen, _ = _send([b"ab"], headers, method)
    assert seen["headers"] == dict(headers)


def test_of_a_chunked_body_over_the_limit_only_the_length_arrives(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 5
    too_long = [b"abc", b"def", b"never read"]
    seen, _ = _send(too_long)
    assert (seen["body"], seen["headers"]) == (b"", {b"content-length": b"6"})
    assert _send(too_long, [(b"content-type", b"multipart/form-data; boundary=b")]) == ({}, 413)
