"""The web process is killed while a telephone system creates calls: each call is there as a whole or not at all."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.tenants.scope import scope
from apps.voice_calls.models import VoiceCall
from tests.builders import make_queue, make_tenant
from tests.telephony import claims_for, make_call_center, new_call, sign

pytestmark = [pytest.mark.process, pytest.mark.django_db(transaction=True)]

_PATIENCE_S = 60
_DEATHS = 3
_CALLERS = 4


class Web:
    """A web process of its own, working on the test's database, and one telephone system that talks to it."""

    def __init__(self, tenant):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        connection.ensure_connection()
        info = connection.connection.info
        address = f"postgres://{info.user}:{info.password}@/{info.dbname}?host={quote(info.host)}&port={info.port}"
        self.env = os.environ | {"DATABASE_URL": address, "SWITCHROOM_DATA_DIR": str(settings.DATA_DIR)}
        self.token = sign(claims_for(tenant, exp=3600))
        self.process = None

    def start(self):
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "config.wsgi:application"],
            cwd=settings.BASE_DIR,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + _PATIENCE_S
        while self.create("warm-up") is None:
            assert time.monotonic() < deadline, "the web process does not answer"
            time.sleep(0.1)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def create(self, key):
        """The new call's id, or None if nobody answered."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = json.dumps(new_call(vendorCallKey=key)).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/telephony/v1/voiceCalls", body, headers)
        with contextlib.suppress(OSError, ValueError), urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["voiceCallId"]


def call_until(stop, web, lane, answered):
    number = 0
    while not stop.is_set():
        number += 1
        if call_id := web.create(f"{lane}-{number}"):
            answered[call_id] = f"{lane}-{number}"


def test_no_call_is_half_written_and_none_that_was_answered_is_lost():
    tenant = make_tenant()
    with scope(tenant):
        make_call_center(make_queue())
    web, answered = Web(tenant), {}
    for death in range(_DEATHS):
        web.start()
        stop = threading.Event()
        lanes = [f"{death}-{number}" for number in range(_CALLERS)]
        callers = [threading.Thread(target=call_until, args=(stop, web, lane, answered)) for lane in lanes]
        for caller in callers:
            caller.start()
        before = len(answered)
        while len(answered) < before + 20:
            time.sleep(0.01)
        web.kill()
        stop.set()
        for caller in callers:
            caller.join()
    with scope(tenant):
        calls = {call.public_id: call for call in VoiceCall.objects.select_related("interaction")}
        assert answered.items() <= {call_id: call.vendor_call_key for call_id, call in calls.items()}.items()
        assert EngagementInteraction.objects.count() == len(calls)
        for call in calls.values():
            assert call.interaction.stage == "queued"
            assert call.interaction.segments.count() == call.interaction.queue_entries.count() == 1
            assert call.conversation.participants.count() == 1
        whole = ["engagement.opened", "engagement.changed", "queue.entered"]
        assert Event.objects.count() == len(whole) * len(calls)
