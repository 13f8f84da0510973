"""A call as its telephone system tells it, line by line, over HTTP."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.agents.models import Agent
from apps.engagements.models import ConversationEntry, EngagementInteraction
from apps.queues import operations
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from apps.voice_calls import operations as voice
from tests.builders import make_queue, ready
from tests.telephony import CALLER, NUMBER, Phone, make_call_center

START = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
KEY = "leg-7f3a-0001"


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def milliseconds(seconds: float) -> int:
    return int(after(seconds).timestamp() * 1000)


class Talk:
    """One call of a customer, taken by the agent after ten seconds. Times are seconds since its start."""

    def __init__(self, tenant: Tenant, agent: Agent, queue: Queue | None = None, key: str = KEY) -> None:
        self.agent, self.key = agent, key
        self.queue = queue or make_queue("Claims (motor)", [agent])
        center = make_call_center(self.queue)
        self.phone = Phone(tenant)
        draft = voice.NewCall(vendor_call_key=key, started_at=START, to_number=NUMBER, from_number=CALLER)
        self.call = voice.create_inbound(center, draft, at=START).call
        self.interaction = EngagementInteraction.objects.get(voice_calls=self.call)
        ready(agent, at=after(5))
        operations.accept(self.interaction, by=agent, at=after(10))

    def expect(self, answer: Any) -> None:
        assert answer.status_code < 300, answer.content

    def customer(self, at: float, text: str) -> None:
        self.line(at, text, "END_USER", self.key)

    def agent_says(self, at: float, text: str) -> None:
        self.line(at, text, "HUMAN_AGENT", self.agent.user.public_id)

    def line(self, at: float, text: str, kind: str, who: str) -> None:
        body = {
            "messageId": f"{kind}-{at}",
            "participantId": who,
            "senderType": kind,
            "startTime": milliseconds(at),
            "endTime": milliseconds(at + 2),
            "content": text,
        }
        self.expect(self.phone.send("POST", f"/voiceCalls/{self.key}/messages", body))

    def felt(self, at: float, score: float, who: str = "CUSTOMER") -> None:
        self.noticed(at, "IntelligenceSignal__Sentiment", str(score), who)

    def noticed(self, at: float, kind: str, value: str, who: str = "") -> None:
        event = {"type": kind, "value": value, "startTime": milliseconds(at), "participant": who}
        body = {"service": "listener", "events": [{name: each for name, each in event.items() if each}]}
        self.expect(self.phone.send("POST", f"/voiceCalls/{self.key}/realtimeConversationEvents", body))

    def ends(self, at: float, **told: Any) -> None:
        body = {
            "isActiveCall": False,
            "startTime": START.isoformat(),
            "acceptTime": after(10).isoformat(),
            "endTime": after(at).isoformat(),
            **told,
        }
        self.expect(self.phone.update(self.key, body))
        self.interaction.refresh_from_db()


def many_lines(interaction: EngagementInteraction, texts: Iterable[str]) -> None:
    """Lines of a customer, a second apart, without the way through the telephone system."""
    ConversationEntry.objects.bulk_create(
        ConversationEntry(
            interaction=interaction,
            number=number,
            sender_kind="END_USER",
            participant="END_USER",
            started_at=after(number),
            text=text,
        )
        for number, text in enumerate(texts, start=1)
    )
