"""When somebody last opened a record, or came across it: a matter between one person and one record."""

from datetime import UTC, datetime, timedelta

from apps.engagements.models import EngagementInteraction
from apps.objects import registry, viewing
from apps.objects.models import RecordView
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_user

T0 = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
LATER = T0 + timedelta(minutes=5)
INTERACTION = registry.of(EngagementInteraction)


def test_opening_sets_both_dates_and_coming_across_only_one(in_scope):
    anna = make_user()
    viewing.note(anna, INTERACTION, [1], viewed=True, at=T0)
    viewing.note(anna, INTERACTION, [1, 2], viewed=False, at=LATER)
    found = dict(RecordView.objects.values_list("key", "viewed_at"))
    assert found == {1: T0, 2: None}
    assert set(RecordView.objects.values_list("referenced_at", flat=True)) == {LATER}


def test_recent_is_ones_own_newest_first_and_once(in_scope):
    anna, ben = make_user(), make_user()
    viewing.note(anna, INTERACTION, [1, 2, 2], viewed=True, at=T0)
    viewing.note(anna, INTERACTION, [1], viewed=True, at=LATER)
    viewing.note(ben, INTERACTION, [3], viewed=True, at=LATER)
    name = "EngagementInteraction"
    assert viewing.recent(anna, 10) == [(name, 1), (name, 2)]
    assert viewing.recent(anna, 1) == [(name, 1)]
    assert viewing.recent(anna, 10, registry.find("VoiceCall")) == []


def test_any_number_takes_one_statement(in_scope, django_assert_num_queries):
    anna = make_user()
    for keys in ([1], range(500)):
        with django_assert_num_queries(1):
            viewing.note(anna, INTERACTION, keys, viewed=True)


def test_another_tenant_sees_nothing(tenant: Tenant, other_tenant: Tenant):
    with scope(tenant):
        anna = make_user()
        viewing.note(anna, INTERACTION, [1], viewed=True)
    with scope(other_tenant):
        assert viewing.recent(anna, 10) == []
