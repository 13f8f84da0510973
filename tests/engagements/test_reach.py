"""How far somebody sees: own teams or own queues, and one's own work always (M-25)."""

from dataclasses import dataclass
from typing import Any

import pytest

from apps.accounts import operations as accounts
from apps.accounts.models import User, UserRole
from apps.accounts.permissions import DEFAULTS
from apps.accounts.roles import Reach, Role
from apps.agents.models import Agent, Team, TeamSupervisor
from apps.agents.reach import agents_within, queues_within
from apps.common.errors import Forbidden, NotAllowed
from apps.engagements.models import EngagementInteraction
from apps.queues import operations
from apps.queues.models import TeamQueue
from apps.reporting.statistics.asking import Where
from apps.reporting.statistics.bounds import Bounds
from apps.tenants.models import Tenant
from tests.builders import make_agent, make_live, make_queue, make_user, ready

pytestmark = pytest.mark.django_db


@dataclass
class House:
    """Two teams, each with a queue and an agent; in each queue one contact waits and one was worked on."""

    north: Team
    agents: dict[str, Agent]
    queues: dict[str, Any]
    contacts: dict[str, EngagementInteraction]

    def seen(self, user: User) -> set[str]:
        found = set(EngagementInteraction.objects.visible_to(user).values_list("pk", flat=True))
        return {name for name, contact in self.contacts.items() if contact.pk in found}


@pytest.fixture
def house(in_scope: Tenant) -> House:
    contacts, agents, queues, teams = {}, {}, {}, {}
    for name in ("north", "south"):
        teams[name] = Team.objects.create(name=name)
        agents[name] = make_agent()
        agents[name].team = teams[name]
        agents[name].save()
        queues[name] = make_queue(name, [agents[name]])
        TeamQueue.objects.create(team=teams[name], queue=queues[name])
        ready(agents[name])
        contacts[f"{name} over"] = make_live(queues[name])
        operations.accept(contacts[f"{name} over"], by=agents[name])
        operations.complete(contacts[f"{name} over"], by=agents[name])
        operations.end_session(agents[name], by=agents[name].user)
        contacts[f"{name} waiting"] = make_live(queues[name])
    contacts["nobody's"] = make_live()
    return House(teams["north"], agents, queues, contacts)


def limited(user: User, reach: str) -> User:
    user.reach = user.own_reach = reach
    user.save()
    return user


def test_without_a_limit_supervisors_see_all_and_agents_what_is_active_and_their_own(house: House) -> None:
    assert house.seen(make_user(Role.SUPERVISOR)) == set(house.contacts)
    assert house.seen(house.agents["north"].user) == set(house.contacts) - {"south over"}


def test_own_teams_are_those_one_is_in_or_leads(house: House) -> None:
    leader = limited(make_user(Role.SUPERVISOR), Reach.TEAMS)
    assert house.seen(leader) == set()
    TeamSupervisor.objects.create(team=house.north, user=leader)
    assert house.seen(leader) == {"north over", "north waiting"}
    assert house.seen(limited(house.agents["south"].user, Reach.TEAMS)) == {"south over", "south waiting"}
    assert list(agents_within(leader)) == [house.agents["north"]]
    assert list(queues_within(leader)) == [house.queues["north"]]
    assert not leader.sees_everything


def test_own_queues_are_those_one_works_in_and_those_of_own_teams(house: House) -> None:
    user = limited(house.agents["north"].user, Reach.QUEUES)
    assert house.seen(user) == {"north over", "north waiting"}
    leader = limited(make_user(Role.SUPERVISOR), Reach.QUEUES)
    TeamSupervisor.objects.create(team=house.north, user=leader)
    assert house.seen(leader) == {"north over", "north waiting"}
    assert list(agents_within(leader)) == [house.agents["north"]]


def test_what_one_worked_on_stays_in_sight_wherever_it_came_from(house: House) -> None:
    user = limited(house.agents["north"].user, Reach.QUEUES)
    user.agent.memberships.all().delete()
    house.north.queues.all().delete()
    assert house.seen(user) == {"north over"}


def test_figures_are_narrowed_to_the_same(house: House, django_assert_num_queries: Any) -> None:
    leader = limited(make_user(Role.SUPERVISOR), Reach.TEAMS)
    TeamSupervisor.objects.create(team=house.north, user=leader)
    agent, queue = frozenset({house.agents["north"].pk}), frozenset({house.queues["north"].pk})
    with django_assert_num_queries(2):
        bounds = Bounds.of(leader)
    assert bounds.narrow(Where(), ["agent", "queue"]) == Where(agents=agent)
    assert bounds.narrow(Where(), ["queue", "channel"]) == Where(queues=queue)
    assert bounds.narrow(Where(agents=frozenset({house.agents["south"].pk})), ["agent"]) == Where(agents=frozenset())
    with pytest.raises(Forbidden):
        bounds.narrow(Where(), ["channel"])
    by_queue = Bounds.of(limited(leader, Reach.QUEUES))
    assert by_queue.narrow(Where(), ["agent", "queue"]) == Where(queues=queue)
    assert by_queue.narrow(Where(), ["agent"]) == Where(agents=agent)
    everything = make_user(Role.SUPERVISOR)
    with django_assert_num_queries(0):
        assert Bounds.of(everything).narrow(Where(), []) == Where()


def test_a_role_says_how_far_and_a_person_may_differ(house: House) -> None:
    admin = make_user(Role.ADMIN)
    allowed = sorted(DEFAULTS[Role.SUPERVISOR])
    role = accounts.configure_role(UserRole(name="Lead", permissions=allowed, reach=Reach.TEAMS), by=admin)
    user, other = make_user(Role.SUPERVISOR), make_user(Role.SUPERVISOR)
    user.assigned_role = other.assigned_role = role
    other.own_reach = Reach.QUEUES
    assert accounts.configure_user(user, by=admin).reach == Reach.TEAMS
    assert accounts.configure_user(other, by=admin).reach == Reach.QUEUES
    role.reach = Reach.ALL
    accounts.configure_role(role, by=admin)
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.reach, other.reach) == (Reach.ALL, Reach.QUEUES)
    fixed = UserRole.objects.get(built_in=Role.ADMIN)
    fixed.reach = Reach.TEAMS
    with pytest.raises(NotAllowed):
        accounts.configure_role(fixed, by=admin)


def test_nobody_lets_others_or_oneself_see_further(house: House) -> None:
    admin = limited(make_user(Role.ADMIN), Reach.TEAMS)
    user = limited(make_user(Role.AGENT), Reach.TEAMS)
    for reach in (Reach.ALL, Reach.QUEUES):
        user.own_reach = reach
        with pytest.raises(Forbidden):
            accounts.configure_user(user, by=admin)
    user.own_reach = Reach.TEAMS
    assert accounts.configure_user(user, by=admin).reach == Reach.TEAMS
    with pytest.raises(Forbidden):
        accounts.configure_user(make_user(Role.AGENT), by=admin)  # who sees everything
