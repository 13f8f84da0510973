"""A client of the object API lets a call wait for somebody, or takes that back (voice 8.5, M-19)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from django.db import transaction
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import agent_of
from apps.common.errors import FieldProblem, Forbidden, Invalid, NotAllowed, NotFound, Problem
from apps.common.words import figure
from apps.engagements.drafts import Changes, NewRecord
from apps.engagements.models import EngagementInteraction
from apps.objects.registry import SObject
from apps.queues import operations as queues
from apps.queues.flows import Decision
from apps.queues.models import Queue, QueueEntry
from apps.voice_calls.models import PENDING, VoiceCall
from apps.voice_calls.models.pending import USUAL_PRIORITY
from apps.voice_calls.operations.routing import Target, send
from apps.voice_calls.operations.unstored import checked

_LONGEST_PUSH = 20  # seconds
_LATEST = 1_000_000


class NewPendingRouting(NewRecord):
    model = QueueEntry

    @property
    def sobject(self) -> SObject:
        return PENDING


@transaction.atomic
def ask(draft: NewPendingRouting, *, by: User) -> QueueEntry:
    """Let the call wait for the preferred user, or where that is impossible or nobody is preferred, in the queue.

    Publishes as `routing.send`. Raises Invalid with what is wrong, also where the call waits already, has ended or
    finds the queue closed; Forbidden for agents.
    """
    if not by.manages_everything:
        raise Forbidden(gettext("only who changes everything routes calls"))
    asked = checked(draft, by=by)
    _require_possible(asked)
    targets = _targets(asked)
    call = VoiceCall.objects.get(pk=asked["work_item"])
    interaction = EngagementInteraction.objects.locked().filter(voice_calls=call).first()
    if interaction and (waiting := PENDING.rows().filter(interaction=interaction).first()):
        says = gettext("the call waits already")
        raise Invalid(FieldProblem(Problem.DUPLICATE, ["work_item"], says, waiting.work_item))
    priority = USUAL_PRIORITY - asked["routing_priority"] if "routing_priority" in asked else None
    draft.row = _send(call, targets, priority, by)
    return draft.row  # type: ignore[no-any-return]


def _send(call: VoiceCall, targets: list[Target], priority: int | None, by: User) -> QueueEntry:
    """To the first of them who can be asked."""
    refused = NotAllowed(gettext("nobody can be asked"))
    for target in targets:
        try:
            with transaction.atomic():
                return send(call, Decision(target, priority=priority), by=by)
        except NotAllowed as error:
            refused = error
    raise _contradiction("work_item", str(refused)) from refused


def _targets(asked: Mapping[str, Any]) -> list[Target]:
    found: list[Target] = []
    for column in ("preferred_user", "queue"):
        if (key := asked.get(column)) is None:
            continue
        target: Target | None = Queue.objects.filter(pk=key, is_active=True).first() if column == "queue" else None
        if column == "preferred_user":
            target = agent_of(User.objects.filter(pk=key, is_active=True).first())
        if target is None:
            raise Invalid(FieldProblem(Problem.NO_SUCH_RECORD, [column], gettext("nobody who takes calls")))
        found.append(target)
    return found


def _require_possible(asked: Mapping[str, Any]) -> None:
    if problems := list(_impossible(asked)):
        raise Invalid(*problems)


def _impossible(asked: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """What the platform knows and this does not do, and numbers out of bounds."""
    if "queue" not in asked and "preferred_user" not in asked:
        yield FieldProblem(Problem.REQUIRED, ["queue", "preferred_user"], gettext("a queue or a user is required"))
    if asked.get("is_routable") is False:
        yield _said("is_routable", gettext("it is ready as soon as it is created"))
    if asked.get("routing_model") == "ExternalRouting":
        yield _said("routing_model", gettext("nobody outside routes calls"))
    for column, most in _BOUNDS.items():
        if not 0 <= asked.get(column, 0) <= most:
            says = gettext("from 0 to {most}").format(most=figure(most))
            yield FieldProblem(Problem.OUT_OF_RANGE, [column], says, asked[column])


_BOUNDS = {"routing_priority": _LATEST, "push_timeout": _LONGEST_PUSH, "capacity_percentage": 100}


def refuse_changes(row: QueueEntry, changes: Changes, *, by: User, unchanged_since: datetime | None = None) -> NoReturn:
    """What is ready for routing cannot be edited (voice 8.5), and only what is ready is here."""
    raise _contradiction("is_routable", gettext("a record that is ready for routing cannot be edited"))


@transaction.atomic
def clear(row: QueueEntry, *, by: User) -> None:
    """Nobody is asked any more, as clearRouting. Publishes `queue.withdrawn`; raises NotFound if that is over."""
    interaction = EngagementInteraction.objects.locked().filter(pk=row.interaction_id).first()
    if interaction is None or not PENDING.rows().filter(pk=row.pk).exists():
        raise NotFound(gettext("it does not wait any more"))
    queues.clear_routing(interaction, by=by)


def _said(column: str, message: str) -> FieldProblem:
    return FieldProblem(Problem.CONTRADICTION, [column], message)


def _contradiction(column: str, message: str) -> Invalid:
    return Invalid(_said(column, message))
