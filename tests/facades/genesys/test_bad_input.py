"""What cannot be understood is answered in the documented way and leaves nothing behind."""

import logging

import pytest

from apps.events.models import Event
from apps.queues.models import Queue
from tests.builders import make_live
from tests.desktop import Desktop


@pytest.fixture
def path(desk: Desktop, queue: Queue) -> str:
    return f"me/interactions/{make_live(queue, channel='work_item').genesys_id}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 1),
        (b"{}", 1),
        (b'{"operationName": null}', 1),
        (b'{"operationName": 5}', 10),
        (b'{"operationName": ["Accept"]}', 10),
        (b'{"operationName": "Accept"', 10),
        (b'{"operationName" "Accept"}', 10),
        (b'["Accept"]', 10),
        (b'"Accept"', 10),
        (b"null", 10),
        (b'{"operationName": "Accept", "x": NaN}', 10),
        (b"\xff\xfe\xfa", 10),
        (b"[" * 100_000, 10),
        (b'{"operationName": "' + b"x" * 3_000_000 + b'"}', 10),
        (b'{"operationName": "\\u0000"}', 10),
    ],
)
def test_bodies_that_name_no_operation(
    desk: Desktop, path: str, body: bytes, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    before = Event.objects.count()
    response = desk.request("POST", path, body)
    assert (response.status_code, response.json()["statusCode"]) == (400, code)
    assert set(response.json()) == {"statusCode", "statusMessage"}
    assert Event.objects.count() == before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("value", [b'{"a": 1e999}', b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}", b'{"a": "\\u0000"}'])
def test_user_data_that_cannot_be_kept(desk: Desktop, path: str, value: bytes) -> None:
    desk.expect("POST", path, operationName="Accept")
    response = desk.request("POST", path, b'{"operationName": "AttachUserData", "userData": ' + value + b"}")
    assert response.status_code == 400
    assert response.json()["status"] == "error"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "GET"])
def test_methods_that_a_path_does_not_have(desk: Desktop, path: str, method: str) -> None:
    response = desk.request(method, path)
    assert response.status_code == 405
    assert response.json()["statusCode"] == 3


@pytest.mark.parametrize("path", ["nonsense", "", "me/nonsense", "interactions/a/b", "users/42", "me/channels/voice/x"])
def test_paths_that_do_not_exist(desk: Desktop, path: str) -> None:
    for method in ("GET", "POST"):
        response = desk.request(method, path)
        assert (response.status_code, response.json()["statusCode"]) == (404, 6)


def test_a_slash_at_the_end_makes_no_difference(desk: Desktop, path: str) -> None:
    assert desk.request("GET", "me/interactions/").status_code == 200
    assert desk.post(f"{path}/", operationName="Accept")[0] == 200
