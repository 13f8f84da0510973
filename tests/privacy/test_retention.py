"""Retention rules: what they would touch is told before, and they touch that and nothing else, once."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.audit.models import Action, AuditEntry
from apps.common import clock
from apps.engagements.models import Artifact, ArtifactFile, ConversationEntry, EngagementInteraction
from apps.events.models import Event
from apps.privacy import operations as privacy
from apps.privacy.models import LegalHold, RetentionRule, What
from apps.privacy.retaining import apply
from apps.queues import operations
from apps.queues.models import Queue
from apps.tenants.models import Tenant
from tests.builders import make_live, make_queue, make_user

pytestmark = pytest.mark.django_db
NOW = clock.now()


@pytest.fixture
def admin(in_scope: Tenant) -> User:
    return make_user(Role.ADMIN, "ramona")


@pytest.fixture
def browser(admin: User) -> Client:
    client = Client()
    client.force_login(admin)
    return client


def contact(days_ago: int, queue: Queue, channel: str = "voice", *, is_live: bool = False) -> EngagementInteraction:
    at = NOW - timedelta(days=days_ago)
    made = make_live(queue, channel=channel, at=at, user_data={"pet": "kittens"})
    if not is_live:
        operations.close(made, by=make_user(Role.INTEGRATION), at=at + timedelta(minutes=3))
    ConversationEntry.objects.create(
        interaction=made, number=1, sender_kind="END_USER", participant="P", started_at=at, text="kittens"
    )
    return made


def left() -> Sequence[int]:
    return list(
        ConversationEntry.objects.exclude(text="").order_by("interaction").values_list("interaction", flat=True)
    )


def rule(by: User, what: What, days: int, **given: Any) -> RetentionRule:
    made = RetentionRule(what=what, days=days, is_active=True, **given)
    privacy.configure(made, by=by)
    return made


def test_a_rule_takes_what_its_preview_tells_and_only_once(browser: Client, admin: User, tenant: Tenant) -> None:
    queue, other = make_queue("Claims"), make_queue("Sales")
    old, chat = contact(90, queue), contact(90, queue, "chat")
    live, fresh, elsewhere = contact(90, queue, is_live=True), contact(3, queue), contact(90, other)
    held = contact(120, queue)
    privacy.hold(LegalHold(interaction=held, reason="Case 7"), by=admin)
    made = rule(admin, What.TRANSCRIPTS, 30, queue=queue)
    page = browser.get(reverse("admin:privacy_retentionrule_preview")).content.decode()
    assert 'data-label="Contacts">1<' in page
    assert left() == [each.pk for each in (old, chat, live, fresh, elsewhere, held)]  # looking changes nothing
    assert apply(tenant, NOW) == 1
    assert apply(tenant, NOW) == 0
    assert left() == [each.pk for each in (chat, live, fresh, elsewhere, held)]
    entry = AuditEntry.objects.get(action=Action.RETAINED)
    assert (entry.details, entry.actor_id) == ({"contacts": 1}, None)
    old.refresh_from_db()
    assert (old.customer, old.user_data) == ("+442079460123", {"pet": "kittens"})  # that is another rule's
    privacy.remove(LegalHold.objects.get(), by=admin)
    assert apply(tenant, NOW) == 0  # not before tomorrow
    assert apply(tenant, NOW + timedelta(days=1)) == 1
    rule(admin, What.CONTACTS, 30)
    made.refresh_from_db()
    assert apply(tenant, NOW + timedelta(days=1)) == 4
    for each in (old, chat, elsewhere, held):
        each.refresh_from_db()
        assert (each.customer, each.phone_key, each.user_data) == (None, None, {})
        assert each.closed_at
    told = Event.objects.filter(interaction_id__in=[old.pk, chat.pk, elsewhere.pk, held.pk])
    assert {each.data["interaction"]["customer"] for each in told} == {None}
    live.refresh_from_db()
    assert live.customer


def test_texts_and_recordings_are_rules_of_their_own(admin: User, tenant: Tenant) -> None:
    queue = make_queue("Claims")
    call = contact(90, queue)
    contact(90, queue, "chat")
    uploaded = make_live(queue, at=NOW - timedelta(days=90))  # whose transcript came as a file alone
    operations.close(uploaded, by=admin, at=NOW - timedelta(days=89))
    Artifact.objects.create(interaction=uploaded, kind="voice-transcript", created_at=NOW)
    for kind in ("audio-recording", "picture"):
        artifact = Artifact.objects.create(interaction=call, kind=kind, created_at=NOW)
        ArtifactFile.objects.create(artifact=artifact, field="body", name="n", content_type="t", size=1, content=b"x")
    rule(admin, What.MESSAGES, 30)
    assert apply(tenant, NOW) == 1
    assert left() == [call.pk]
    rule(admin, What.TRANSCRIPTS, 30, queue=make_queue())
    assert apply(tenant, NOW) == 0
    rule(admin, What.TRANSCRIPTS, 60)
    assert apply(tenant, NOW) == 2
    assert left() == []
    rule(admin, What.RECORDINGS, 30, channel="chat")
    assert apply(tenant, NOW) == 0
    rule(admin, What.RECORDINGS, 30)
    assert apply(tenant, NOW) == 1
    assert Artifact.objects.get().kind == "picture"
    assert ArtifactFile.objects.count() == 1


def test_rules_and_holds_are_set_up_by_who_may(browser: Client, in_scope: Tenant) -> None:
    contact(3, make_queue())
    number = EngagementInteraction.objects.get().name
    add = reverse("admin:privacy_retentionrule_add")
    assert browser.post(add, {"what": "contacts", "days": "0"}).status_code == 200
    assert browser.post(add, {"what": "contacts", "days": "365"}).status_code == 302
    assert not RetentionRule.objects.get().is_active
    hold = reverse("admin:privacy_legalhold_add")
    assert "no such contact" in browser.post(hold, {"contact": "EI-0", "reason": "Case"}).content.decode()
    assert browser.post(hold, {"contact": number.lower(), "reason": "Case 7"}).status_code == 302
    assert LegalHold.objects.get().interaction.name == number
    assert number in browser.get(reverse("admin:privacy_legalhold_changelist")).content.decode()
    assert browser.post(hold, {"contact": number, "reason": "again"}).status_code == 200
    curious = Client()
    curious.force_login(make_user(Role.SUPERVISOR))
    names = ("retentionrule_changelist", "retentionrule_preview", "retentionrule_add", "legalhold_changelist")
    assert {curious.get(reverse(f"admin:privacy_{name}")).status_code for name in names} == {403}
