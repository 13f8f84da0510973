"""What a desktop reads beside the work: people, queues, skills, contacts (genesys 14)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Lower
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.agents.models import AgentChannel, AgentSkill, Skill
from apps.common.errors import NotFound
from apps.facades.genesys.errors import outside_values
from apps.facades.genesys.listing import filtered
from apps.facades.genesys.payloads import agents, directory
from apps.facades.genesys.payloads.agents import Standing
from apps.facades.genesys.targets import people
from apps.facades.genesys.views.base import GenesysView
from apps.queues.models import Queue
from apps.voice_calls.models import CallCenterRoutingMap

_OF_PEOPLE = {"name": ("first_name", "last_name", "full_name", "username"), "phone": ()}
_OF_QUEUES = {"name": ("name",)}
_OF_CONTACTS = {"name": ("shown", "login", "first", "last"), "phone": ("phone",)}
_SUBRESOURCES = ("channels", "skills")


class UsersView(GenesysView):
    def get(self, request: Request) -> Response:
        found = filtered(people(), request.query_params, _OF_PEOPLE).order_by("last_name", "first_name", "username")
        return self.many("users", found, lambda page: self.resources(list(page)))

    def resources(self, page: Sequence[User]) -> list[dict[str, Any]]:
        """With the channels and skills of each, where `subresources` names them; as many queries for one as for all."""
        names = {name.strip() for name in self.request.query_params.get("subresources", "").split(",")} - {""}
        if unknown := names - {"*", *_SUBRESOURCES}:
            raise outside_values("subresources", f"a user has no {min(unknown)!r}")
        parts: dict[str, Mapping[int, Any]] = {}
        if names & {"channels", "*"}:
            parts["channels"] = _channels(page)
        if names & {"skills", "*"}:
            parts["skills"] = self._skills(page)
        return [
            directory.user(user, self.links) | {name: found[user.pk] for name, found in parts.items()} for user in page
        ]

    def _skills(self, page: Sequence[User]) -> Mapping[int, Any]:
        found: dict[int, list[Any]] = {user.pk: [] for user in page}
        held = AgentSkill.objects.filter(agent__user__in=page).select_related("skill", "agent")
        for each in held.order_by("skill__name"):
            found[each.agent.user_id].append(directory.held_skill(each, self.links))
        return found


def _channels(page: Sequence[User]) -> Mapping[int, Any]:
    """Where each stands; an agent who is not signed in on all channels, and nothing for who takes no work."""
    standings: dict[int, list[Standing]] = {user.pk: [] for user in page}
    rows = AgentChannel.objects.filter(agent__user__in=page, session__ended_at=None)
    for row in rows.select_related("reason", "agent").order_by("channel"):
        standings[row.agent.user_id].append(Standing.of_row(row))
    return {pk: agents.channels(found) or agents.no_channels() for pk, found in standings.items()}


class UserView(UsersView):
    def get(self, request: Request, uuid: str) -> Response:  # type: ignore[override]
        found = people().filter(uuid=uuid).first()
        if found is None:
            raise NotFound("no such user")
        return self.one("user", self.resources([found])[0])


class QueuesView(GenesysView):
    def get(self, request: Request) -> Response:
        queues = filtered(Queue.objects.filter(is_active=True), request.query_params, _OF_QUEUES)
        return self.many("queues", queues, lambda page: (directory.queue(queue, self.links) for queue in page))


class QueueView(GenesysView):
    def get(self, request: Request, uuid: str) -> Response:
        found = Queue.objects.filter(uuid=uuid, is_active=True).first()
        if found is None:
            raise NotFound("no such queue")
        return self.one("queue", directory.queue(found, self.links))


class SkillsView(GenesysView):
    def get(self, request: Request) -> Response:
        skills = filtered(Skill.objects.order_by("name"), request.query_params, _OF_QUEUES)
        return self.many("skills", skills, lambda page: (directory.skill(skill, self.links) for skill in page))


class SkillView(GenesysView):
    def get(self, request: Request, uuid: str) -> Response:
        found = Skill.objects.filter(uuid=uuid).first()
        if found is None:
            raise NotFound("no such skill")
        return self.one("skill", directory.skill(found, self.links))


class ContactsView(GenesysView):
    """Users who take work, and queues, by name."""

    def get(self, request: Request) -> Response:
        params = request.query_params
        found = filtered(_users(), params, _OF_CONTACTS).union(filtered(_queues(), params, _OF_CONTACTS), all=True)
        answer = self.many("contacts", found.order_by("sorted", "uuid"), self.contacts)
        answer.data.setdefault("totalCount", found.count())
        return answer

    def contacts(self, page: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
        return (directory.contact(row, self.links) for row in page)


class ContactView(ContactsView):
    def get(self, request: Request, uuid: str) -> Response:  # type: ignore[override]
        key = UUID(uuid)
        found = _users().filter(uuid=key).first() or _queues().filter(uuid=key).first()
        if found is None:
            raise NotFound("no such contact")
        return self.one("contact", directory.contact(found, self.links))


_COLUMNS = ("uuid", "type", "shown", "phone", "login", "first", "last", "sorted")


def _users() -> Any:
    return (
        people()
        .filter(agent__isnull=False)
        .annotate(
            type=Value("User"),
            shown=Cast("full_name", TextField()),
            login=Cast("username", TextField()),
            first=Cast("first_name", TextField()),
            last=Cast("last_name", TextField()),
            phone=_phone("user", F("username")),
            sorted=Lower(Cast("full_name", TextField())),
        )
        .values(*_COLUMNS)
    )


def _queues() -> Any:
    name = Cast("name", TextField())
    return (
        Queue.objects.filter(is_active=True)
        .order_by()
        .annotate(
            type=Value("Queue"),
            shown=name,
            login=name,
            first=name,
            last=name,
            phone=_phone("queue", F("name")),
            sorted=Lower(name),
        )
        .values(*_COLUMNS)
    )


def _phone(column: str, otherwise: Any) -> Any:
    """What the telephone system calls them; without that, the name, which can be dialled here as well."""
    mapped = CallCenterRoutingMap.objects.filter(**{column: OuterRef("pk")}).order_by("id").values("external_id")
    return Coalesce(Cast(Subquery(mapped[:1]), TextField()), Cast(otherwise, TextField()))
