"""Whom and what a body names: queues, colleagues, workbins, and who answers to a number (genesys 6, 10, 12)."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.agents.models import Agent
from apps.common.errors import Forbidden, NotAllowed, NotFound
from apps.facades.genesys.errors import missing, outside_values
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads.bodies import Body
from apps.queues.bins import open_to, workbins
from apps.queues.models import Queue, Workbin
from apps.tenants import scope
from apps.voice_calls.operations.numbers import who_answers

Target = Queue | Agent


def uuid_of(text: str) -> UUID | None:
    """An id as it stands alone, or at the end of a URI."""
    try:
        return UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError:
        return None


def queue_named(name: str) -> Queue:
    """Raises NotFound unless there is an active queue of this name."""
    found = None if "\x00" in name else Queue.objects.filter(name__iexact=name, is_active=True).first()
    if found is None:
        raise NotFound(f"queue {name!r} does not exist")
    return found


def queue_at(uri: str) -> Queue:
    """Raises NotFound unless the URI, or id, is that of an active queue."""
    uuid = uuid_of(uri)
    found = Queue.objects.filter(uuid=uuid, is_active=True).first() if uuid else None
    if found is None:
        raise NotFound(f"there is no queue {uri!r}")
    return found


def transfer_target(body: Body) -> str:
    """Which user, or by its URI which queue, the work is to go to (genesys 17, no. 5)."""
    for name in ("userId", "userUri", "targetUri"):
        if body.get(name) is not None:
            return bodies.text(body, name)
    raise missing("userId")


def colleague_or_queue(text: str) -> Target:
    """Raises NotFound for nobody of this contact centre, NotAllowed for somebody who takes no work."""
    if "/queues/" in text:
        return queue_at(text)
    uuid = uuid_of(text)
    user = people().filter(uuid=uuid).first() if uuid else None
    if user is None:
        raise NotFound("there is no such user")
    return _agent(user)


def callee(number: str) -> Target:
    """Who answers to this number: by number, name or id, queues before people. Raises NotFound."""
    if not number.strip() or "\x00" in number:
        raise outside_values("phoneNumber", "phoneNumber is no number")
    found = who_answers(number) or _by_name(number)
    if found is None:
        raise NotFound(f"nobody here has the number {number!r}")
    return found


def _by_name(name: str) -> Target | None:
    uuid = uuid_of(name)
    queues = Queue.objects.filter(Q(uuid=uuid) if uuid else Q(name__iexact=name), is_active=True)
    if queue := queues.first():
        return queue
    users = people().filter(Q(uuid=uuid) if uuid else Q(username__iexact=name) | Q(full_name__iexact=name))
    user = users.order_by("id").first()
    return _agent(user) if user else None


def _agent(user: User | None) -> Agent:
    found = Agent.objects.select_related("user").filter(user=user).first()
    if found is None:
        raise NotAllowed("this user takes no work")
    return found


def people() -> QuerySet[User]:
    """People of the tenant in scope, named here because users are kept without row-level security."""
    return User.objects.filter(tenant=scope.tenant(), is_active=True).exclude(role="integration")


def workbin_by_id(public_id: str, user: User, agent: Agent | None) -> Workbin:
    """Raises NotFound, or Forbidden for somebody else's."""
    uuid = uuid_of(public_id)
    found = open_to(user, agent).filter(uuid=uuid).first() if uuid else None
    if found is None:
        if uuid and Workbin.objects.filter(uuid=uuid).exists():
            raise Forbidden("this workbin is somebody else's")
        raise NotFound("there is no such workbin")
    return found


def workbin_ref(body: Body) -> str | dict[str, str]:
    """What a body says under `workbin`: an id, a name, or an object with `id`, or with `name` and `agentGroup`."""
    value: Any = bodies.required(body, "workbin")
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
        raise outside_values("workbin", "workbin is neither a string nor an object of strings")
    if not value.keys() & {"id", "name"}:
        raise missing("workbin.id")
    return value


def workbin_of(ref: str | dict[str, str], user: User, agent: Agent | None) -> Workbin:
    """The caller's own comes before another of that name. Raises NotFound, Forbidden, or Invalid if it is not clear."""
    if isinstance(ref, dict) and "id" in ref:
        return workbin_by_id(ref["id"], user, agent)
    named = ref if isinstance(ref, dict) else {"name": ref}
    if isinstance(ref, str) and uuid_of(ref) and "/" not in ref:
        return workbin_by_id(ref, user, agent)
    if any("\x00" in part for part in named.values()):
        raise NotFound("there is no such workbin")
    return _named(named, user, agent)


def _named(named: dict[str, str], user: User, agent: Agent | None) -> Workbin:
    found = workbins().filter(name__iexact=named["name"])
    if "agentGroup" in named:
        found = found.filter(team__name__iexact=named["agentGroup"])
    usable = list(found.filter(pk__in=open_to(user, agent).values("pk"))[:500])
    mine = [each for each in usable if each.agent and each.agent.user_id == user.pk] or usable
    if len(mine) > 1:
        raise outside_values("workbin", f"there are several workbins {named['name']!r}: name one by its id")
    if mine:
        return mine[0]
    if found.exists():
        raise Forbidden("this workbin is somebody else's")
    raise NotFound(f"workbin {named['name']!r} does not exist")
