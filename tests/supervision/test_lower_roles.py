"""Whoever may do less is shown less: no link that a page offers leads to a refusal."""

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.permissions import Permission as P
from apps.accounts.roles import Role
from apps.engagements.models import EngagementInteraction
from apps.voice_calls.models import VoiceCall
from tests.builders import make_queue, make_user
from tests.supervision.conftest import browser_of
from tests.supervision.test_views import recorded

_ROLES = {
    "records": [P.INTERACTIONS_API_READ_ALL],
    "audit": [P.AUDIT_LOG_READ],
    "board": [P.VIEW_ALL_REALTIME_DASHBOARDS],
    "people": [P.MANAGE_ALL_USERS],
    "nothing": [],
}
_ELSEWHERE = re.compile(r"/static/|/sign-|^[a-z]+:|^#|/table\.|\.csv|\.xlsx|\.json")


@pytest.fixture
def some_call(supervisor: User) -> EngagementInteraction:
    one = recorded(supervisor)
    stamps: dict[str, Any] = {"created_by": supervisor, "last_modified_by": supervisor, "owner_user": supervisor}
    VoiceCall.objects.create(
        interaction=one, call_type="Inbound", from_phone_number="+442079460123", to_phone_number="+442071838750",
        call_start_date_time=one.opened_at, **stamps,
    )  # fmt: skip
    make_queue()
    return one


@pytest.mark.parametrize("role", _ROLES)
def test_no_link_leads_to_a_refusal(some_call: EngagementInteraction, role: str) -> None:
    browser = browser_of(make_user(Role.SUPERVISOR, granted=list(_ROLES[role])))
    refused = _refused(browser, "/admin/")
    assert not refused


def _refused(browser: Client, start: str) -> list[tuple[str, str]]:
    """Links that lead to 403 or nowhere, with the page they stand on; one link of each kind is followed."""
    ahead, met, refused = [(start, "")], set(), []
    while ahead:
        address, found_on = ahead.pop()
        kind = re.sub(r"\d+|[0-9a-f-]{36}", "1", address.partition("?")[0]) + "".join(re.findall(r"tab=\w+", address))
        if kind in met:
            continue
        met.add(kind)
        answer = browser.get(address, follow=True)
        if answer.status_code >= 400:
            refused.append((address, found_on))
        elif not answer.streaming:
            links = re.findall(r'(?:href|hx-get)="([^"]*)"', answer.content.decode())
            ahead += [(_of(answer, link), address) for link in links if not _ELSEWHERE.search(link)]
    return refused


def _of(answer: Any, link: str) -> str:
    return urljoin(answer.request["PATH_INFO"], unescape(link)).partition("#")[0]
