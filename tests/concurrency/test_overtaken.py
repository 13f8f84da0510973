"""Two administrators who save the same form in the same moment, each on a connection of their own."""

from typing import Any

import pytest

from apps.accounts.roles import Role
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_queue, make_user
from tests.concurrency.race import lanes
from tests.setup_forms import Form
from tests.supervision.conftest import browser_of

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


def test_of_two_who_save_at_once_one_is_shown_what_the_other_did(tenant: Tenant) -> None:
    with scope(tenant):
        queue = make_queue("Claims", priority=1)
        editors = [browser_of(make_user(Role.ADMIN)) for _ in range(2)]
    with lanes(2) as together:
        for turn in (10, 20):
            forms = [Form(each, queue) for each in editors]
            answers: list[Any] = together.race(
                lambda one=forms[0], at=turn: one.save(priority=at + 1),
                lambda one=forms[1], at=turn: one.save(priority=at + 2),
            )
            assert sorted(answer.status_code for answer in answers) == [200, 302]
            saved = next(number for number, answer in enumerate(answers) if answer.status_code == 302)
            told = next(answer.context["overtaken"].found for answer in answers if answer.status_code == 200)
            assert [(each.name, each.now) for each in told] == [("priority", str(turn + 1 + saved))]
            with scope(tenant):
                assert Queue.objects.get().priority == turn + 1 + saved
