"""Sessions that have run out are forgotten."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from apps.accounts.operations import forget_sessions
from apps.common import clock


@pytest.mark.django_db
def test_only_those_that_have_run_out() -> None:
    now = clock.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))
    forget_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
