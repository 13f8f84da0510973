"""A webhook tells of what whoever set it up may see, and of nothing else (M-25)."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import Permission
from apps.accounts.roles import Reach, Role
from apps.agents.models import Agent
from apps.common.errors import NotFound
from apps.events.models import Event
from apps.queues.models import QueueMember
from apps.tenants.models import Tenant
from apps.webhooks import payload
from apps.webhooks.models import WebhookEndpoint
from apps.webhooks.operations import setup
from apps.webhooks.seen import seen
from tests.builders import make_live, make_queue, make_user


@pytest.fixture
def leader(in_scope: Tenant) -> User:
    allowed = [Permission.MANAGE_ALL_WEBHOOKS, Permission.INTERACTIONS_API_READ_ALL]
    return make_user(Role.SUPERVISOR, reach=Reach.QUEUES, own_reach=Reach.QUEUES, granted=allowed)


def endpoint(by: User, name: str) -> WebhookEndpoint:
    made = WebhookEndpoint(name=name, url="https://hooks.example.com/in")
    setup.configure(made, by=by)
    return made


def test_it_is_narrowed_to_its_owners_queues(leader: User) -> None:
    admin, own, other = make_user(Role.ADMIN), make_queue("Own"), make_queue("Other")
    QueueMember.objects.create(queue=own, agent=Agent.objects.create(user=leader))
    mine, theirs = make_live(own), make_live(other)
    everything, narrow = endpoint(admin, "Every queue"), endpoint(leader, "Own queue")
    events = list(Event.objects.order_by("pk"))
    assert {mine.pk, theirs.pk} <= {event.interaction_id for event in seen(everything, events)}
    assert {event.interaction_id for event in seen(narrow, events)} == {mine.pk}
    told = [payload.body(event, hides_numbers=True).decode() for event in seen(narrow, events)]
    assert not any("7946" in each for each in told)
    assert all(json.loads(each)["type"] for each in told)

    setup.configure(narrow, by=admin)  # an administrator who corrects it opens nothing
    assert {event.interaction_id for event in seen(narrow, events)} == {mine.pk}
    for act in (setup.configure, setup.renew_secret, setup.remove):
        with pytest.raises(NotFound):
            act(everything, by=leader)
    screen = Client()
    screen.force_login(leader)
    listed = screen.get(reverse("admin:webhooks_webhookendpoint_changelist")).content.decode()
    assert ("Own queue" in listed, "Every queue" in listed) == (True, False)
