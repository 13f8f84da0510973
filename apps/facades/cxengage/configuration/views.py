"""Configuration: list, get, create and change, each entity by the same view (cxengage 11.3)."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts import operations as accounts
from apps.accounts.permissions import Permission
from apps.agents import operations as agents
from apps.agents.capacities import capacities
from apps.agents.models import Agent, AgentSkill, Team
from apps.annexes.models import Annex
from apps.common.errors import FieldProblem, Invalid, NotFound
from apps.facades.cxengage.configuration import people, slas, versions
from apps.facades.cxengage.configuration.bodies import Body, unknown
from apps.facades.cxengage.configuration.entity import Entity
from apps.facades.cxengage.configuration.lists import LISTS, shares
from apps.facades.cxengage.configuration.simple import SIMPLE, row_of
from apps.facades.cxengage.payloads.formats import Row
from apps.facades.cxengage.views import CxEngageView

ENTITIES = {**SIMPLE, "slas": slas.SLAS, **LISTS, **people.PEOPLE}
_NAMES = {"is_shared": "shared", "time_zone": "timezone", "assigned_role": "roleId", "external_id": "externalId"}


class _Configuring(CxEngageView):
    permission = None
    entity: Entity = ENTITIES["queues"]  # each address has its own

    def expected(self) -> Sequence[Permission]:
        return self.entity.read

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(_worded(exc) if isinstance(exc, Invalid) else exc)

    def allowed(self, needed: Permission | None) -> Permission:
        """Raises Refused without the permission; 405 where nothing is written."""
        if needed is None:
            self.http_method_not_allowed(self.request)
        assert needed
        self.require(needed)
        return needed

    def written(self, row: Any, needed: Permission) -> Any:
        """Our row and what stands beside it, by the domain's own operations."""
        body = Body(self.request.data)
        assert self.entity.write
        sharing = shares(self.entity)
        if sharing and body.flag("shared", False):
            self.require(sharing)
        made = self.entity.write(row, body, self.caller)
        self.entity.keep_annex(made, body, self.caller, needed)
        if made.pk and hasattr(made, "_meta"):
            LogEntry.objects.log_actions(
                self.caller.pk, [made], CHANGE if row else ADDITION, "By CxEngage.", single_object=True
            )
        return made


class Entities(_Configuring):
    """`GET` all, `POST` one."""

    def get(self, request: Request, tenant_id: str) -> Response:
        self.require(*self.entity.read)
        rows = self.entity.rows()
        if self.entity.kind == "user" and request.query_params.get("offline") == "false":
            rows = [each for each in rows if people.state_of(each) != "offline"]
        return Response({"result": self.entity.shown(rows)})

    def post(self, request: Request, tenant_id: str) -> Response:
        needed = self.allowed(self.entity.create)
        made = self.written(None, needed)
        secret = getattr(made, "secret", None)
        told = self.entity.one(self.entity.found(str(self.entity.id_of(made))))
        return Response({"result": told | ({"secret": secret} if secret else {})}, status=201)


class OneEntity(_Configuring):
    """`GET`, `PUT` (what is not named stays) and, of what may go, `DELETE`."""

    def get(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        row = self.entity.found(entity_id) if self._is_own(entity_id) else None
        if row is None:
            self.require(*self.entity.read)
            row = self.entity.found(entity_id)
        return Response({"result": self.entity.one(row)})

    def put(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        needed = self.allowed(self.entity.update)
        row = self.entity.found(entity_id)
        made = self.written(row, needed)
        if self.entity.kind == "queue" and "activeVersion" in request.data:
            versions.activate(made, _annex("queue", made), Body(request.data).uuid("activeVersion"), self.caller)
        return Response({"result": self.entity.one(self.entity.found(str(self.entity.id_of(made))))})

    def delete(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        remove: Any = {"role": accounts.remove_role, "api-key": accounts.remove_key}.get(self.entity.kind)
        self.allowed(self.entity.update if remove else None)
        remove(self.entity.found(entity_id), by=self.caller)
        return Response(status=204)

    def _is_own(self, entity_id: str) -> bool:
        return self.entity.kind == "user" and entity_id.lower() == str(self.caller.uuid)


class QueueVersions(_Configuring):
    entity = SIMPLE["queues"]

    def get(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        self.require(Permission.VIEW_ALL_QUEUES)
        queue = self.entity.found(entity_id)
        return Response(
            {"result": [self._with_tenant(each) for each in versions.versions_of(queue, self._annex(queue))]}
        )

    def post(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        self.require(Permission.MANAGE_ALL_QUEUES)
        queue = self.entity.found(entity_id)
        made = versions.add_version(queue, self._annex(queue), Body(request.data), self.caller)
        return Response({"result": self._with_tenant(made)}, status=201)

    def _annex(self, queue: Any) -> Annex:
        return _annex("queue", queue)

    def _with_tenant(self, row: Row) -> Row:
        return {"tenantId": str(self.caller.tenant.uuid)} | row


class SlaVersions(_Configuring):
    entity = slas.SLAS

    def get(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        self.require(Permission.CUSTOM_STATS_READ)
        return Response({"result": [slas.version_shown(each) for each in self.entity.found(entity_id).versions]})

    def post(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        self.require(Permission.CUSTOM_STATS_UPDATE)
        made = slas.add_version(self.entity.found(entity_id), Body(request.data), self.caller)
        return Response({"result": slas.version_shown(made)}, status=201)


class _OfUser(_Configuring):
    entity = people.PEOPLE["users"]

    def user(self, entity_id: str) -> Any:
        """Everybody reads what is their own. Raises Refused, NotFound."""
        if entity_id.lower() != str(self.caller.uuid):
            self.require(Permission.VIEW_ALL_USERS)
        return self.entity.found(entity_id)

    def agent(self, entity_id: str, needed: Permission) -> Agent:
        self.require(needed)
        agent: Agent | None = getattr(self.entity.found(entity_id), "agent", None)
        if agent is None:
            raise NotFound("the user is no agent")
        return agent


class UserSkills(_OfUser):
    def get(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        return Response({"result": people.skills_of(getattr(self.user(entity_id), "agent", None))})

    def post(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        agent = self.agent(entity_id, Permission.MANAGE_ALL_USER_SKILLS)
        body = Body(request.data)
        skill = row_of("skills", body.uuid("skillId"))
        if skill is None:
            raise unknown("skillId")
        held = AgentSkill.objects.filter(agent=agent, skill=skill).first() or AgentSkill(agent=agent, skill=skill)
        held.level = body.number("proficiency", held.level, 1, 10)
        agents.configure(held, by=self.caller)
        told = {"userId": entity_id, "skillId": str(skill.uuid), "name": skill.name, "proficiency": held.level}
        return Response({"result": told}, status=201)

    def delete(self, request: Request, tenant_id: str, entity_id: str, skill_id: str) -> Response:
        agent = self.agent(entity_id, Permission.MANAGE_ALL_USER_SKILLS)
        skill = SIMPLE["skills"].found(skill_id)
        held = AgentSkill.objects.filter(agent=agent, skill=skill).first()
        if held is None:
            raise NotFound("the user does not have the skill")
        agents.remove(held, by=self.caller)
        return Response(status=204)


class UserGroups(_OfUser):
    def get(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        return Response({"result": people.groups_of(getattr(self.user(entity_id), "agent", None))})

    def post(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        agent = self.agent(entity_id, Permission.MANAGE_ALL_USER_GROUPS)
        team: Team | None = row_of("groups", Body(request.data).uuid("groupId"))
        if team is None:
            raise unknown("groupId")
        agent.team = team
        agents.configure(agent, by=self.caller)
        return Response({"result": {"userId": entity_id, "groupId": str(team.uuid), "name": team.name}}, status=201)


class UserReasonLists(_OfUser):
    """Every list there is; the system's own is everybody's."""

    def get(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        self.user(entity_id)
        lists = LISTS["reason-lists"]
        return Response({"result": lists.shown(each for each in lists.rows() if each.is_active)})


class UserCapacityRules(_OfUser):
    def get(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        agent = getattr(self.user(entity_id), "agent", None)
        rules = capacities(agent) if agent else {}
        return Response({"result": [{"channelType": str(name), "capacity": most} for name, most in rules.items()]})


class UserConfig(_OfUser):
    """What an agent's client asks for when it starts."""

    def get(self, request: Request, tenant_id: str, entity_id: str) -> Response:
        user = self.user(entity_id)
        told, lists = self.entity.one(user), LISTS["reason-lists"]
        told["reasonLists"] = lists.shown(each for each in lists.rows() if each.is_active)
        told["presenceReasonLists"] = told["reasonLists"]
        return Response({"result": told})


def _annex(kind: str, row: Any) -> Annex:
    return Annex.objects.filter(kind=kind, about=row.pk).first() or Annex(kind=kind, about=row.pk)


def _worded(refused: Invalid) -> Invalid:
    """Our columns by the dialect's names; what stands already is said of the name."""
    return Invalid(*(_problem(each) for each in refused.problems))


def _problem(problem: FieldProblem) -> FieldProblem:
    message = problem.message
    if not problem.fields and ("unique" in message or "already" in message):
        return FieldProblem(problem.problem, ["name"], "There is one of this name already.")
    return FieldProblem(problem.problem, [_NAMES.get(each, each) for each in problem.fields], message)
