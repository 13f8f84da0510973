"""Statistics as the dialect tells them, one or many at a time (cxengage 10.1, 10.2)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache

from apps.accounts.models import User
from apps.accounts.permissions import Permission, permits
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotFound, Problem, SwitchroomError
from apps.facades.cxengage import errors
from apps.facades.cxengage.payloads.formats import Row, moment
from apps.facades.cxengage.realtime import lists
from apps.facades.cxengage.realtime.narrowing import DASHED, Asked, Known, asked
from apps.reporting.statistics.asking import Ask, DoesNotApply, Where
from apps.reporting.statistics.bounds import Bounds
from apps.reporting.statistics.catalogue import STATISTICS
from apps.reporting.statistics.evaluating import evaluate
from apps.reporting.windows import Window, today
from apps.tenants import scope

MOST_IN_A_BATCH = 100
_LAST_INSTANT = timedelta(milliseconds=1)
_SPELLED = {"queue": "queue", "agent": "resource", "channel": "channel", "direction": "direction"}


@dataclass(frozen=True)
class Request:
    """One statistic that the caller wants, not yet looked up. Raises Invalid, UnknownStatistic and Refused."""

    name: str
    filters: Asked
    caller: User

    @classmethod
    def parse(cls, given: Mapping[str, Any], caller: User) -> "Request":
        name = given.get("statistic")
        if not isinstance(name, str) or not (name in STATISTICS or name in lists.LISTS):
            raise errors.UnknownStatistic(name)
        filters = asked(given)
        _require(caller, filters)
        return cls(name, filters, caller)


def _require(caller: User, filters: Asked) -> None:
    """Everything, or with the lesser permission one's own figures alone (X-30)."""
    if permits(caller, Permission.VIEW_ALL_REALTIME_DASHBOARDS):
        return
    own = filters.get("resource") == (str(caller.uuid),)
    if not (own and permits(caller, Permission.AGENT_EXPERIENCE_METRICS_VIEW)):
        raise errors.Refused(
            Permission.VIEW_ALL_REALTIME_DASHBOARDS, *([Permission.AGENT_EXPERIENCE_METRICS_VIEW] if own else [])
        )


def bodies(requests: Sequence[Request]) -> list[Row | SwitchroomError]:
    """What answers each of one caller's, or why it is not answered. As many queries, however many are asked."""
    began = time.perf_counter()
    window = today()
    known = Known.of(each.filters for each in requests)
    bounds = Bounds.of(requests[0].caller) if requests else Bounds()
    results: list[Row | SwitchroomError | None] = []
    asks: dict[int, Ask] = {}
    for number, each in enumerate(requests):
        outcome: Row | SwitchroomError | None = None
        try:
            where = known.where(each.filters)
            if each.name in lists.LISTS:
                outcome = lists.listed(each.name, where, bounds, each.caller)
            else:
                ask = Ask(each.name, where)
                asks[number] = replace(ask, where=bounds.narrow_for(ask.statistic, where))
        except DoesNotApply as error:
            spelling = DASHED[_SPELLED[error.dimension]]
            outcome = Invalid(FieldProblem(Problem.CONTRADICTION, [spelling], "does not apply to this statistic"))
        except SwitchroomError as error:
            outcome = error
        results.append(outcome)
    for number, figures in zip(asks, _figures(list(asks.values()), window), strict=True):
        results[number] = {**figures, "unit": str(asks[number].statistic.unit)}
    spent = round((time.perf_counter() - began) * 1000)
    return [body(each, window, spent) if isinstance(each, dict) else each for each in results if each is not None]


def body(results: Row, window: Window, spent: int) -> Row:
    told = {"start": moment(window.start), "end": moment(window.end - _LAST_INSTANT)}
    return {"results": {**results, "queryWindow": told}, "queryTime": spent}


def _figures(asks: Sequence[Ask], window: Window) -> list[Mapping[str, Any]]:
    """Those of the last two seconds are told again (X-60)."""
    keys = [f"cxengage.realtime.{scope.tenant_id()}.{each.name}.{_mark(each.where)}" for each in asks]
    told: dict[str, Mapping[str, Any]] = cache.get_many(keys)
    missing = {key: ask for key, ask in zip(keys, asks, strict=True) if key not in told}
    fresh = dict(zip(missing, evaluate(missing.values(), window), strict=True))
    if settings.REALTIME_TOLD_AGAIN_SECONDS:
        cache.set_many(fresh, settings.REALTIME_TOLD_AGAIN_SECONDS)
    return [(told | fresh)[key] for key in keys]


def _mark(where: Where) -> str:
    return ";".join(f"{name}={','.join(map(str, sorted(values)))}" for name, values in where.only.items())


def item(outcome: Row | SwitchroomError) -> Row:
    """One of a batch, with a status of its own (X-54)."""
    if isinstance(outcome, dict):
        return {"status": 200, "body": outcome}
    answer = errors.handler(outcome, {})
    assert answer is not None
    return {"status": answer.status_code, "body": answer.data}


def batch(given: Any, caller: User) -> Row:
    """Raises Invalid for what is no batch; what is wrong with one item is that item's answer."""
    wanted = given.get("requests") if isinstance(given, dict) else None
    if not isinstance(wanted, dict):
        raise Invalid(FieldProblem(Problem.REQUIRED, ["requests"], "must be an object of requests by your own ids"))
    if len(wanted) > MOST_IN_A_BATCH:
        raise Invalid(FieldProblem(Problem.OUT_OF_RANGE, ["requests"], f"must be {MOST_IN_A_BATCH} at most"))
    parsed: dict[str, Request] = {}
    outcomes: dict[str, Row | SwitchroomError] = {}
    for own_id, each in wanted.items():
        try:
            parsed[own_id] = Request.parse(each if isinstance(each, dict) else {}, caller)
        except (Invalid, Forbidden, NotFound) as error:
            outcomes[own_id] = error
    outcomes |= dict(zip(parsed, bodies(list(parsed.values())), strict=True))
    return {"results": {own_id: item(outcomes[own_id]) for own_id in wanted}}
