"""Secrets planted in one tenant's rows, and the people who must not find them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.test import Client

from apps.accounts.models import ApiClient, ApiKey, ApiSession, Approval, User, UserRole
from apps.accounts.operations import issue_token, register_client
from apps.accounts.roles import Reach, Role
from apps.agents.models import Agent, ChannelCapacity, NotReadyReason, Skill, Team, TeamSupervisor
from apps.attendees.models import EngagementAttendee, VerificationProcess
from apps.bulk.models import BulkRow, Outcome
from apps.common import clock
from apps.directory.models import CrmRecord
from apps.engagements.models import (
    Artifact,
    ArtifactFile,
    ConversationEntry,
    EngagementInteraction,
    Hook,
    MailAttachment,
    MailMessage,
    Note,
)
from apps.events import reader
from apps.exports.models import MailedReport
from apps.jobs.models import Job
from apps.messaging.models import CannedText
from apps.objects import standard
from apps.objects.models import CustomFieldKind, RecordType
from apps.objects.operations import define_custom_field
from apps.privacy.models import LegalHold, PersonRequest, RetentionRule, What
from apps.queues import operations
from apps.queues.models import (
    BusinessHours,
    Disposition,
    Flow,
    FlowRule,
    HolidayList,
    OutboundIdentifier,
    Queue,
    TeamQueue,
    Threshold,
    Workbin,
)
from apps.tenants.models import Tenant
from apps.topics.models import EngagementTopic
from apps.voice_calls import operations as voice
from apps.voice_calls.models import ContactRequest, VoiceCall, VoiceCallRecording
from apps.webhooks.models import WebhookDelivery, WebhookEndpoint
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.telephony import NUMBER, make_call_center

# Of a contact that is over; of one that is active; of what only administrators set up; of anything else of the tenant.
OVER, ACTIVE, KEPT, HOUSE = "quillfeather", "marrowbone", "brackenmoor", "thistledown"
OVER_NUMBER, ACTIVE_NUMBER = "+442079460199", "+442079460188"
OF_THE_OVER, OF_THE_ACTIVE = (OVER, OVER_NUMBER[-8:]), (ACTIVE, ACTIVE_NUMBER[-8:])


@dataclass(frozen=True)
class Reader:
    """Somebody with a browser and a client of every dialect, and what must never be told them."""

    user: User
    token: str
    secrets: tuple[str, ...]
    browser: Client


@dataclass
class House:
    tenant: Tenant
    admin: User
    agent: Agent
    queue: Queue
    over: EngagementInteraction
    active: EngagementInteraction
    parked: EngagementInteraction
    call: VoiceCall
    owner: Reader  # who may see all of it
    readers: list[Reader] = field(default_factory=list)
    tables: dict[str, Any] = field(default_factory=dict)

    def remembered(self, name: str, made: "Callable[[House], Any]") -> Any:
        """Looked up once for all addresses."""
        if name not in self.tables:
            self.tables[name] = made(self)
        return self.tables[name]

    @cached_property
    def contacts(self) -> list[EngagementInteraction]:
        return [self.over, self.active, self.parked]

    def row(self, model: type[models.Model]) -> Any:
        """A row of this model that the tenant has. A model without one fails the test with a sentence."""
        manager = model._default_manager
        mine: models.QuerySet[Any] = manager.all()
        if model is Tenant:
            return self.tenant
        if model in (User, ApiClient):
            mine = mine.filter(tenant=self.tenant)
        elif model in (ApiSession, Approval):
            mine = mine.filter(user__tenant=self.tenant)
        found = mine.order_by("pk").first()
        assert found, f"tests/leaks/planted.py plants no {model._meta.label}: its pages would be tried with nothing"
        return found


def plant(tenant: Tenant) -> House:
    """In the tenant's scope: two teams, and in the first one's work and settings a secret wherever a text can be."""
    admin = make_user(Role.ADMIN, "house-admin", last_name=HOUSE)
    team = Team.objects.create(name=f"North {HOUSE}")
    agent = make_agent("house-north")
    agent.team = team
    agent.save()
    queue = make_queue(f"North {HOUSE}", [agent])
    TeamQueue.objects.create(team=team, queue=queue)
    ready(agent, "voice", "email", "chat", "work_item")
    call = _call(queue, agent)
    over = _over(call, agent, admin)
    parked = _parked(queue, agent)
    active = make_live(queue, customer=ACTIVE_NUMBER)
    for each in (active, parked):
        _say(each, ACTIVE, ACTIVE_NUMBER)
        each.refresh_from_db()
    _configure(tenant, admin, agent)
    MailedReport.objects.create(
        name=f"Morning {HOUSE}", source="report", recipients=["house@example.com"], owner=admin, next_at=clock.now()
    )
    return House(tenant, admin, agent, queue, over, active, parked, call, reader_of(admin, ()))


def _call(queue: Queue, agent: Agent) -> VoiceCall:
    center = make_call_center(queue, name="HouseCC")
    now = clock.now()
    draft = voice.NewCall(vendor_call_key=f"{OVER}-key", started_at=now, to_number=NUMBER, from_number=OVER_NUMBER)
    call = voice.create_inbound(center, draft, at=now).call
    operations.accept(EngagementInteraction.objects.get(voice_calls=call), by=agent)
    VoiceCallRecording.objects.create(
        voice_call=call,
        location=f"https://records.example/{OVER}.wav",
        name=OVER,
        owner=agent.user,
        **_stamps(agent.user),
    )
    return call


def _stamps(user: User) -> dict[str, Any]:
    return {"created_by": user, "last_modified_by": user}


def _over(call: VoiceCall, agent: Agent, admin: User) -> EngagementInteraction:
    one = EngagementInteraction.objects.get(voice_calls=call)
    operations.write_note(one, f"note {OVER}", by=agent)
    file = ArtifactFile(name=f"{OVER}.txt", content_type="text/plain", size=5, content=OVER.encode(), field="body")
    file.artifact = Artifact.objects.create(interaction=one, kind="email", created_at=clock.now(), created_by=admin)
    file.save()
    Note.objects.create(
        interaction=one, agent=agent, title=OVER, body=OVER, created_at=clock.now(), updated_at=clock.now()
    )
    Hook.objects.create(
        interaction=one, type="custom-attribute", sub_type="x", record_id=OVER, name=OVER, at=clock.now()
    )
    ConversationEntry.objects.create(
        interaction=one,
        number=77,
        sender_kind="END_USER",
        participant=OVER_NUMBER,
        text=f"I am {OVER}",
        started_at=clock.now(),
        ended_at=clock.now(),
    )
    mail = MailMessage.objects.create(
        interaction=one,
        number=1,
        direction="inbound",
        delivery="received",
        message_id=f"<{OVER}@x>",
        sender=f"{OVER}@customer.example",
        subject=OVER,
        text=OVER,
        created_at=clock.now(),
    )
    MailAttachment.objects.create(
        message=mail, name=f"{OVER}.txt", content_type="text/plain", size=5, content=OVER.encode()
    )
    operations.complete(one, by=agent)
    EngagementAttendee.objects.create(
        engagement=one, external_attendee_id=OVER, owner=agent.user, start_date_time=clock.now(), **_stamps(agent.user)
    )
    EngagementTopic.objects.create(engagement=one, name=OVER, topic_id=OVER, owner=agent.user, **_stamps(agent.user))
    ContactRequest.objects.create(
        voice_call=call, preferred_phone=OVER_NUMBER, request_description=OVER, owner=admin, **_stamps(admin)
    )
    _say(one, OVER, OVER_NUMBER)
    return EngagementInteraction.objects.get(pk=one.pk)


def _say(one: EngagementInteraction, secret: str, number: str) -> None:
    EngagementInteraction.objects.filter(pk=one.pk).update(
        subject=secret,
        reason=secret,
        customer=number,
        phone_number=number,
        user_data={"Note": secret},
        external_identifier=f"{secret}-{one.pk}",
        initiating_attendee_id=secret,
        custom_fields={},
    )


def _parked(queue: Queue, agent: Agent) -> EngagementInteraction:
    one = make_live(queue, channel="email", customer=f"{ACTIVE}@customer.example")
    operations.accept(one, by=agent)
    bin_ = Workbin.objects.create(name=f"Later {HOUSE}", kind=Workbin.Kind.AGENT, agent=agent)
    operations.park(one, bin_, by=agent)
    return one


def _configure(tenant: Tenant, admin: User, agent: Agent) -> None:
    """A row of everything that the administration screens show."""
    CrmRecord.objects.create(object_name="Contact", record_id="003HOUSE", name=HOUSE, phone="+442079460177")
    for model in (Disposition, HolidayList, FlowRule, Skill):
        model.objects.create(name=HOUSE)
    BusinessHours.objects.create(name=HOUSE, time_zone="UTC")
    Flow.objects.create(name=HOUSE, developer_name=HOUSE)
    NotReadyReason.objects.create(name=HOUSE, operation_name=HOUSE)
    OutboundIdentifier.objects.create(name=HOUSE, value="+442079460166", channel="voice")
    ChannelCapacity.objects.create(channel="chat", agent=agent, capacity=3)
    RecordType.objects.create(object_name="EngagementInteraction", name=HOUSE, developer_name=HOUSE)
    define_custom_field("EngagementInteraction", "Kept__c", CustomFieldKind.TEXT, label=HOUSE, length=40)
    UserRole.objects.create(name=KEPT, permissions=[], kind=Role.SUPERVISOR)
    hook = WebhookEndpoint.objects.create(
        name=KEPT, url=f"https://{KEPT}.example/in", position_xid=reader.now().xid, created_by=admin
    )
    now = clock.now()
    WebhookDelivery.objects.create(
        endpoint=hook, event_xid=1, event_id=1, event_name=KEPT, event_at=now, first_attempt_at=now, last_attempt_at=now
    )
    ApiKey.objects.create(name=KEPT, user=make_user(Role.INTEGRATION, "house-key", is_key=True))
    key, _ = register_client(admin, KEPT)
    client = ApiClient.objects.get(client_id=key)
    issue_token(admin, client)
    Approval.objects.create(user=admin, application=client, token=KEPT)
    job = Job.objects.create(
        kind="bulk", title=KEPT, by=admin, parameters={"list_name": "interactions", "action_name": "delete"}
    )
    BulkRow.objects.create(job=job, key=1, name=KEPT, outcome=Outcome.CHANGED, before={"reason": KEPT})
    CannedText.objects.create(name=HOUSE, text=HOUSE)
    RetentionRule.objects.create(what=What.CONTACTS, days=4711)
    LegalHold.objects.create(interaction=EngagementInteraction.objects.earliest("pk"), reason=KEPT, by=admin)
    PersonRequest.objects.create(kind="export", reference=KEPT, by=admin)
    Threshold.objects.create()
    VerificationProcess.objects.create(name=HOUSE, must=HOUSE)


def outsiders() -> list[Reader]:
    """A supervisor and an agent of another team, and an agent without a limit, who sees what is active."""
    team = Team.objects.create(name="South")
    south = make_queue("South")
    TeamQueue.objects.create(team=team, queue=south)
    leader = make_user(Role.SUPERVISOR, "south-leader", reach=Reach.TEAMS, own_reach=Reach.TEAMS)
    TeamSupervisor.objects.create(team=team, user=leader)
    member = make_user(Role.AGENT, "south-agent", reach=Reach.QUEUES, own_reach=Reach.QUEUES)
    Agent.objects.create(user=member, team=team)
    plain = make_agent("plain-agent").user
    other_team = (*OF_THE_OVER, *OF_THE_ACTIVE, KEPT)
    return [
        reader_of(leader, other_team),
        reader_of(member, other_team),
        reader_of(plain, (*OF_THE_OVER, KEPT)),
    ]


def stranger(other: Tenant) -> Reader:
    """Who may do everything in the other tenant, which is in scope."""
    standard.install(other)
    user = make_user(Role.ADMIN, "stranger", tenant=other)
    Agent.objects.create(user=user)
    return reader_of(user, (*OF_THE_OVER, *OF_THE_ACTIVE, KEPT, HOUSE))


def reader_of(user: User, secrets: tuple[str, ...]) -> Reader:
    browser = Client()
    browser.force_login(user)
    return Reader(user, issue_token(user, life=timedelta(hours=3)), secrets, browser)
