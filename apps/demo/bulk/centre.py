"""The contact centre whose history is generated: found by its name, or made, with as many agents as the work needs."""

from dataclasses import dataclass
from math import ceil

from apps.accounts.roles import Role
from apps.agents.models import Agent, NotReadyReason
from apps.common.public_ids import salesforce_id
from apps.demo import people, setup
from apps.directory.models import CrmRecord
from apps.directory.phone import phone_key
from apps.objects import standard
from apps.queues.models import Disposition, Flow, Queue, QueueMember
from apps.queues.models.setup import OFFER_TIMEOUT
from apps.tenants.models import Tenant
from apps.voice_calls.models import CallCenter

# Share of the contacts, of the queues in the order of their names below.
_SHARES = {
    people.SUPPORT: 30,
    people.BILLING: 24,
    people.CLAIMS: 18,
    people.WRITTEN: 12,
    people.CLAIMS_2: 8,
    people.ARABIC: 4,
    people.JAPANESE: 4,
}
_HANDLED_A_DAY = 55  # contacts that one agent can take on a working day without a queue growing
_PER_CUSTOMER = 200  # contacts
_FIRST_NAMES = ("Aoife", "Bao", "Chidi", "Dagny", "Emre", "Farah", "Giulia", "Hana", "Ivo", "Jelena", "Kofi", "Lior")
_LAST_NAMES = ("Achterberg", "Brânză", "Castellanos", "Đorđević", "Eriksen", "Fitzgerald", "Grünwald", "Hoàng", "Ito")


@dataclass(frozen=True)
class Desk:
    """An agent: keys of the agent and the user, and the queues (places in `Centre.queues`) that it serves."""

    agent_id: int
    user_id: int
    queues: frozenset[int]


@dataclass(frozen=True)
class Line:
    """A queue: keys, share of the contacts, seconds."""

    queue_id: int
    sla_id: int | None
    flow_id: int | None
    name: str
    share: int
    offer_timeout: int
    wrap_up: int


@dataclass(frozen=True)
class Customer:
    record_id: str
    phone: str
    phone_key: str | None
    email: str


@dataclass(frozen=True)
class Centre:
    tenant: Tenant
    telephony_id: int  # user
    call_center_id: int
    agents: list[Desk]
    queues: list[Line]
    dispositions: list[int]
    reason_id: int | None
    customers: list[Customer]


def named(name: str) -> Tenant:
    """The contact centre of this name; made with the standard picklists if there is none."""
    found = Tenant.objects.filter(name=name).first()
    return found or Tenant.objects.create(name=name, time_zone="Europe/London", phone_region="GB")


def prepare(tenant: Tenant, contacts: int, days: int) -> Centre:
    """Add to the tenant in scope what its history needs and it lacks: people, queues, outcomes, customers."""
    if not Queue.objects.exists():
        _set_up(tenant)
    queues = _lines()
    _hire(tenant, queues, agents=ceil(contacts / days / _HANDLED_A_DAY * 7 / 5) + len(queues))
    _meet_customers(tenant, ceil(contacts / _PER_CUSTOMER) + 20)
    center = CallCenter.objects.order_by("id").first()
    assert center is not None
    return Centre(
        tenant=tenant,
        telephony_id=center.integration_user_id,
        call_center_id=center.pk,
        agents=_desks(queues),
        queues=queues,
        dispositions=list(Disposition.objects.order_by("id").values_list("pk", flat=True)),
        reason_id=NotReadyReason.objects.order_by("position").values_list("pk", flat=True).first(),
        customers=[
            Customer(each.record_id, each.phone or "", each.phone_key, each.email or each.name)
            for each in CrmRecord.objects.order_by("id")
        ],
    )


def _set_up(tenant: Tenant) -> None:
    standard.install(tenant)
    for username, role in (("admin", Role.ADMIN), ("supervisor", Role.SUPERVISOR), ("integration", Role.INTEGRATION)):
        setup.make_user(tenant, _username(tenant, username), username.title(), tenant.name[:80], role)
    telephony = setup.make_user(tenant, _username(tenant, "telephony"), "Telephone", "system", Role.INTEGRATION)
    queues = {name: setup.make_queue(name) for name in _SHARES}
    setup.make_words()
    setup.make_call_center(telephony, queues)
    tenant.default_queue = queues[people.SUPPORT]
    tenant.save(update_fields=["default_queue"])


def _username(tenant: Tenant, word: str) -> str:
    """Nobody else's: user names are one space for all contact centres."""
    return f"{word}.{tenant.pk}"


def _lines() -> list[Line]:
    flows = dict(Flow.objects.filter(queue__isnull=False).order_by("-id").values_list("queue_id", "pk"))
    return [
        Line(
            queue.pk,
            queue.sla_id,
            flows.get(queue.pk),
            queue.name,
            _SHARES.get(queue.name, 5),
            queue.offer_timeout_s or OFFER_TIMEOUT,
            min(queue.wrap_up_s or 60, 180),
        )
        for queue in Queue.objects.filter(is_active=True).order_by("id")
    ]


def _hire(tenant: Tenant, queues: list[Line], *, agents: int) -> None:
    """As many agents as are missing; each serves two queues, by the queues' shares."""
    homes = [place for place, line in enumerate(queues) for _ in range(line.share)]
    for number in range(Agent.objects.count(), agents):
        first, last = _FIRST_NAMES[number % len(_FIRST_NAMES)], _LAST_NAMES[number // 12 % len(_LAST_NAMES)]
        user = setup.make_user(tenant, _username(tenant, f"agent-{number + 1:04}"), first, last, Role.AGENT)
        agent = Agent.objects.create(user=user)
        home = number if number < len(queues) else homes[number * 37 % len(homes)]
        served = {home, (home + 1 + number % 3) % len(queues)}
        QueueMember.objects.bulk_create(QueueMember(queue_id=queues[place].queue_id, agent=agent) for place in served)


def _desks(queues: list[Line]) -> list[Desk]:
    places = {line.queue_id: place for place, line in enumerate(queues)}
    served: dict[int, set[int]] = {}
    for agent_id, queue_id in QueueMember.objects.values_list("agent_id", "queue_id"):
        if queue_id in places:
            served.setdefault(agent_id, set()).add(places[queue_id])
    rows = Agent.objects.order_by("id").values_list("pk", "user_id")
    return [Desk(agent_id, user_id, frozenset(served.get(agent_id, ()))) for agent_id, user_id in rows]


def _meet_customers(tenant: Tenant, wanted: int) -> None:
    """Customers in the directory, as many as are missing."""
    numbers = range(CrmRecord.objects.count(), wanted)
    CrmRecord.objects.bulk_create(
        [
            CrmRecord(
                object_name="Contact",
                record_id=salesforce_id("003", 5_000_000 + number),
                name=f"{_FIRST_NAMES[number % 12]} {_LAST_NAMES[number % 9]}-{number}",
                phone=f"+4477009{number:05}",
                phone_key=phone_key(f"+4477009{number:05}", tenant.phone_region),
                email=f"customer-{number}@harbour.example",
            )
            for number in numbers
        ],
        batch_size=1000,
    )
