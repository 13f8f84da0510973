"""Customers who call, wait, talk, lose patience and hang up."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from apps.accounts.models import User
from apps.common import clock
from apps.demo import people, setup
from apps.demo.simulator.telephone import Telephone
from apps.demo.simulator.timetable import Timetable
from apps.demo.talk import TALKS, Said
from apps.engagements.lifecycle import Stage
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import VoiceCall

# Seconds, least and most.
BETWEEN_CALLS = (6.0, 13.0)
PATIENCE = (15.0, 90.0)
TALK = (20.0, 95.0)
TALK_WITH_A_PERSON = (90.0, 240.0)  # whoever tries the desk has time to look round
LOOK_EVERY = 1.0
MOST_CALLS = 16  # at once; the telephone system has no more lines


@dataclass
class Call:
    """One caller on the line."""

    key: str
    started_at: datetime
    patience_s: float
    talk_s: float
    long_talk_s: float
    answered: bool = False
    talk: Sequence[Said] = field(default_factory=lambda: random.choice(TALKS))
    said: int = 0  # lines of it so far
    says_next_at: datetime | None = None


class Callers:
    def __init__(self, tenant: Tenant, telephone: Telephone, timetable: Timetable) -> None:
        self.tenant, self.telephone, self.timetable = tenant, telephone, timetable
        self.calls: dict[str, Call] = {}
        self.person = next(each.username for each in people.COLLEAGUES if each.waits_for_human)

    def begin(self) -> None:
        self.timetable.every(*BETWEEN_CALLS, self._next_call)
        self.timetable.every(LOOK_EVERY, LOOK_EVERY, self._look)

    def _next_call(self) -> None:
        if len(self.calls) < MOST_CALLS:
            self.timetable.after(0, partial(self._call, f"call-{uuid.uuid4()}", clock.now()))

    def _call(self, key: str, now: datetime) -> None:
        caller = random.choice(people.PEOPLE).phone if random.random() < 0.7 else random.choice(people.STRANGERS)
        number = random.choices(list(setup.NUMBERS), weights=[6, 4, 5, 1, 1, 1])[0]
        self.telephone.create(key, caller=caller, number=number, started=_written(now))
        self.calls[key] = Call(
            key, now, random.uniform(*PATIENCE), random.uniform(*TALK), random.uniform(*TALK_WITH_A_PERSON)
        )

    def _look(self) -> None:
        """How does every call stand? One question for all of them."""
        if not self.calls:
            return
        with scope(self.tenant):
            found = VoiceCall.objects.filter(vendor_call_key__in=list(self.calls)).select_related("interaction", "user")
            states = [(self.calls[call.vendor_call_key or ""], call) for call in found]
        for ours, call in states:
            if self._is_over(ours, call):
                del self.calls[ours.key]
                self.timetable.after(0, partial(self._end, ours, call, clock.now()))
            elif call.call_accept_date_time and call.user and ours.said < len(ours.talk):
                self._talk(ours, call.user, clock.now())

    def _is_over(self, ours: Call, call: VoiceCall) -> bool:
        stage = call.interaction.stage if call.interaction else Stage.ENDED
        now = clock.now()
        if stage == Stage.HANDLED and call.call_accept_date_time:
            by_person = call.user is not None and call.user.username == self.person
            talk = ours.long_talk_s if by_person else ours.talk_s
            return (now - call.call_accept_date_time).total_seconds() > talk
        if stage in (Stage.FLOW, Stage.QUEUED):
            return (now - ours.started_at).total_seconds() > ours.patience_s
        return True  # the agent hung up

    def _talk(self, ours: Call, agent: User, now: datetime) -> None:
        """The next line, once the last one has been spoken."""
        if ours.says_next_at and now < ours.says_next_at:
            return
        line, number, at_ms = ours.talk[ours.said], ours.said, int(now.timestamp() * 1000)
        ours.said += 1
        ours.says_next_at = now + timedelta(seconds=2 + len(line.text) / 15)
        by = "" if line.by_customer else agent.public_id
        self.timetable.after(0, partial(self.telephone.say, ours.key, number, by=by, text=line.text, at_ms=at_ms))
        if line.feeling is not None:
            self.timetable.after(0, partial(self.telephone.feel, ours.key, line.feeling, at_ms=at_ms))

    def _end(self, ours: Call, call: VoiceCall, now: datetime) -> None:
        """The call's final update, as a telephone system sends it."""
        body: dict[str, object] = {
            "callCenterApiName": self.telephone.call_center,
            "startTime": _written(ours.started_at),
            "endTime": _written(now),
            "disconnectReason": {"value": "CUSTOMER_DISCONNECT", "isError": False},
        }
        if call.call_accept_date_time and call.user:
            body |= {
                "acceptTime": _written(call.call_accept_date_time),
                "agent": call.user.username,
                "recordingLocation": f"https://recordings.harbour.example/{now:%Y/%m/%d}/{ours.key}.wav",
            }
        self.telephone.update(ours.key, body)


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
