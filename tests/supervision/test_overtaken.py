"""Two administrators with the same form of the set-up open: neither writes over the other unseen."""

import pytest
from django.test import Client

from apps.accounts.models import User, UserRole
from apps.accounts.roles import Role
from apps.objects.models import PicklistValue
from apps.queues.models import Flow, FlowRule, Queue
from apps.tenants.models import Tenant
from tests.builders import make_agent, make_queue, make_user
from tests.setup_forms import Form
from tests.supervision.conftest import browser_of


@pytest.fixture
def first(in_scope: Tenant) -> Client:
    return browser_of(make_user(Role.ADMIN, first_name="Ramona", last_name="Quick"))


@pytest.fixture
def second(in_scope: Tenant) -> Client:
    return browser_of(make_user(Role.ADMIN))


def test_the_second_editor_sees_the_difference_keeps_what_he_typed_and_saves_knowingly(
    first: Client, second: Client
) -> None:
    queue = make_queue("Claims", priority=100, wrap_up_s=30)
    theirs, mine = Form(first, queue), Form(second, queue)
    theirs.saves(priority=50, wrap_up_s=10)

    found = mine.is_overtaken(priority=70, last_agent_wait_s=5)
    assert found == {"Priority": ("100", "50", True), "Wrap-up": ("30", "10", False)}
    assert "Ramona Quick" in mine.page
    queue.refresh_from_db()
    assert (queue.priority, queue.wrap_up_s, queue.last_agent_wait_s) == (50, 10, None)
    assert [mine.sent[name] for name in ("priority", "wrap_up_s", "last_agent_wait_s")] == ["70", "10", "5"]

    theirs = Form(first, queue)
    theirs.saves("is_active")  # once more
    assert mine.is_overtaken() == {"Active": ("Yes", "No", False)}
    mine.saves()
    queue.refresh_from_db()
    assert (queue.priority, queue.wrap_up_s, queue.last_agent_wait_s, queue.is_active) == (70, 10, 5, False)


def test_rows_below_that_came_went_or_changed_are_told_and_merged(first: Client, second: Client) -> None:
    flow = Flow.objects.create(name="Main", developer_name="Main", queue=make_queue("Claims"))
    rule = FlowRule.objects.create(flow=flow, name="VIP", position=1, queue=flow.queue)
    for value in "abcd":
        rule.conditions.create(fact="channel", comparison="is", value=value)
    theirs, mine = Form(first, rule), Form(second, rule)
    new = {"fact": "channel", "comparison": "is", "value": "e", "hours": ""}
    answer = theirs.save(
        **{"conditions-0-value": "A", "conditions-1-DELETE": "on", "conditions-3-DELETE": "on"},
        **{"conditions-TOTAL_FORMS": 5, **{f"conditions-4-{name}": value for name, value in new.items()}},
    )
    assert answer.status_code == 302

    new["value"] = "f"
    found = mine.is_overtaken(
        **{"conditions-1-value": "B", "conditions-2-value": "C", "conditions-3-DELETE": "on"},
        **{"conditions-TOTAL_FORMS": 5, **{f"conditions-4-{name}": value for name, value in new.items()}},
    )
    assert found["flow conditionValue"] == ("a", "A", False)
    assert found["flow conditionremoved"][2]
    assert "flow conditionadded" in found
    mine.saves()
    assert sorted(rule.conditions.values_list("value", flat=True)) == ["A", "B", "C", "e", "f"]


def test_what_nobody_changed_meanwhile_is_saved_at_once(second: Client) -> None:
    """Whatever kind of value a form holds, it is read back as what it showed."""
    role = UserRole.objects.get(built_in=Role.SUPERVISOR)
    rows = [make_user(Role.AGENT), role, make_agent(), PicklistValue.objects.first(), Tenant.objects.get()]
    for row in rows:
        Form(second, row).saves()


def test_of_several_values_those_that_came_and_went_are_named(first: Client, second: Client) -> None:
    role = UserRole.objects.create(name="Lead", kind=Role.SUPERVISOR, permissions=["MANAGE_ALL_SKILLS"])
    theirs, mine = Form(first, role), Form(second, role)
    theirs.saves(people_and_skills=["VIEW_ALL_SKILLS"])
    assert mine.is_overtaken(name="Leads") == {"People and skills": ("Manage skills", "See skills", False)}


def test_a_password_is_in_no_page(second: Client) -> None:
    somebody = make_user(Role.AGENT)
    assert User.objects.get(pk=somebody.pk).password not in Form(second, somebody).page


def test_what_the_page_carries_along_may_be_nonsense(second: Client) -> None:
    queue = make_queue("Claims")
    form = Form(second, queue)
    nonsense = ["", "[]", "{", "null", '{"": 3, "memberships": {"rows": [1], "newest": "x"}}']
    for priority, sent in enumerate(nonsense):
        form.saves(shown=sent, priority=priority)
        assert Queue.objects.get(pk=queue.pk).priority == priority
