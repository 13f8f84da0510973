"""Columns that are changed in a list: neither of two editors writes over the other unseen."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.roles import Role
from apps.objects.models import PicklistValue
from apps.tenants.models import Tenant
from tests.builders import make_user
from tests.supervision.conftest import browser_of

LIST = reverse("admin:objects_picklistvalue_changelist") + "?picklist=EngagementInteraction.Status"


class Opened:
    """The list as somebody has it open."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.shows(client.get(LIST))

    def shows(self, answer: Any) -> None:
        assert answer.status_code == 200
        self.page = answer.content.decode()
        form = self.page[self.page.index('id="changelist-form"') :]
        fields = re.findall(r'<input[^>]*name="(form-[^"]*|shown)"[^>]*value="([^"]*)"', form)
        fields += [
            (name, value) for value, name in re.findall(r'<input[^>]*value="([^"]*)"[^>]*name="(form-[^"]*)"', form)
        ]
        self.sent = {name: unescape(value) for name, value in fields}
        keys = [name for name in self.sent if re.fullmatch(r"form-\d+-id", name)]
        self.at = {int(self.sent[name]): name.replace("-id", "-position") for name in keys}

    def position(self, row: PicklistValue) -> str:
        return self.sent[self.at[row.pk]]

    def save(self, *moved: tuple[PicklistValue, Any]) -> Any:
        self.sent |= {self.at[row.pk]: str(position) for row, position in moved}
        return self.client.post(LIST, {**self.sent, "_save": "Save"})


@pytest.fixture
def first(in_scope: Tenant) -> Client:
    return browser_of(make_user(Role.ADMIN, first_name="Ramona", last_name="Quick"))


@pytest.fixture
def second(in_scope: Tenant) -> Client:
    return browser_of(make_user(Role.ADMIN))


def positions(rows: list[PicklistValue]) -> list[int]:
    return [PicklistValue.objects.get(pk=row.pk).position for row in rows]


def test_a_second_editor_sees_what_moved_keeps_what_he_typed_and_saves_knowingly(first: Client, second: Client) -> None:
    rows = list(PicklistValue.objects.filter(object_name="EngagementInteraction", field_name="Status")[:3])
    a, b, c = rows
    theirs, mine = Opened(first), Opened(second)
    assert theirs.save((a, 71), (b, 72)).status_code == 302
    before = positions([c])

    answer = mine.save((b, 82), (c, 83))
    mine.shows(answer)
    told = answer.context["cl"].formset.met.told
    assert {each.row: (each.now, each.is_mine, each.by) for each in told} == {
        str(a): ("71", False, "Ramona Quick"),
        str(b): ("72", True, "Ramona Quick"),
    }
    assert "Ramona Quick" in mine.page
    assert positions(rows) == [71, 72, *before]
    assert [mine.position(row) for row in rows] == ["71", "82", "83"]
    assert mine.save().status_code == 302
    assert positions(rows) == [71, 82, 83]


def test_a_position_that_is_none_is_refused_at_its_field_and_writes_nothing(second: Client) -> None:
    rows = list(PicklistValue.objects.filter(object_name="EngagementInteraction", field_name="Status")[:2])
    before = positions(rows)
    answer = Opened(second).save((rows[0], 5), (rows[1], -1))
    assert answer.status_code == 200
    assert positions(rows) == before
    assert answer.context["cl"].formset.errors[1] or answer.context["cl"].formset.errors[0]


@pytest.mark.parametrize("carried", ["", "[]", "{", '{"rows": 3}'])
def test_what_the_page_carries_along_may_be_nonsense(second: Client, carried: str) -> None:
    row = PicklistValue.objects.filter(object_name="EngagementInteraction", field_name="Status")[0]
    opened = Opened(second)
    opened.sent["shown"] = carried
    assert opened.save((row, 33)).status_code == 302
    assert positions([row]) == [33]
