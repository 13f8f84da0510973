"""A few days of two queues through the operations, each told the time, small enough to be worked out on paper.

The tenant's clock is Berlin's, which goes forward at two o'clock on Sunday, 29 March 2026.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apps.agents.models import Agent, Team
from apps.engagements.drafts import Changes, NewTopic
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import add_topic
from apps.queues import operations
from apps.queues.models import Queue, QueueMember, SlaVersion, TeamQueue
from tests.builders import make_agent, make_queue, make_user

ZONE = ZoneInfo("Europe/Berlin")
DAYS = {"since": "2026-03-28", "until": "2026-04-01"}


def at(told: str, seconds: float = 0) -> datetime:
    """On the tenant's clock, and so many seconds later."""
    local = datetime.strptime(told, "%d.%m. %H:%M:%S").replace(year=2026, tzinfo=ZONE)
    return datetime.fromtimestamp(local.timestamp() + seconds, ZONE)


class Paper:
    """Sales (Anna of the red team) leaves abandons up to 20 s out of its service level, Help (Ben, blue) none."""

    def __init__(self) -> None:
        self.by = make_user("integration")
        self.red, self.blue = Team.objects.create(name="Red"), Team.objects.create(name="Blue")
        self.anna, self.ben = self._agent("Anna", self.red), self._agent("Ben", self.blue)
        strict = SlaVersion.objects.create(name="Strict", abandon_type=SlaVersion.AbandonType.COUNT)
        self.sales = make_queue("Sales", [self.anna], wrap_up_s=600)
        self.help = make_queue("Help", [self.ben], wrap_up_s=600, sla=strict)
        TeamQueue.objects.create(team=self.red, queue=self.sales)
        TeamQueue.objects.create(team=self.blue, queue=self.help)

    def _agent(self, name: str, team: Team) -> Agent:
        agent = make_agent(name.lower())
        agent.team = team
        agent.save()
        return agent

    def shift(self, agent: Agent, begin: str, end: str, *acts: Any) -> None:
        """Ready all the while."""
        operations.start_session(agent, ("voice", "chat"), by=agent.user, at=at(begin))
        operations.make_ready(agent, by=agent.user, at=at(begin))
        for act, *told in acts:
            act(*told)
        operations.end_session(agent, by=agent.user, at=at(end))

    def arrive(self, when: str, queue: Queue | None, channel: str = "voice", **values: Any) -> Any:
        made = operations.open(
            channel=channel, customer="+442079460123", contact_point="", by=self.by, at=at(when), values=values
        )
        if queue:
            operations.enqueue(made, queue, by=self.by, at=at(when))
        return made

    def gone(self, when: str, queue: Queue | None, waited: float) -> None:
        operations.abandon(self.arrive(when, queue), at=at(when, waited))

    def answered(
        self, when: str, queue: Queue, waited: float, talked: float, wrapped: float, held: float = 0, **values: Any
    ) -> EngagementInteraction:
        agent = self.anna if queue == self.sales else self.ben
        call = self.arrive(when, queue, **values)
        operations.accept(call, by=agent, at=at(when, waited))
        if held:
            operations.hold(call, by=agent, at=at(when, waited + 10))
            operations.resume(call, by=agent, at=at(when, waited + 10 + held))
        operations.hang_up(call, by=agent, at=at(when, waited + talked))
        operations.complete(call, by=agent, at=at(when, waited + talked + wrapped))
        return call

    def passed_on(self) -> None:
        """Anna answers after 5 s, talks for 60 and passes it to Ben, who answers after 30 and talks for 120."""
        call = self.arrive("28.03. 10:30:00", self.sales)
        operations.accept(call, by=self.anna, at=at("28.03. 10:30:05"))
        operations.place_in_queue(call, self.help, by=self.anna, at=at("28.03. 10:31:05"))
        operations.complete(call, by=self.anna, at=at("28.03. 10:31:15"))
        operations.accept(call, by=self.ben, at=at("28.03. 10:31:35"))
        operations.hang_up(call, by=self.ben, at=at("28.03. 10:33:35"))
        operations.complete(call, by=self.ben, at=at("28.03. 10:33:45"))

    def happen(self) -> None:
        sales, help_, anna, ben = self.sales, self.help, self.anna, self.ben
        self.shift(
            ben,
            "25.03. 09:55:00",
            "25.03. 10:30:00",
            (self.answered, "25.03. 10:00:00", help_, 6, 100, 20),
            (self.gone, "25.03. 10:10:00", help_, 44),
        )
        operations.start_session(anna, ("voice", "chat"), by=anna.user, at=at("28.03. 09:55:00"))
        operations.make_ready(anna, by=anna.user, at=at("28.03. 09:55:00"))
        self.first = self.answered("28.03. 10:00:00", sales, 10, 120, 30, held=30, reason="Billing")
        for name in ("Refund", "Delivery", "Refund"):  # the same subject was handled twice
            add_topic(NewTopic({"engagement": self.first, "name": name}), by=self.by)
        for mood in ("Neutral", "Positive"):
            operations.revise(self.first, Changes({"sentiment": mood}), by=self.by)
        self.answered("28.03. 10:05:00", sales, 25, 60, 20, reason="Billing")
        self.gone("28.03. 10:10:00", sales, 4)
        self.gone("28.03. 10:20:00", sales, 50)
        operations.start_session(ben, ("voice", "chat"), by=ben.user, at=at("28.03. 10:25:00"))
        operations.make_ready(ben, by=ben.user, at=at("28.03. 10:25:00"))
        self.passed_on()
        self.gone("28.03. 10:40:00", help_, 3)
        operations.end_session(ben, by=ben.user, at=at("28.03. 10:45:00"))
        operations.end_session(anna, by=anna.user, at=at("28.03. 10:50:00"))
        self.gone("28.03. 11:00:00", None, 20)
        self.shift(
            anna,
            "28.03. 23:50:00",
            "29.03. 03:20:00",
            (self.answered, "28.03. 23:59:30", sales, 40, 300, 30),
            (self.answered, "29.03. 01:58:00", sales, 10, 600, 30),
        )
        self.gone("31.03. 23:58:00", help_, 150)
        self.shift(
            ben,
            "01.04. 09:55:00",
            "01.04. 10:30:00",
            (self.chatted,),
        )

    def chatted(self) -> None:
        chat = self.arrive("01.04. 10:00:00", self.help, channel="chat")
        operations.accept(chat, by=self.ben, at=at("01.04. 10:00:15"))
        operations.complete(chat, by=self.ben, at=at("01.04. 10:10:15"))

    def help_out(self) -> None:
        """Ben answers a call of Sales on the first of April, without being of its team."""
        QueueMember.objects.create(queue=self.sales, agent=self.ben)
        operations.start_session(self.ben, ("voice",), by=self.ben.user, at=at("01.04. 11:00:00"))
        operations.make_ready(self.ben, by=self.ben.user, at=at("01.04. 11:00:00"))
        call = self.arrive("01.04. 11:10:00", self.sales)
        operations.accept(call, by=self.ben, at=at("01.04. 11:10:05"))
        operations.hang_up(call, by=self.ben, at=at("01.04. 11:11:05"))
        operations.complete(call, by=self.ben, at=at("01.04. 11:11:15"))
