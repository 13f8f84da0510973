"""The demo's contact centre as an administrator would set it up: people, queues, rules, numbers, directory."""

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.agents.models import Agent, NotReadyReason, Team, WorkMode
from apps.common.public_ids import salesforce_id
from apps.demo import people
from apps.demo.people import Person
from apps.demo.sample_fields import install_sample_fields
from apps.demo.sample_hours import make_hours
from apps.directory.models import CrmRecord
from apps.directory.phone import phone_key
from apps.objects import standard
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field
from apps.queues.models import (
    Disposition,
    Flow,
    FlowCondition,
    FlowRule,
    OutboundIdentifier,
    Queue,
    QueueMember,
    SlaVersion,
    Workbin,
)
from apps.queues.models.flows import Comparison
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenter, CallCenterRoutingMap, NumberRoute

INTEGRATION = "integration"
TENANT, OTHER_TENANT = "Harbour Utilities", "Northgate Parcels"
PASSWORD = "harbour-2-demo"
CALL_CENTER = "HarbourCC"
NUMBERS = {  # number -> queue
    "+441632960100": people.SUPPORT,
    "+441632960101": people.BILLING,
    "+441632960102": people.CLAIMS,
    "+441632960103": people.CLAIMS_2,
    "+96822000400": people.ARABIC,
    "+81300008800": people.JAPANESE,
}
NUMBER = "+441632960100"  # the one in the credentials file
ADDRESS = "service@harbour.example"  # where customers write to

# Queue -> developer name, offer time-out, wrap-up, whether a disposition is required, target: per cent within seconds.
_QUEUES: dict[str, tuple[str, int, int | None, bool, int, int]] = {
    people.SUPPORT: ("Support", 20, 60, False, 80, 20),
    people.BILLING: ("Billing", 20, 90, True, 80, 30),
    people.CLAIMS: ("Claims_Motor", 25, 120, True, 85, 20),
    people.CLAIMS_2: ("Claims_Level_2", 30, None, True, 70, 60),
    people.ARABIC: ("Arabic", 20, 60, False, 80, 30),
    people.JAPANESE: ("Japanese", 20, 60, False, 80, 30),
    people.WRITTEN: ("Letters", 60, 30, False, 90, 14400),
}
_REASONS = (
    ("Break", "Break", WorkMode.AUX),
    ("Meeting or training", "Meeting", WorkMode.AUX),
    ("Back office", "BackOffice", WorkMode.AUX),
    ("Finishing up", "FinishingUp", WorkMode.AFTER_CALL_WORK),
)
_CRM_PREFIX = {"Account": "001", "Contact": "003", "Lead": "00Q"}


def make_harbour() -> Tenant:
    """The tenant that the demo is about, whole but for its keys and its past."""
    tenant = Tenant.objects.create(name=TENANT, time_zone="Europe/London", phone_region="GB")
    with scope(tenant):
        standard.install(tenant)
        make_user(tenant, "admin", "Ramona", "Ilves", Role.ADMIN)
        make_user(tenant, "supervisor", "Gráinne", "Ó Súilleabháin", Role.SUPERVISOR)
        telephony = make_user(tenant, "telephony", "Telephone", "system", Role.INTEGRATION)
        make_user(tenant, INTEGRATION, "Customer", "records", Role.INTEGRATION)
        queues = {name: make_queue(name) for name in _QUEUES}
        _make_agents(tenant, queues)
        make_words()
        make_call_center(telephony, queues)
        Workbin.objects.create(name="Waits for papers", kind=Workbin.Kind.PLACE)
        OutboundIdentifier.objects.create(name="Harbour Utilities", value=NUMBER, channel="voice")
        make_hours(tenant.time_zone)
        OutboundIdentifier.objects.create(name="Service", value=ADDRESS, channel="email")
        _make_mail_rule(queues[people.WRITTEN])
        install_sample_fields()
        define_custom_field("VoiceCall", "Department__c", CustomFieldKind.TEXT, label="Department", length=40)
        _make_people(tenant, people.PEOPLE)
        tenant.default_queue = queues[people.SUPPORT]
        tenant.save(update_fields=["default_queue"])
    return tenant


def make_northgate() -> Tenant:
    """A second tenant, small: that neither sees anything of the other can be tried."""
    tenant = Tenant.objects.create(name=OTHER_TENANT, time_zone="Europe/Dublin", phone_region="IE")
    with scope(tenant):
        standard.install(tenant)
        make_user(tenant, "northgate.supervisor", "Aoife", "Byrne", Role.SUPERVISOR)
        user = make_user(tenant, "northgate.agent", "Cormac", "Walsh", Role.AGENT)
        queue = Queue.objects.create(name="Parcels", developer_name="Parcels")
        QueueMember.objects.create(queue=queue, agent=Agent.objects.create(user=user))
        tenant.default_queue = queue
        tenant.save(update_fields=["default_queue"])
    return tenant


_hashed: list[str] = []


def make_user(tenant: Tenant, username: str, first_name: str, last_name: str, role: Role) -> User:
    if not _hashed:  # all have the same password, and hashing it takes a third of a second
        _hashed.append(make_password(PASSWORD))
    user = User(
        tenant=tenant,
        username=username,
        first_name=first_name,
        last_name=last_name,
        email=f"{username}@harbour.example",
        role=role,
        time_zone=tenant.time_zone,
        password=_hashed[0],
    )
    user.save()
    return user


def _make_mail_rule(queue: Queue) -> None:
    rule = FlowRule.objects.create(name="Mail", position=90, queue=queue)
    FlowCondition.objects.create(rule=rule, fact="Channel", comparison=Comparison.IS, value="email")


def make_queue(name: str) -> Queue:
    developer_name, offer_timeout, wrap_up, disposition_required, percent, seconds = _QUEUES[name]
    sla = SlaVersion.objects.create(name=name, threshold_s=seconds, target_percent=percent)
    queue = Queue.objects.create(
        name=name,
        developer_name=developer_name,
        sla=sla,
        offer_timeout_s=offer_timeout,
        wrap_up_s=wrap_up,
        disposition_required=disposition_required,
        priority=120 if name == people.CLAIMS_2 else 100,
    )
    Flow.objects.create(name=f"Menu to {name}", developer_name=f"To_{developer_name}", queue=queue, recording=True)
    return queue


def _make_agents(tenant: Tenant, queues: dict[str, Queue]) -> None:
    teams = {name: Team.objects.create(name=name) for name in (people.SERVICE, people.MOTOR)}
    for name, team in teams.items():
        Workbin.objects.create(name=f"Team: {name}", kind=Workbin.Kind.GROUP, team=team)
    for colleague in people.COLLEAGUES:
        user = make_user(tenant, colleague.username, colleague.first_name, colleague.last_name, Role.AGENT)
        agent = Agent.objects.create(user=user, team=teams[colleague.team])
        QueueMember.objects.bulk_create(QueueMember(queue=queues[name], agent=agent) for name in colleague.queues)


def make_words() -> None:
    for position, (name, operation, mode) in enumerate(_REASONS):
        NotReadyReason.objects.create(name=name, operation_name=operation, work_mode=mode, position=position)
    for position, name in enumerate(people.DISPOSITIONS):
        Disposition.objects.create(name=name, position=position)


def make_call_center(telephony: User, queues: dict[str, Queue]) -> None:
    call_center = CallCenter.objects.create(
        name="Harbour telephone system", internal_name=CALL_CENTER, integration_user=telephony
    )
    for number, name in NUMBERS.items():
        NumberRoute.objects.create(call_center=call_center, number=number, queue=queues[name])
    for name, queue in queues.items():
        CallCenterRoutingMap.objects.create(
            call_center=call_center,
            developer_name=f"{queue.developer_name}_{call_center.internal_name}",
            master_label=name,
            external_id=f"pbx-{queue.developer_name.lower().replace('_', '-')}",
            queue=queue,
        )


def _make_people(tenant: Tenant, persons: Iterable[Person]) -> None:
    CrmRecord.objects.bulk_create(
        CrmRecord(
            object_name=person.kind,
            record_id=salesforce_id(_CRM_PREFIX[person.kind], number),
            name=person.name,
            phone=person.phone,
            phone_key=phone_key(person.phone, tenant.phone_region),
            email=person.email or None,
        )
        for number, person in enumerate(persons, start=1001)
    )
