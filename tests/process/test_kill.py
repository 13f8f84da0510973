"""`kill -9` in the middle of creates: what was answered is there whole, and nothing is there by half."""

import http.client
import json
import threading
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from apps.accounts.operations import issue_token
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.tenants.scope import scope
from tests.builders import make_tenant, make_user
from tests.server import running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]

PATH = "/services/data/v63.0/connect/service-excellence/engagement-interactions"
BODY = {
    "engagementInteraction": {
        "startDateTime": "2026-03-04T12:00:00.000Z",
        "communicationChannel": "Voice Call",
        "attendeeVerified": False,
        "engagementAttendees": [
            {"externalAttendeeId": "003Wq00000pL9cDIAS", "startDateTime": "2026-03-04T12:00:00.000Z"}
        ],
        "engagementTopics": [{"name": "Card delivery"}],
    }
}
ROUNDS, CLIENTS = 3, 4


def create_until_it_breaks(address: str, token: str, acknowledged: list[str]) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    try:
        with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)) as connection:
            _create(connection, headers, acknowledged)
    except (OSError, http.client.HTTPException):
        return


def _create(connection: http.client.HTTPConnection, headers: dict[str, str], acknowledged: list[str]) -> None:
    while True:
        connection.request("POST", PATH, json.dumps(BODY), headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        assert response.status == 201, answer
        acknowledged.append(answer["engagementInteraction"]["id"])


def test_kill_during_creates():
    tenant = make_tenant()
    with scope(tenant):
        token = issue_token(make_user("integration"))
    acknowledged: list[str] = []
    for _ in range(ROUNDS):
        before = len(acknowledged)
        with running("wsgi") as server:
            clients = [
                threading.Thread(target=create_until_it_breaks, args=(server.address, token, acknowledged))
                for _ in range(CLIENTS)
            ]
            for client in clients:
                client.start()
            until = time.monotonic() + 60
            while len(acknowledged) < before + 20 and time.monotonic() < until:
                time.sleep(0.01)
            server.kill()
            for client in clients:
                client.join(60)
    assert len(acknowledged) >= ROUNDS * 20
    with scope(tenant):
        made = list(EngagementInteraction.objects.prefetch_related("attendees", "topics"))
        assert {row.public_id for row in made} >= set(acknowledged)
        assert len(made) <= len(acknowledged) + ROUNDS * CLIENTS
        told = set(Event.objects.filter(name="engagement.recorded").values_list("interaction_id", flat=True))
        for row in made:
            assert (len(row.topics.all()), len(row.attendees.all())) == (1, 2)  # the customer's and the owner's
        assert told == {row.pk for row in made}
