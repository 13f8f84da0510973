"""The demo's past: some days of work, done by the product's own operations at the times of then.

A small simulation of what happened when. It runs in order of time, so that routing, waiting and wrap-up come out as
they would have.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from django.conf import settings

from apps.agents.models import Agent, AgentSession, Channel
from apps.common import clock
from apps.common.errors import SwitchroomError
from apps.demo import people
from apps.demo.talk import TALKS
from apps.directory.models import CrmRecord
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.engagements.models.conversation import SenderKind
from apps.engagements.operations import NewAttendee, NewInteraction, NewTopic, record
from apps.queues import operations
from apps.queues.models import Disposition, OfferState, Queue, WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from apps.voice_calls import operations as voice
from apps.voice_calls.models import CallCenter, ConversationSignal, NumberRoute
from apps.voice_calls.operations.signals import SENTIMENT

PER_DAY = 22  # contacts
AT_ONCE = 25  # moments in one transaction
ON_DUTY = 5  # agents on one day: few enough that callers wait, and some give up
WORKING_DAY = timedelta(hours=9)  # each one ends at the time of day that it is now: there is always a fresh past
JUST_NOW = timedelta(minutes=32)  # long enough for the last calls of the past to be over


@dataclass(order=True)
class Moment:
    at: datetime
    number: int
    act: Callable[[datetime], None] = field(compare=False)


class Past:
    """One tenant's last days. A few moments share a transaction: quick, and no reader waits for the whole."""

    def __init__(self, tenant: Tenant, until: datetime, tell: Callable[[int], None]) -> None:
        self.tenant, self.until, self.tell = tenant, until, tell
        self.dice = random.Random(20)  # the same past for everybody
        self.moments: list[Moment] = []
        self.numbers = count(1)
        self.scheduled: set[int] = set()
        self.done = 0

    def happen(self) -> None:
        """Play all contacts, oldest first."""
        with scope(self.tenant):
            self.center = CallCenter.objects.select_related("integration_user").get()
            self.dispositions = list(Disposition.objects.all())
            self.routes = list(NumberRoute.objects.select_related("queue"))
            self.written = Queue.objects.get(name=people.WRITTEN)
            self.known = list(CrmRecord.objects.order_by("id"))
            self.clerks = [agent.user for agent in Agent.objects.select_related("user").order_by("id")]
            self._plan()
        while self.moments:
            with scope(self.tenant):
                for _ in range(min(AT_ONCE, len(self.moments))):
                    moment = heapq.heappop(self.moments)
                    moment.act(moment.at)
                    self._see_offers()

    # What will happen -------------------------------------------------------------------------------------------------
    def _plan(self) -> None:
        self.days = max(1, settings.DEMO_CONTACTS // PER_DAY)
        for back in reversed(range(self.days)):
            closes = self.until - timedelta(days=back) - JUST_NOW
            self._plan_agents(closes - WORKING_DAY, closes)
            self._plan_contacts(closes - WORKING_DAY, closes)

    def _plan_agents(self, opens: datetime, closes: datetime) -> None:
        agents = list(Agent.objects.select_related("user").order_by("id"))
        for agent in self.dice.sample(agents, ON_DUTY):
            comes = opens - timedelta(minutes=self.dice.randint(1, 20))
            goes = closes + timedelta(minutes=self.dice.randint(12, 18))
            self._at(comes, partial(self._come, agent))
            self._at(goes, partial(self._go, agent))

    def _plan_contacts(self, opens: datetime, closes: datetime) -> None:
        length = closes - opens
        rushes = [opens + self.dice.random() * length for _ in range(3)]
        for number in range(settings.DEMO_CONTACTS // self.days):
            at = opens + self.dice.betavariate(1.6, 1.9) * length
            if number % 2:  # every other contact comes in a rush
                at = min(self.dice.choice(rushes) + timedelta(seconds=self.dice.uniform(0, 400)), closes)
            act = self.dice.choices((self._call, self._write, self._visit), weights=(70, 20, 10))[0]
            self._at(at, act)

    def _at(self, at: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self.moments, Moment(clock.to_millisecond(at), next(self.numbers), act))

    def _after(self, at: datetime, least: float, most: float, act: Callable[[datetime], None]) -> None:
        self._at(at + timedelta(seconds=self.dice.uniform(least, most)), act)

    # What happens -----------------------------------------------------------------------------------------------------
    def _come(self, agent: Agent, at: datetime) -> None:
        operations.start_session(agent, [Channel.VOICE, Channel.CHAT, Channel.EMAIL], by=agent.user, at=at)
        operations.make_ready(agent, by=agent.user, at=at)

    def _go(self, agent: Agent, at: datetime) -> None:
        if not AgentSession.objects.filter(agent=agent, ended_at=None).exists():
            return
        try:
            operations.end_session(agent, by=agent.user, at=at)
        except SwitchroomError:  # still at work: once that is done
            self._after(at, 60, 180, partial(self._go, agent))

    def _call(self, at: datetime) -> None:
        self._count()
        route = self.dice.choices(self.routes, weights=[6, 4, 4, 1, 1, 1][: len(self.routes)])[0]
        draft = voice.NewCall(
            vendor_call_key=f"past-{next(self.numbers)}",
            started_at=at - timedelta(seconds=self.dice.uniform(4, 40)),
            to_number=route.number,
            from_number=self._caller(),
        )
        created = voice.create_inbound(self.center, draft, at=at)
        interaction = created.call.interaction
        assert interaction is not None
        self._after(at, 25, 240, partial(self._lose_patience, interaction, draft.vendor_call_key))

    def _write(self, at: datetime) -> None:
        self._count()
        channel = self.dice.choice((Channel.CHAT, Channel.EMAIL))
        person = self.dice.choice([person for person in people.PEOPLE if person.email])
        interaction = operations.open(
            channel=channel,
            customer=person.email,
            contact_point="service@harbour.example",
            subject=self.dice.choice(people.REASONS),
            by=self.center.integration_user,
            at=at,
        )
        operations.enqueue(interaction, self.written, by=self.center.integration_user, at=at)

    def _visit(self, at: datetime) -> None:
        """Somebody came by, and it was written down afterwards: a contact that was never live here."""
        self._count()
        person, (name, process, kind, state) = self.dice.choice(self.known), self.dice.choice(people.TOPICS)
        left = at + timedelta(minutes=self.dice.randint(4, 40))
        times = {"start_date_time": _written(at), "end_date_time": _written(left)}
        draft = NewInteraction(
            {
                **times,
                "communication_channel": self.dice.choice(("In Person", "Video Call")),
                "type": "Inbound",
                "status": "Completed",
                "reason": self.dice.choice(people.REASONS),
                "sentiment": self.dice.choice(("Positive", "Neutral", "Negative")),
                "phone_number": person.phone,
                "initiating_attendee_id": person.record_id,
            },
            attendees=[NewAttendee({**times, "external_attendee_id": person.record_id, "role": "Self"})],
            topics=[
                NewTopic({"name": name, "process_name": process, "process_type": kind, "process_status": state}),
            ],
        )
        record(draft, by=self.dice.choice(self.clerks), at=left)

    def _lose_patience(self, interaction: EngagementInteraction, key: str, at: datetime) -> None:
        interaction.refresh_from_db()
        if interaction.stage == "queued":
            voice.update(self.center, key, voice.CallUpdate(values={"disconnect_reason": "CUSTOMER_DISCONNECT"}), at=at)

    def _see_offers(self) -> None:
        """Whoever has just been offered something will answer it."""
        offers = WorkOffer.objects.filter(state=OfferState.OFFERED).exclude(pk__in=self.scheduled)
        for offer in offers.select_related("agent__user", "interaction"):
            self.scheduled.add(offer.pk)
            self._after(offer.offered_at, 1.5, 9, partial(self._answer, offer))

    def _answer(self, offer: WorkOffer, at: datetime) -> None:
        offer.refresh_from_db()
        if offer.state != OfferState.OFFERED:
            return
        chance = self.dice.random()
        if chance < 0.04 and offer.deadline_at:
            self._at(offer.deadline_at, partial(self._miss, offer))
        elif chance < 0.10:
            operations.reject(offer.interaction, by=offer.agent, at=at)
        else:
            operations.accept(offer.interaction, by=offer.agent, at=at)
            talk = (60, 700) if offer.interaction.channel == Channel.VOICE else (90, 900)
            self._after(at, *talk, partial(self._finish, offer))
            if offer.interaction.channel == Channel.VOICE and self.dice.random() < 0.3:
                self._after(at, 5, 20, partial(self._hold, offer))

    def _hold(self, offer: WorkOffer, at: datetime) -> None:
        """Shorter than any call is, so that the customer is back before the end."""
        operations.hold(offer.interaction, by=offer.agent, at=at)
        self._after(at, 8, 35, partial(self._resume, offer))

    def _resume(self, offer: WorkOffer, at: datetime) -> None:
        operations.resume(offer.interaction, by=offer.agent, at=at)

    def _miss(self, offer: WorkOffer, at: datetime) -> None:
        operations.time_out(offer, at=at)

    def _finish(self, offer: WorkOffer, at: datetime) -> None:
        interaction, agent = offer.interaction, offer.agent
        operations.set_disposition(interaction, self.dice.choice(self.dispositions), by=agent, at=at)
        self._note_topics(interaction, agent)
        if interaction.channel != Channel.VOICE:
            operations.complete(interaction, by=agent, at=at)
            return
        call = interaction.voice_calls.get()
        key = call.vendor_call_key or ""
        values: dict[str, Any] = {
            "call_start_date_time": call.call_start_date_time,
            "call_end_date_time": at,
            "disconnect_reason": "CUSTOMER_DISCONNECT",
        }
        change = voice.CallUpdate(
            values=values,
            recording_location=f"https://recordings.harbour.example/{at:%Y/%m/%d}/{key}.wav",
        )
        voice.update(self.center, key, change, at=at)
        self._remember(interaction, agent, call.call_accept_date_time or at, at)
        self._after(at, 5, 50, partial(self._complete, offer))

    def _remember(self, interaction: EngagementInteraction, agent: Agent, begin: datetime, end: datetime) -> None:
        """What was said and felt, as far as the call went."""
        talk = self.dice.choice(TALKS)
        said = [(number, begin + timedelta(seconds=3 + 7 * number), line) for number, line in enumerate(talk)]
        said = [each for each in said if each[1] < end]
        ConversationEntry.objects.bulk_create(
            ConversationEntry(
                interaction=interaction,
                number=number + 1,
                sender_kind=SenderKind.END_USER if line.by_customer else SenderKind.HUMAN_AGENT,
                participant="END_USER" if line.by_customer else agent.user.public_id,
                started_at=at,
                ended_at=at + timedelta(seconds=5),
                received_at=at,
                text=line.text,
                message_id=f"line-{number + 1}",
            )
            for number, at, line in said
        )
        ConversationSignal.objects.bulk_create(
            ConversationSignal(
                interaction=interaction,
                service="harbour-telephone-system",
                type=SENTIMENT,
                value=str(line.feeling),
                participant=ConversationSignal.Participant.CUSTOMER,
                started_at=at,
            )
            for _, at, line in said
            if line.feeling is not None
        )

    def _complete(self, offer: WorkOffer, at: datetime) -> None:
        offer.refresh_from_db()
        if offer.state == OfferState.WRAP_UP:
            operations.complete(offer.interaction, by=offer.agent, at=at)

    def _note_topics(self, interaction: EngagementInteraction, agent: Agent) -> None:
        for name, process, kind, state in self.dice.sample(people.TOPICS, self.dice.choice((0, 1, 1, 2))):
            EngagementTopic.objects.create(
                engagement=interaction,
                name=name,
                process_name=process,
                process_type=kind,
                process_status=state,
                owner=agent.user,
                created_by=agent.user,
                last_modified_by=agent.user,
            )

    def _caller(self) -> str:
        known = [person.phone for person in people.PEOPLE]
        return self.dice.choice(known if self.dice.random() < 0.75 else list(people.STRANGERS))

    def _count(self) -> None:
        self.done += 1
        self.tell(self.done)


def _written(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
