"""Pages of a supervisor's list of interactions, among many and among few; see `past`.

The first page and a filtered page; what a name finds; and what somebody sees whose reach is one team, or one queue.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from bench.past import Past, compare, run
from bench.server import House
from bench.table import Row

_LIST = "/admin/engagements/engagementinteraction/"
_FILTERS = ("", "?channel=voice", "?stage=ended", "?flag=any", "?channel=email&status=Completed", "?Reason=nothing")
_NAMES = ("Hoàng", "Hoàng-25", "Bao", "nobody of this name", "+44 7700 900003")
_LIMITED = ("team", "queue")
_AGENTS = 150  # in either past: what is compared is how many contacts there are, not how many people work
_FLAGGED = 100  # at least: more than a page holds
# Of the first agent's team and of the last queue, as any administrator could set them up.
_SET_UP = """
import django; django.setup()
from apps.accounts.models import User
from apps.agents.models import Agent, Team, TeamSupervisor
from apps.engagements.flags import Flag
from apps.engagements.models import EngagementInteraction
from apps.queues.models import Queue, TeamQueue
from apps.queues.operations.flagging import flag_found
from apps.tenants.scope import scope
user = User.objects.get(username="{supervisor}")
with scope(user.tenant):
    for name, reach in (("team", "teams"), ("queue", "queues")):
        if User.objects.filter(username=f"{supervisor}.{{name}}").exists():
            continue
        team = Team.objects.create(name=name)
        if name == "team":
            Agent.objects.filter(pk=Agent.objects.order_by("pk").first().pk).update(team=team)
        else:
            TeamQueue.objects.create(team=team, queue=Queue.objects.order_by("pk").last())
        limited = User.objects.create(
            tenant=user.tenant, username=f"{supervisor}.{{name}}", role=user.role, password=user.password,
            own_reach=reach, reach=reach, granted=user.granted,
        )
        TeamSupervisor.objects.create(team=team, user=limited)
    for number in range(Agent.objects.count(), {agents}):
        hired = f"{{user.username}}.agent.{{number}}"
        Agent.objects.create(user=User.objects.create(tenant=user.tenant, username=hired))
    missing = {flagged} - EngagementInteraction.objects.filter(flag_type=Flag.SAFEGUARD)[:{flagged}].count()
    if missing > 0:
        ended = EngagementInteraction.objects.filter(stage="ended", flag_type=None).order_by("pk")
        newest = ended.reverse().values_list("pk", flat=True)[:missing]
        flag_found(EngagementInteraction.objects.filter(pk__in=list(newest)), Flag.SAFEGUARD)
"""
_KNOWN: set[int] = set()


def measure(house: House, seconds: float) -> Row:
    return compare("supervisor's list", _any, seconds)


def found(house: House, seconds: float) -> Row:
    return compare("contacts of a name or number", _named, seconds)


def limited(house: House, seconds: float) -> Row:
    return compare("list of a team's or queue's supervisor", _within, seconds)


def _any(past: Past) -> Callable[[], object]:
    address = _LIST + past.dice.choice(_FILTERS)
    return lambda: past.page(address)


def _named(past: Past) -> Callable[[], object]:
    address = f"{_LIST}?{urlencode({'q': past.dice.choice(_NAMES)})}"
    return lambda: past.page(address)


def _within(past: Past) -> Callable[[], object]:
    set_up(past)
    address, user = _LIST + past.dice.choice(_FILTERS), f"{past.supervisor}.{past.dice.choice(_LIMITED)}"
    return lambda: past.page(address, user)


def set_up(past: Past) -> None:
    """Supervisors of one team and of one queue, and as many agents as among many."""
    if past.total not in _KNOWN:
        run(past.contacts, "-c", _SET_UP.format(supervisor=past.supervisor, agents=_AGENTS, flagged=_FLAGGED))
        _KNOWN.add(past.total)
