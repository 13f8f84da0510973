"""Whoever is of another tenant, of another team or of a lower role finds nothing, at any address of any dialect or
screen. The addresses come out of the URL configuration: a new one is tried without anybody thinking of it."""

import base64
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from apps.common import clock
from apps.objects import registry
from apps.tenants.scope import scope
from config import push, urls
from tests.builders import PASSWORD
from tests.leaks.addresses import addresses
from tests.leaks.arguments import filled
from tests.leaks.planted import ACTIVE, KEPT, OVER, OVER_NUMBER, House, Reader

pytestmark = pytest.mark.django_db
ADDRESSES = dict(addresses(urls.urlpatterns))
_FOUND_BY_WORDS = ("/admin/engagements/", "/admin/search", "/admin/autocomplete")
_WRITES = ("POST", "DELETE")
_NAMES_A_CONTACT = {"interaction_id", "public_id", "identifier", "record_id", "work"}
_OF_SETTINGS = re.compile("/admin/(accounts|agents|directory|objects|queues|tenants|webhooks)/")
_SALESFORCE = ("/services", "/id/")
_WATCHED = (
    *("engagements_engagementinteraction", "attendees_engagementattendee", "topics_engagementtopic", "queues_queue"),
    *(
        "voice_calls_voicecall",
        "voice_calls_contactrequest",
        "engagements_note",
        "queues_workoffer",
        "queues_queueentry",
    ),
    *("voice_calls_voicecallrecording", "webhooks_webhookendpoint", "accounts_userrole", "directory_crmrecord"),
)


def sent(reader: Reader, method: str, address: str) -> str:
    """What the answer says, its headers included."""
    basic = base64.b64encode(f"{reader.user.username}:{PASSWORD}".encode()).decode()
    header = f"Bearer {reader.token}" if address.startswith(_SALESFORCE) else f"Basic {basic}"
    body = "" if method == "GET" else "{}"
    answer = reader.browser.generic(method, address, body, "application/json", headers={"Authorization": header})
    assert answer.status_code < 500 or "/Soap/" in address, f"{method} {address}: {answer.status_code}"
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace") + str(answer.headers)


def asked(house: House, address: str) -> list[str]:
    """The address, with the questions that would bring the secrets to light where it takes any."""
    questions: list[dict[str, Any]] = [{}]
    now = clock.now()
    if re.search(r"/query(All)?$", address):
        objects = [each for each in registry.every() if "query" in each.calls]
        if address.endswith("queryAll"):  # differs in those that have a recycle bin
            objects = [each for each in objects if "undelete" in each.calls]
        questions = [{"q": f"SELECT {', '.join(_fields(each))} FROM {each.name}"} for each in objects]
    elif address.endswith("/search"):
        questions = [{"q": f"FIND {{{word}}} RETURNING EngagementInteraction(Reason)"} for word in (OVER, ACTIVE)]
    elif address.startswith("/desk/at/"):
        named = [house.over.uuid, house.active.uuid, house.parked.workbin.uuid, "interactions", OVER, ACTIVE]
        questions = [{"of": each} for each in named]
    elif address.endswith("/wfm/rta"):
        questions = [{"start": (now - timedelta(minutes=9)).isoformat(), "end": now.isoformat()}]
    elif address == "/admin/reports/rows/":
        day = {"start": (now - timedelta(days=1)).isoformat(), "end": (now + timedelta(hours=1)).isoformat()}
        questions = [{"statistic": "resource-handled-count", **day}]
    elif address.endswith(("/updated", "/deleted")):
        questions = [{"start": (now - timedelta(days=1)).isoformat(), "end": now.isoformat()}]
    elif address.startswith(_FOUND_BY_WORDS) or "earch" in address or "/contacts" in address:
        questions += [{"q": word, "s": word} for word in (OVER, ACTIVE)]
    return [f"{address}?{urlencode(each)}" if each else address for each in questions]


def _fields(sobject: Any) -> list[str]:
    return [each.api_name for each, _ in sobject.fields.values()]


def marks(house: House) -> Any:
    """Changes with every row that is written, added or removed."""
    with scope(house.tenant), connection.cursor() as cursor:
        sums = ",".join(f"(select sum(hashint8(xmin::text::bigint + id * 1000003)) from {name})" for name in _WATCHED)
        cursor.execute(f"select {sums}")
        return cursor.fetchone()


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_finds_or_changes_what_is_not_for_them(house: House, address: str) -> None:
    with scope(house.tenant):
        there = list(filled(address, ADDRESSES[address], house))
    before = marks(house) if ADDRESSES[address] else None
    for reader in readers(house, address):
        for each in (question for one in there for question in asked(house, one)):
            told = sent(reader, "GET", each).replace(each, "")
            found = [secret for secret in reader.secrets if secret in told and secret not in each]
            assert not found, f"GET {each} tells {reader.user.username} {found}: {told[:600]}"
        for method in _WRITES[: 1 if address.startswith("/admin/") else 2] if ADDRESSES[address] else ():
            told = sent(reader, method, there[0]).replace(there[0], "")
            assert not [secret for secret in reader.secrets if secret in told], f"{method} {there[0]}: {told[:600]}"
    assert not ADDRESSES[address] or marks(house) == before, f"somebody changed what is not theirs at {there[0]}"


def readers(house: House, address: str) -> list[Reader]:
    """All of them, but for whom an address cannot tell more than it tells the others here: the member of another team
    where no contact is named, agents beyond one where they are turned away, and the leader where no record is shown."""
    leader, member, plain, foreign = house.readers
    if not address.startswith("/admin/"):
        return [leader, plain, foreign, *([member] if set(ADDRESSES[address]) & _NAMES_A_CONTACT else [])]
    return [plain, foreign, *([] if _OF_SETTINGS.match(address) else [leader])]


_TELLS = (
    *("/admin/engagements/engagementinteraction/", "/admin/engagements/engagementinteraction/%(pk)s/change/"),
    *("/admin/engagements/engagementinteraction/%(pk)s/transcript.%(form)s", "/admin/engagements/conversationentry/"),
    *(
        "/admin/webhooks/webhookendpoint/",
        "/admin/voice_calls/contactrequest/",
        "/admin/voice_calls/callcenter/%(object_id)s/change/",
    ),
    *("/api/v2/interactions/%(public_id)s", "/v1/tenants/%(tenant_id)s/interactions/%(interaction_id)s/notes"),
    *("/v1/tenants/%(tenant_id)s/interactions", "/v1/tenants/%(tenant_id)s/interactions/%(interaction_id)s"),
    *("/services/data/v%(version)s.0/query", "/services/data/v%(version)s.0/search"),
    "/services/data/v%(version)s.0/sobjects/%(name)s/%(record_id)s",
    "/services/data/v%(version)s.0/connect/service-excellence/engagement-interactions/%(identifier)s",
    "/services/data/v%(version)s.0/connect/conversation/%(identifier)s/entries",
)


@pytest.mark.parametrize("address", _TELLS)
def test_what_is_hidden_is_there_to_be_found(house: House, address: str) -> None:
    """Or the test above would prove nothing."""
    with scope(house.tenant):
        there = list(filled(address, ADDRESSES[address], house))
    told = "".join(sent(house.owner, "GET", each) for one in there for each in asked(house, one))
    assert any(secret in told for secret in (OVER, ACTIVE, KEPT, OVER_NUMBER[-8:]))


# Who waits for news is served by another process, on other connections: what it tells whom is proved there.
_PUSHED = {
    "/events/stream": "tests/push/test_stream.py",
    "/events/pulse": "tests/push/test_pulse.py",
    "/v1/notifications/tenants/%(tenant_id)s/presence/%(user_id)s": "tests/push/test_toolbar.py",
    "/api/v2/notifications": "tests/facades/cometd/test_auth.py",
    "/api/v2/notifications/%(suffix)s": "tests/facades/cometd/test_auth.py",
    "/cometd/00.0": "tests/push/test_change_events.py",
    "/cometd/00.0/%(suffix)s": "tests/push/test_change_events.py",
}


def test_every_pushed_address_has_a_test_of_its_own() -> None:
    assert set(dict(addresses(push.urlpatterns))) == set(_PUSHED), "say which test proves the new one"
    assert all((settings.BASE_DIR / name).exists() for name in _PUSHED.values())
