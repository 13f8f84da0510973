"""Workbins: what they hold, what is put in and taken out, and who watches them (genesys 10)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.permissions import Permission, permits
from apps.common.errors import Forbidden, NotFound, SwitchroomError
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.facades.genesys import selectors, targets
from apps.facades.genesys.errors import PARTIAL, code_of, missing, outside_values
from apps.facades.genesys.listing import in_order
from apps.facades.genesys.payloads import bodies
from apps.facades.genesys.payloads import workbins as payloads
from apps.facades.genesys.payloads.bodies import Body
from apps.facades.genesys.payloads.interactions import Resource, View, of_medium
from apps.facades.genesys.payloads.media import BY_PLURAL, MEDIA, Medium
from apps.facades.genesys.views.base import GenesysView
from apps.facades.genesys.views.media import caused_by
from apps.queues import operations
from apps.queues.bins import open_to
from apps.queues.models import Workbin

_MOST_ITEMS = 500  # of one workbin, or of all that one list of workbins embeds
_MOST_IDS = 100


class WorkbinsView(GenesysView):
    """All workbins that the caller may use; beneath `me` those of the caller and of places."""

    def chosen(self) -> QuerySet[Workbin]:
        usable = open_to(self.user, self.agent)
        if group := self.request.query_params.get("agentGroup"):
            return usable.filter(team__name__iexact=_text("agentGroup", group))
        return usable

    def get(self, request: Request, **_: Any) -> Response:
        return self.many("workbins", self.chosen(), lambda page: self.resources(list(page)))

    def resources(self, page: Sequence[Workbin]) -> list[Resource]:
        """With the contents that `subresources` names."""
        asked = self._asked()
        held: dict[int | None, list[View]] = {}
        if asked:
            items = selectors.visible_to(self.user).filter(workbin__in=page).order_by("-opened_at", "-id")
            for item in selectors.seen_by(None, items)[:_MOST_ITEMS]:
                held.setdefault(item.workbin_id, []).extend(selectors.views([item]))
        return [
            payloads.workbin(each, self.links) | payloads.contents(asked, held.get(each.pk, ()), self.links)
            for each in page
        ]

    def _asked(self) -> Sequence[str]:
        names = [name.strip() for name in self.request.query_params.get("subresources", "").split(",") if name.strip()]
        if "*" in names:
            return list(payloads.CONTENTS)
        if unknown := [name for name in names if name not in payloads.CONTENTS]:
            raise outside_values("subresources", f"a workbin has no {unknown[0]!r}")
        return names

    def post(self, request: Request, **_: Any) -> Response:
        """Watch several workbins, or no longer, each answered by itself."""
        name = bodies.text(self.body, "operationName")
        if name not in _WATCHING:
            raise outside_values("operationName", f"there is no operation {name!r}")
        asked = request.query_params.get("workbinIds") or self.body.get("workbinIds")
        ids = _ids(asked.split(",") if isinstance(asked, str) else asked)
        references: dict[str, int] = {}
        failures: dict[str, SwitchroomError] = {}
        for public_id in ids:
            try:
                _WATCHING[name](self.workbin(public_id), by=self.user)
                references[public_id] = caused_by(self.user)
            except (NotFound, Forbidden) as refused:
                failures[public_id] = refused
        if not references:
            raise next(iter(failures.values()))
        if failures:
            return self._partly(references, failures)
        return Response({**self.shape.success(), "referenceIds": references})

    def workbin(self, public_id: str) -> Workbin:
        return targets.workbin_by_id(public_id, self.user, self.agent)

    def _partly(self, references: dict[str, int], failures: Mapping[str, SwitchroomError]) -> Response:
        for public_id in failures:
            operations.refuse_subscription(public_id, by=self.user)
            references[public_id] = caused_by(self.user)
        text = f"{len(references) - len(failures)} of {len(references)} workbins"
        results = [
            {"id": public_id, "statusCode": code_of(refused), "statusMessage": str(refused)}
            for public_id, refused in failures.items()
        ]
        return Response({"statusCode": PARTIAL, "statusMessage": text, "referenceIds": references, "workbins": results})


def _text(name: str, value: str) -> str:
    if "\x00" in value:
        raise outside_values(name, f"{name} holds a null character")
    return value


def _ids(value: Any) -> list[str]:
    if value is None:
        raise missing("workbinIds")
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value) or len(value) > _MOST_IDS:
        raise outside_values("workbinIds", f"workbinIds is not a list of at most {_MOST_IDS} ids")
    found = list(dict.fromkeys(each.strip() for each in value if _text("workbinIds", each).strip()))
    if not found:
        raise missing("workbinIds")
    return found


class MyWorkbinsView(WorkbinsView):
    def chosen(self) -> QuerySet[Workbin]:
        if self.request.query_params.get("agentGroup"):
            return super().chosen()
        mine = super().chosen().exclude(kind=Workbin.Kind.GROUP)
        return mine.filter(agent__user=self.user) | mine.filter(kind=Workbin.Kind.PLACE)


class UsersWorkbinsView(WorkbinsView):
    """An agent's own workbins, as a supervisor sees them."""

    def chosen(self) -> QuerySet[Workbin]:
        uuid = self.kwargs["uuid"]
        if not permits(self.user, Permission.INTERACTIONS_API_READ_ALL) and str(self.user.uuid) != uuid:
            raise Forbidden("only a supervisor may do this")
        if not targets.people().filter(uuid=uuid).exists():
            raise NotFound("there is no such user")
        return super().chosen().filter(agent__user__uuid=uuid)

    def workbin(self, public_id: str) -> Workbin:
        uuid = targets.uuid_of(public_id)
        found = self.chosen().filter(uuid=uuid).first() if uuid else None
        if found is None:
            raise NotFound("there is no such workbin")
        return found


class WorkbinView(WorkbinsView):
    def get(self, request: Request, **_: Any) -> Response:
        return self.one("workbin", self.resources([self.workbin(self.kwargs["workbin"])])[0])

    def post(self, request: Request, **_: Any) -> Response:
        """Put something in, take something out, watch."""
        act = _read(self.body)
        act(self, self.workbin(self.kwargs["workbin"]))
        return Response({**self.shape.success(), "referenceId": caused_by(self.user)})


class UsersWorkbinView(WorkbinView, UsersWorkbinsView):
    """One of them."""


class WorkbinContentView(WorkbinsView):
    def get(self, request: Request, **_: Any) -> Response:
        """What it holds of one medium."""
        channels = BY_PLURAL[self.kwargs["plural"]].channels
        workbin = self.workbin(self.kwargs["workbin"])
        items = selectors.visible_to(self.user).filter(workbin=workbin, channel__in=channels)
        seen = selectors.seen_by(None, in_order(items, request.query_params))
        return self.many(self.kwargs["plural"], seen, self.items)

    def items(self, page: Iterable[EngagementInteraction]) -> Iterable[Resource]:
        return (of_medium(view, self.links) for view in selectors.views(page))


class UsersWorkbinContentView(WorkbinContentView, UsersWorkbinsView):
    """Of an agent's workbin."""


# Operations -----------------------------------------------------------------------------------------------------------

_WATCHING: Mapping[str, Callable[..., Any]] = {
    "Subscribe": operations.subscribe,
    "Unsubscribe": operations.unsubscribe,
}
_Act = Callable[[WorkbinsView, Workbin], Any]
_EVERY = Medium("interaction", "interactions", tuple(c for medium in MEDIA for c in medium.channels), "")
_NAMED = {
    "Interaction": _EVERY,
    "Tweet": BY_PLURAL["twitter"],
    **{medium.singular.capitalize(): medium for medium in BY_PLURAL.values() if not medium.is_voice},
}


def _read(body: Body) -> _Act:
    """What is to be done. Raises Invalid."""
    name = bodies.text(body, "operationName")
    if name in _WATCHING:
        return lambda view, workbin: _WATCHING[name](workbin, by=view.user)
    verb, medium = name[:3], _NAMED.get(name[3:])
    if name.startswith("Pull"):
        verb, medium = "Pull", _NAMED.get(name[4:])
    if medium is None or verb not in ("Add", "Pull"):
        raise outside_values("operationName", f"there is no operation {name!r}")
    public_id = bodies.text(body, "id")
    remember = bodies.flag(body, "saveLAR")
    if verb == "Pull":
        return lambda view, workbin: _pull(view, workbin, public_id, medium.channels)
    return lambda view, workbin: _add(view, workbin, public_id, medium.channels, remember)


def _add(view: WorkbinsView, workbin: Workbin, public_id: str, channels: Sequence[str], remember: bool | None) -> None:
    """From the caller's hand, or out of another workbin that the caller may use."""
    found = selectors.visible_to(view.user).filter(channel__in=channels)
    usable = open_to(view.user, view.agent).values("pk")
    elsewhere = found.filter(stage=Stage.PARKED, workbin_id__in=usable)
    try:
        item = selectors.by_id(elsewhere, public_id)
    except NotFound:
        agent = view.require_agent()
        mine = selectors.offered_to(agent).filter(channel__in=channels)
        operations.park(selectors.by_id(mine, public_id), workbin, by=agent, remember=remember)
    else:
        operations.shelve(item, workbin, by=view.user)


def _pull(view: WorkbinsView, workbin: Workbin, public_id: str, channels: Sequence[str]) -> None:
    agent = view.require_agent()
    held = selectors.visible_to(view.user).filter(workbin=workbin, channel__in=channels)
    operations.pull(selectors.by_id(held, public_id), by=agent)
