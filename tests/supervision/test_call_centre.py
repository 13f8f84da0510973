"""A call centre's screen: its keys, its last calls, what it was refused."""

import pytest

from apps.accounts.keys import public_key
from apps.voice_calls.models import CallCenterKey
from tests.builders import make_queue, make_user
from tests.supervision.conftest import browser_of
from tests.telephony import Phone, make_call_center

PATH = "/admin/voice_calls/callcenter/"


@pytest.fixture
def center(in_scope):
    return make_call_center(make_queue("Claims"))


@pytest.fixture
def admin(in_scope):
    return browser_of(make_user("admin"))


def test_a_key_pair_is_made_and_its_private_half_given_once(admin, center):
    before = set(CallCenterKey.objects.values_list("id", flat=True))
    answer = admin.post(f"{PATH}{center.pk}/key-pair/")
    made = CallCenterKey.objects.exclude(id__in=before).get()
    pem = answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "no-store" in answer["Cache-Control"]
    assert "PRIVATE KEY" in pem
    assert "PRIVATE" not in made.public_key
    assert (made.call_center, made.retired_at) == (center, None)
    assert public_key(made.public_key).key_size == 2048
    assert pem not in admin.get(f"{PATH}{center.pk}/change/").content.decode()


def test_only_an_administrator_and_only_by_pressing(admin, center):
    assert admin.get(f"{PATH}{center.pk}/key-pair/").status_code == 405
    assert admin.post(f"{PATH}999999/key-pair/").status_code == 404
    assert browser_of(make_user("supervisor")).post(f"{PATH}{center.pk}/key-pair/").status_code == 403
    assert CallCenterKey.objects.count() == 1


def test_the_screen_shows_what_it_did_last_and_what_it_was_refused(admin, center, tenant):
    phone = Phone(tenant)
    phone.create(vendorCallKey="leg-77")
    phone.create(vendorCallKey=...)
    text = admin.get(f"{PATH}{center.pk}/change/").content.decode()
    assert "leg-77" in text
    assert "MISSING_PARAMETER" in text
    assert "vendorCallKey is required" in text
