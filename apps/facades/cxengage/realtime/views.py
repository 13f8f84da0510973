"""The calls of section 10 and the intervals of section 11: find, and answer."""

import time
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission
from apps.agents.reach import agents_within
from apps.common import clock
from apps.common.errors import NotFound, SwitchroomError
from apps.engagements.models import EngagementInteraction
from apps.facades.cxengage.payloads.formats import uuid_of
from apps.facades.cxengage.realtime import agents, answers, catalogue, intervals, rta
from apps.facades.cxengage.realtime.narrowing import SPELLINGS
from apps.facades.cxengage.views import CxEngageView
from apps.reporting import waits
from apps.reporting.statistics.asking import Where
from apps.reporting.windows import today


class Statistic(CxEngageView):
    """`GET realtime-statistics/{statistic}`."""

    permission = None

    def get(self, request: Request, tenant_id: str, statistic: str) -> Response:
        given = {name: request.query_params.getlist(name) for name in SPELLINGS if name in request.query_params}
        asked = answers.Request.parse({**given, "statistic": statistic}, self.caller)
        (outcome,) = answers.bodies([asked])
        if isinstance(outcome, SwitchroomError):
            raise outcome
        return Response(outcome)


class Batch(CxEngageView):
    """`POST realtime-statistics/batch`: 200 even if an item fails (X-54)."""

    permission = None

    def post(self, request: Request, tenant_id: str) -> Response:
        return Response(answers.batch(request.data, self.caller))


class Available(CxEngageView):
    permission = None

    def get(self, request: Request, tenant_id: str) -> Response:
        return Response(catalogue.available())


class Position(CxEngageView):
    """Who may see the contact may know where it stands; 404 for one that waits in no queue (X-59)."""

    permission = None

    def get(self, request: Request, tenant_id: str, interaction_id: str) -> Response:
        began = time.perf_counter()
        named = uuid_of(interaction_id)
        found = EngagementInteraction.objects.visible_to(self.caller).filter(uuid=named).first() if named else None
        if found is None:
            raise NotFound("no such interaction")
        place = waits.position(found.pk)
        if place is None:
            raise NotFound("not in a queue")
        results = {"count": place, "unit": "count"}
        return Response(answers.body(results, today(), round((time.perf_counter() - began) * 1000)))


class Capacity(CxEngageView):
    """Of one agent: everybody their own, others with the permission for all figures (X-30)."""

    permission = None

    def get(self, request: Request, tenant_id: str, user_id: str) -> Response:
        began = time.perf_counter()
        named = uuid_of(user_id)
        if named != self.caller.uuid:
            self.require(Permission.VIEW_ALL_REALTIME_DASHBOARDS)
        agent = agents_within(self.caller).filter(user__uuid=named).first() if named else None
        if agent is None:
            raise NotFound("no such user")
        sessions = agents.sessions(Where(agents=frozenset({agent.pk})), clock.now())
        rows: list[Any] = [agents.capacity_row(each) for each in sessions]
        spent = round((time.perf_counter() - began) * 1000)
        return Response(answers.body({"resourceCapacity": rows}, today(), spent))


class Intervals(CxEngageView):
    permission = Permission.WFM_HISTORICAL

    def get(self, request: Request, tenant_id: str, kind: str) -> Response:
        if kind not in intervals.KINDS:
            raise NotFound("no such kind of interval")
        return Response(intervals.reply(intervals.KINDS[kind], request.query_params, self.caller))


class AgentStates(CxEngageView):
    permission = Permission.WFM_RTA

    def get(self, request: Request, tenant_id: str) -> Response:
        return Response(rta.reply(request.query_params, self.caller))
