"""Agents who take what is offered to them, mostly. Through the same operations as everybody else, in this process."""

import random
from collections.abc import Callable
from functools import partial

from apps.agents.models import Agent, AgentChannel, AgentSession, Channel, NotReadyReason
from apps.common.errors import AlreadyDone
from apps.demo import people
from apps.demo.simulator.timetable import Timetable
from apps.engagements.models import ConversationEntry, EngagementInteraction, SenderKind
from apps.messaging import operations as messaging
from apps.messaging.writing import Writing
from apps.queues import operations
from apps.queues.models import Disposition, OfferState, WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope

CHANNELS = (Channel.VOICE, Channel.CHAT, Channel.EMAIL)
# Seconds, least and most.
LOOK_EVERY = 0.7
LEASE_EVERY = 15.0
ANSWER = (1.0, 6.0)
WRITE = (20.0, 80.0)
LINE = (3.0, 8.0)
WRAP_UP = (3.0, 14.0)
BETWEEN_BREAKS = (60.0, 150.0)
BREAK = (15.0, 50.0)
HOLD = (4.0, 15.0)
REJECTS, MISSES = 0.06, 0.03  # of all offers
HOLDS = 0.3  # of all calls


class Agents:
    def __init__(self, tenant: Tenant, timetable: Timetable) -> None:
        self.tenant, self.timetable = tenant, timetable
        self.names = [each.username for each in people.COLLEAGUES if not each.waits_for_human]
        self.on_break: set[int] = set()
        self.seen: set[tuple[int, str]] = set()  # part and state that somebody has begun to deal with

    def begin(self) -> None:
        """All sign in and get ready."""
        self.timetable.after(0, self._keep_leases)
        self.timetable.every(LEASE_EVERY, LEASE_EVERY, self._keep_leases)
        self.timetable.every(LOOK_EVERY, LOOK_EVERY, self._look)
        self.timetable.every(*BETWEEN_BREAKS, self._take_break)

    def _agents(self) -> list[Agent]:
        return list(Agent.objects.select_related("user").filter(user__username__in=self.names))

    def _keep_leases(self) -> None:
        """Whoever is not there or not ready, because we were away too long or never began, comes back."""
        with scope(self.tenant):
            here = set(AgentSession.objects.filter(ended_at=None).values_list("agent_id", flat=True))
            ready = set(AgentChannel.objects.filter(is_ready=True).values_list("agent_id", flat=True))
            for agent in self._agents():
                if agent.pk not in here:
                    self.timetable.after(0, partial(self._sign_in, agent))
                    continue
                operations.renew_lease(agent)
                if agent.pk not in ready | self.on_break:
                    self.timetable.after(0, partial(self._come_back, agent))

    def _sign_in(self, agent: Agent) -> None:
        with scope(self.tenant):
            try:
                operations.start_session(agent, CHANNELS, by=agent.user)
            except AlreadyDone:
                return
            operations.make_ready(agent, by=agent.user)

    def _take_break(self) -> None:
        with scope(self.tenant):
            agent = random.choice(self._agents())
            reason = random.choice(list(NotReadyReason.objects.filter(is_active=True)))
            operations.make_not_ready(agent, None, reason, by=agent.user)
        self.on_break.add(agent.pk)
        self.timetable.between(*BREAK, partial(self._come_back, agent))

    def _come_back(self, agent: Agent) -> None:
        self.on_break.discard(agent.pk)
        with scope(self.tenant):
            operations.make_ready(agent, by=agent.user)

    def _look(self) -> None:
        """What has each of us to do now? One question for all."""
        with scope(self.tenant):
            parts = list(
                WorkOffer.objects.exclude(state=OfferState.ENDED)
                .filter(agent__user__username__in=self.names)
                .select_related("agent__user", "interaction")
            )
        now = {(part.pk, part.state) for part in parts}
        for part in parts:
            if (part.pk, part.state) not in self.seen:
                self._plan(part)
        self.seen = now

    def _plan(self, part: WorkOffer) -> None:
        if part.state == OfferState.OFFERED:
            chance = random.random()
            if chance > MISSES:  # else it rings until its time is over
                answer = operations.reject if chance < MISSES + REJECTS else operations.accept
                self._soon(ANSWER, part, partial(_answer, answer))
        elif part.state == OfferState.WORKING:
            self._work(part)
        else:
            self._soon(WRAP_UP, part, _finish)

    def _work(self, part: WorkOffer) -> None:
        if part.interaction.is_draft:
            self._soon(WRITE, part, _send)
            return
        self._soon((2.0, 10.0), part, _note)
        if part.interaction.channel == Channel.EMAIL:
            self._soon((4.0, 15.0), part, _reply)
        if part.interaction.channel == Channel.CHAT:
            self._soon(LINE, part, self._chat)
        if part.interaction.channel == Channel.VOICE:  # which is ended by its caller
            if random.random() < HOLDS:
                self._soon((4.0, 12.0), part, self._hold)
        else:
            self._soon(WRITE, part, _finish)

    def _hold(self, interaction: EngagementInteraction, agent: Agent) -> None:
        operations.hold(interaction, by=agent)
        self.timetable.between(*HOLD, partial(self._in_scope, _resume, interaction, agent))

    def _chat(self, interaction: EngagementInteraction, agent: Agent) -> None:
        """Answer what the customer wrote, as long as the agent takes part."""
        said = ConversationEntry.objects.filter(interaction=interaction).order_by("number")
        last, own = said.last(), said.filter(sender_kind=SenderKind.HUMAN_AGENT).count()
        if last is None or last.sender_kind == SenderKind.END_USER:
            line = people.AGENT_LINES[min(own, len(people.AGENT_LINES) - 1)]
            messaging.type_on(interaction, by=agent, started=True)
            messaging.say(interaction, line, by=agent)
        if WorkOffer.objects.filter(interaction=interaction, agent=agent, state=OfferState.WORKING).exists():
            self.timetable.between(*LINE, partial(self._in_scope, self._chat, interaction, agent))

    def _in_scope(
        self,
        act: Callable[[EngagementInteraction, Agent], object],
        interaction: EngagementInteraction,
        agent: Agent,
    ) -> None:
        with scope(self.tenant):
            act(interaction, agent)

    def _soon(
        self, seconds: tuple[float, float], part: WorkOffer, act: Callable[[EngagementInteraction, Agent], object]
    ) -> None:
        self.timetable.between(*seconds, partial(self._in_scope, act, part.interaction, part.agent))


def _resume(interaction: EngagementInteraction, agent: Agent) -> None:
    operations.resume(interaction, by=agent)


def _answer(
    answer: Callable[..., object],
    interaction: EngagementInteraction,
    agent: Agent,
) -> None:
    answer(interaction, by=agent)


def _note(interaction: EngagementInteraction, agent: Agent) -> None:
    pairs = {"Reason": random.choice(people.REASONS), "PolicyNumber": f"HU-{random.randint(100_000, 999_999)}"}
    operations.attach_user_data(interaction, pairs, by=agent)


def _reply(interaction: EngagementInteraction, agent: Agent) -> None:
    messaging.reply(interaction, by=agent, writing=Writing(text=random.choice(people.ANSWERS)))


def _send(draft: EngagementInteraction, agent: Agent) -> None:
    messaging.send(draft, by=agent)


def _finish(interaction: EngagementInteraction, agent: Agent) -> None:
    operations.set_disposition(interaction, random.choice(list(Disposition.objects.filter(is_active=True))), by=agent)
    operations.complete(interaction, by=agent)
