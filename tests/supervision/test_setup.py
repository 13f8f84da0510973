"""The setup screens: what they write goes through operations, and stays within the tenant and the role."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from django.urls import reverse

from apps.accounts.models import ApiSession, Approval, User, UserRole
from apps.accounts.roles import Role
from apps.agents.models import Agent, AgentChannel, ChannelCapacity, NotReadyReason, Skill, Team
from apps.audit.models import AuditEntry
from apps.directory.models import CrmRecord
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue
from apps.objects.operations import define_custom_field, define_picklist_value
from apps.queues.models import (
    Disposition,
    FlowCondition,
    FlowRule,
    Queue,
    QueueEntry,
    QueueMember,
    SlaVersion,
    WorkOffer,
)
from apps.queues.operations import close
from apps.queues.operations import setup as queues
from apps.supervision.site import site
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.voice_calls.models import CallCenter, CallCenterKey, ContactRequest, NumberRoute
from apps.webhooks.models import WebhookDelivery
from tests.builders import PASSWORD, make_agent, make_live, make_queue, make_user, ready
from tests.supervision.conftest import browser_of
from tests.telephony import private_key, public_pem


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN)


@pytest.fixture
def browser(admin: User) -> Client:
    return browser_of(admin)


def url(model: Any, what: str, row: Any = None) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=[row.pk] if row else [])


def inline(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """What the browser sends for the rows below a form."""
    sent = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    return sent | {f"{prefix}-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}


def problems(answer: Any) -> str:
    """What the form says is wrong; fails if it says nothing."""
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    below = [below.formset for below in answer.context["inline_admin_formsets"]]
    said = str(form.errors) + "".join(str(formset.errors) for formset in below if not formset.is_valid())
    assert said
    return said


QUEUE = {
    "when_closed": "wait",
    "name": "Claims",
    "developer_name": "Claims",
    "priority": 100,
    "voice_is_exclusive": "on",
    "is_active": "on",
}
NO_RULES = inline("overflow_rules") | inline("needs")
NO_MEMBERS = inline("memberships") | NO_RULES


def test_a_queue_gets_members_and_loses_them(browser: Client) -> None:
    ramona, tomas = make_agent("Ramona"), make_agent("Tomas")
    members = inline("memberships", {"agent": ramona.pk}, {"agent": tomas.pk})
    assert browser.post(url(Queue, "add"), QUEUE | members | NO_RULES).status_code == 302
    queue = Queue.objects.get(name="Claims")
    assert set(queue.members.all()) == {ramona, tomas}

    first, second = queue.memberships.order_by("id")
    rows = inline(
        "memberships",
        {"id": first.pk, "queue": queue.pk, "agent": ramona.pk, "DELETE": "on"},
        {"id": second.pk, "queue": queue.pk, "agent": tomas.pk},
        initial=2,
    )
    assert browser.post(url(Queue, "change", queue), QUEUE | rows | NO_RULES).status_code == 302
    assert list(queue.members.all()) == [tomas]


def test_what_a_queue_asks_for_counts_from_the_next_contact_on(browser: Client) -> None:
    french = Skill.objects.create(name="French")
    queue = make_queue("Claims")
    make_live(queue)
    steps = inline(
        "needs", {"skill": french.pk, "level": 5, "after_s": 0}, {"skill": french.pk, "level": 2, "after_s": 60}
    )
    answer = browser.post(
        url(Queue, "change", queue),
        QUEUE | steps | inline("memberships") | inline("overflow_rules") | {"last_agent_wait_s": 15},
    )
    assert answer.status_code == 302
    queue.refresh_from_db()
    assert queue.last_agent_wait_s == 15
    with scope(Tenant.objects.get(pk=queue.tenant_id)):
        entry = QueueEntry.objects.get(interaction=make_live(queue))
    assert entry.skills == [{"skill": french.pk, "steps": [[0, 5], [60, 2]]}]


def test_a_name_that_stands_already_is_refused_at_the_form(browser: Client) -> None:
    make_queue("claims")
    assert "already" in problems(browser.post(url(Queue, "add"), QUEUE | {"developer_name": "x"} | NO_MEMBERS))
    assert Queue.objects.count() == 1


def test_a_service_level_rule_is_added_and_never_changed(browser: Client) -> None:
    rule = {"name": "Fast", "target_percent": 90, "threshold_s": 10}
    rule |= {"abandon_type": "ignore-abandons", "abandon_threshold_s": 5}
    assert browser.post(url(SlaVersion, "add"), rule).status_code == 302
    made = SlaVersion.objects.get()
    assert browser.post(url(SlaVersion, "change", made), rule | {"threshold_s": 99}).status_code == 403
    assert SlaVersion.objects.get().threshold_s == 10


PERSON = {"username": "lena", "first_name": "Lena", "time_zone": "Europe/Berlin"}
PERSON |= {"is_active": "on", "password": "", "last_name": "", "email": ""}


def a(role: str) -> dict[str, Any]:
    """What the browser sends for one of the built-in roles."""
    return {"assigned_role": UserRole.objects.get(built_in=role).pk}


def test_somebody_new_can_sign_in_and_a_password_stays_unless_given(browser: Client, admin: User) -> None:
    assert browser.post(url(User, "add"), PERSON | a("supervisor") | {"password": PASSWORD}).status_code == 302
    lena = User.objects.get(username="lena")
    assert (lena.tenant, lena.is_staff) == (admin.tenant, True)
    assert lena.check_password(PASSWORD)

    assert (
        browser.post(url(User, "change", lena), PERSON | a("supervisor") | {"first_name": "Magdalena"}).status_code
        == 302
    )
    lena.refresh_from_db()
    assert lena.name == "Magdalena"
    assert lena.check_password(PASSWORD)


def test_a_weak_password_is_said_and_not_shown_again(browser: Client) -> None:
    answer = browser.post(url(User, "add"), PERSON | a("agent") | {"password": "12345"})
    assert "too short" in problems(answer)
    assert "12345" not in answer.content.decode()
    assert not User.objects.filter(username="lena").exists()


def test_administrators_do_not_lock_themselves_out(browser: Client, admin: User) -> None:
    mine = PERSON | a("agent") | {"username": admin.username}
    assert "another administrator" in problems(browser.post(url(User, "change", admin), mine)).lower()
    admin.refresh_from_db()
    assert admin.role == Role.ADMIN


def test_an_agent_is_made_of_a_user_once(browser: Client) -> None:
    user, team = make_user(Role.AGENT), Team.objects.create(name="Claims")
    none = inline("memberships") | inline("agent_skills") | inline("capacities")
    assert browser.post(url(Agent, "add"), {"user": user.pk, "team": team.pk} | none).status_code == 302
    assert Agent.objects.get(user=user).team == team
    assert "Select a valid choice" in problems(browser.post(url(Agent, "add"), {"user": user.pk} | none))


def center(**values: Any) -> CallCenter:
    return CallCenter.objects.create(
        name="PBX", internal_name="pbx", integration_user=make_user(Role.INTEGRATION), **values
    )


def center_form(made: CallCenter, **rows: dict[str, Any]) -> dict[str, Any]:
    none = inline("keys") | inline("routes") | inline("routing_map")
    form = {"name": made.name, "integration_user": made.integration_user_id, "replay_rule": "strict", "is_active": "on"}
    for prefix, row in rows.items():
        none |= inline(prefix, row)
    return form | none


def test_a_call_centre_gets_a_key_and_a_number(browser: Client) -> None:
    made, queue = center(), make_queue("Claims")
    rows = {
        "keys": {"public_key": public_pem(private_key(0))},
        "routes": {"number": "020 7183 8750", "queue": queue.pk},
    }
    assert browser.post(url(CallCenter, "change", made), center_form(made, **rows)).status_code == 302
    assert made.keys.count() == 1  # type: ignore[attr-defined]
    assert NumberRoute.objects.get().phone_key == "+442071838750"


def test_a_private_key_is_refused_and_not_shown_again(browser: Client) -> None:
    made = center()
    pem = private_key(0).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    answer = browser.post(url(CallCenter, "change", made), center_form(made, keys={"public_key": pem}))
    assert "private key" in problems(answer)
    assert not CallCenterKey.objects.exists()
    assert pem.splitlines()[1] not in answer.content.decode()


@pytest.mark.parametrize("text", ["no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_what_is_no_key_is_refused(browser: Client, text: str) -> None:
    made = center()
    answer = browser.post(url(CallCenter, "change", made), center_form(made, keys={"public_key": text}))
    assert "2048 bits" in problems(answer)


def test_a_number_leads_to_one_place(browser: Client) -> None:
    made = center()
    answer = browser.post(url(CallCenter, "change", made), center_form(made, routes={"number": "+442071838750"}))
    assert "one queue or to one flow" in problems(answer)


def test_a_directory_record_is_found_by_its_number(browser: Client) -> None:
    record = {"object_name": "Contact", "record_id": "003A", "name": "María", "phone": "020 7946 0991", "email": ""}
    assert browser.post(url(CrmRecord, "add"), record).status_code == 302
    assert CrmRecord.objects.get().phone_key == "+442079460991"


# Whose, and for whom -------------------------------------------------------------------------------------------------

ISSUED = (ApiSession, Approval, ContactRequest, WebhookDelivery)  # seen and ended here, never made
# Screens that are neither a list nor a form to add one.
RECORDS = {"engagementinteraction", "engagementattendee", "engagementtopic", "voicecall", "conversationentry"}
OWN = {*RECORDS, "importedinteraction", "job", "bulkrow", "auditentry", "tenant", "tracking", "personrequest"}
SCREENS = [model for model in site._registry if model._meta.model_name not in OWN]


@pytest.mark.parametrize("model", SCREENS, ids=lambda model: model.__name__)
def test_every_screen_opens_for_an_administrator(browser: Client, model: Any) -> None:
    assert browser.get(url(model, "changelist")).status_code == 200
    assert browser.get(url(model, "add")).status_code == (403 if model in ISSUED else 200)


@pytest.fixture
def theirs(other_tenant: Tenant, in_scope: Tenant) -> dict[str, Any]:
    with scope(other_tenant):
        agent = make_agent("Zacharias")
        made = CallCenter.objects.create(name="Their PBX", internal_name="theirs", integration_user=agent.user)
        return {
            "user": agent.user,
            "agent": agent,
            "queue": make_queue("Their queue", [agent]),
            "team": Team.objects.create(name="Their team"),
            "call_center": made,
            "disposition": Disposition.objects.create(name="Their outcome"),
            "reason": NotReadyReason.objects.create(name="Their reason", operation_name="Theirs"),
        }


def test_another_tenants_rows_are_absent_everywhere(browser: Client, theirs: dict[str, Any]) -> None:
    for row in theirs.values():
        assert browser.get(url(row, "change", row)).status_code == 404, row
        assert browser.post(url(row, "change", row), {}).status_code == 404, row
        listed = browser.get(url(row, "changelist")).content.decode()
        assert "Their" not in listed
        assert "Zacharias" not in listed


@pytest.mark.parametrize("model", SCREENS, ids=lambda model: model.__name__)
def test_another_tenants_rows_are_in_no_choice(browser: Client, theirs: dict[str, Any], model: Any) -> None:
    form = browser.get(url(model, "add")).content.decode()
    assert "Their" not in form
    assert "Zacharias" not in form


def test_another_tenants_rows_are_not_to_be_chosen_by_hand(browser: Client, theirs: dict[str, Any]) -> None:
    members = inline("memberships", {"agent": theirs["agent"].pk})
    assert "Select a valid choice" in problems(browser.post(url(Queue, "add"), QUEUE | members | NO_RULES))
    none = inline("memberships") | inline("agent_skills") | inline("capacities")
    assert "Select a valid choice" in problems(browser.post(url(Agent, "add"), {"user": theirs["user"].pk} | none))
    found = browser.get(
        "/admin/autocomplete/",
        {"term": "Zach", "app_label": "queues", "model_name": "queuemember", "field_name": "agent"},
    )
    assert found.json()["results"] == []


def test_supervisors_set_queues_up_but_not_people(screens: Client) -> None:
    assert screens.post(url(Queue, "add"), QUEUE | NO_MEMBERS).status_code == 302
    for model in (User, CustomField, PicklistValue):
        assert screens.get(url(model, "changelist")).status_code == 403
    made = center()
    assert screens.get(url(CallCenter, "change", made)).status_code == 200
    assert screens.post(url(CallCenter, "change", made), center_form(made) | {"name": "Mine"}).status_code == 403
    assert "/admin/accounts/user/" not in screens.get("/admin/", follow=True).content.decode()


def test_nothing_that_records_point_to_is_deleted(browser: Client) -> None:
    queue, spare, ramona = make_queue(), make_queue("Spare"), make_agent("Ramona")
    QueueMember.objects.create(queue=spare, agent=ramona)
    contact = make_live(queue=queue)
    page = browser.get(url(Queue, "delete", queue)).content.decode()
    assert contact.name in page
    assert "Switch it off" in page
    assert "sw-btn--danger" not in page
    said = browser.post(url(Queue, "delete", queue), {"post": "yes"}, follow=True).content.decode()
    assert "is in use" in said
    action = {"action": "delete_selected", "_selected_action": queue.pk, "post": "yes"}
    browser.post(url(Queue, "changelist"), action)
    browser.post(url(Queue, "delete", queue), {"switch_off": "yes"})
    assert not Queue.objects.get(pk=queue.pk).is_active

    page = browser.get(url(Queue, "delete", spare)).content.decode()
    assert "Ramona" in page  # goes with it
    assert browser.post(url(Queue, "delete", spare), {"post": "yes"}).status_code == 302
    assert list(Queue.objects.all()) == [queue]
    assert not QueueMember.objects.exists()


def test_where_things_are_used_and_who_changed_them(browser: Client, admin: User) -> None:
    queue, ramona = make_queue("Claims"), make_agent("Ramona")
    queues.configure(member := QueueMember(queue=queue, agent=ramona), by=admin)
    queue.priority = 7
    queues.configure(queue, by=admin)
    queues.remove(member, by=admin)
    log = browser.get(url(Queue, "history", queue)).content.decode()
    assert admin.name in log
    assert all(said in log for said in ("Priority", "<bdi>7</bdi>", "Removed", "Queue member", "Ramona"))

    texts = define_custom_field("EngagementInteraction", "Branch__c", CustomFieldKind.TEXT, by=admin, label="Branch")
    rule = FlowRule.objects.create(name="By branch", queue=queue)
    FlowCondition.objects.create(rule=rule, fact="Branch__c", comparison="is", value="Galway")
    assert "By branch" in browser.get(url(CustomField, "uses", texts)).content.decode()
    assert "Branch" in browser.get(url(CustomField, "history", texts)).content.decode()
    for each in PicklistValue.objects.order_by("object_name", "field_name").distinct("object_name", "field_name"):
        assert browser.get(url(PicklistValue, "uses", each)).status_code == 200
    value = define_picklist_value("EngagementInteraction", "Type", "Walk-in", by=admin)
    assert browser.post(url(PicklistValue, "delete", value), {"post": "yes"}).status_code == 302
    assert not PicklistValue.objects.filter(value="Walk-in").exists()
    noted = AuditEntry.objects.filter(object_kind="objects.picklistvalue").order_by("pk")
    assert list(noted.values_list("action", flat=True)) == ["added", "removed"]


def test_one_page_leads_to_all_and_tells_what_is_missing(browser: Client, admin: User) -> None:
    empty = make_queue("Nobody here")
    page = browser.get("/admin/set-up/").content.decode()
    assert "Queues in use without members" in page
    assert url(Queue, "change", empty) in page
    assert all(url(model, "changelist") in page for model in (CallCenter, CustomField, User, WebhookDelivery))
    assert browser_of(make_user(Role.AGENT)).get("/admin/set-up/").status_code == 302
    QueueMember.objects.create(queue=empty, agent=make_agent())
    assert "Queues in use without members" not in browser.get("/admin/set-up/").content.decode()


def test_what_libraries_bring_along_has_no_screen() -> None:
    assert not [model for model in site._registry if model.__module__.split(".")[0] != "apps"]


def test_capacity_is_the_agents_own_else_the_teams_else_everybodys(browser: Client) -> None:
    north = Team.objects.create(name="North")
    ramona, tomas, lena = make_agent(), make_agent(), make_agent()
    Agent.objects.filter(pk__in=[ramona.pk, tomas.pk]).update(team=north)
    for agent in (ramona, tomas):
        ready(Agent.objects.get(pk=agent.pk), "chat", "email")

    def places(channel: str) -> list[int]:
        rows = AgentChannel.objects.filter(channel=channel).order_by("agent_id")
        return list(rows.values_list("capacity", flat=True))

    assert (places("chat"), places("email")) == ([1, 1], [5, 5])
    for said in ({"capacity": 2}, {"capacity": 3, "team": north.pk}, {"capacity": 4, "agent": tomas.pk}):
        assert browser.post(url(ChannelCapacity, "add"), {"channel": "chat"} | said).status_code == 302
    ready(lena, "chat")
    assert (places("chat"), places("email")) == ([3, 4, 2], [5, 5])
    assert "already" in problems(browser.post(url(ChannelCapacity, "add"), {"channel": "chat", "capacity": 9}))
    of_team = ChannelCapacity.objects.get(team=north)
    assert browser.post(url(ChannelCapacity, "delete", of_team), {"post": "yes"}).status_code == 302
    assert places("chat") == [2, 4, 2]


def test_a_smaller_capacity_takes_no_work_away(browser: Client) -> None:
    agent = ready(make_agent(), "email")
    queue = make_queue(members=[agent])
    for _ in range(3):
        make_live(queue, channel="email")
    assert browser.post(url(ChannelCapacity, "add"), {"channel": "email", "capacity": 1}).status_code == 302
    row = AgentChannel.objects.get()
    assert (row.load, row.capacity) == (3, 3)
    waiting = make_live(queue, channel="email")
    row.refresh_from_db()
    assert row.load == 3
    with scope(Tenant.objects.get(pk=agent.tenant_id)):  # as the next request reads it
        for places in (2, 1, 1):
            assert not waiting.offers.exists()
            close(WorkOffer.objects.exclude(state="ended").earliest("id").interaction, by=None)
            row.refresh_from_db()
            assert (row.load, row.capacity) == (places, places)
    assert waiting.offers.exists()
