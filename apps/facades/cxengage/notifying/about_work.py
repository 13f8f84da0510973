"""Which notifications tell an agent of an event on an interaction, and what each says (cxengage 12.6)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from apps.events.catalogue import InteractionEvent, Part
from apps.events.models import Event
from apps.facades.cxengage.notifying.lookups import Lookups
from apps.facades.cxengage.payloads.formats import Row
from apps.queues.models import Disposition, OfferState, Outcome, WorkOffer

Told = Iterator[tuple[str, Row]]


def notifications(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    """Kind and keys of each, in the order in which clients expect them."""
    tell = _OF_EVENTS.get(event.name)
    if tell and part["state"] in (OfferState.WORKING, OfferState.WRAP_UP):
        yield from tell(event, data, part, known)
    yield from _of_the_end(event, part)


def _of_the_end(event: Event, part: Part) -> Told:
    """The own part is over just now: for the customer (wrap-up begins), or for good."""
    if part["state"] == OfferState.WRAP_UP and _is_now(part["left_at"], event):
        yield "wrapup-start", {}
    elif part["state"] == OfferState.ENDED and _is_now(part["ended_at"], event):
        yield ("work-ended" if part["outcome"] == Outcome.ACCEPTED else "work-rejected"), {}


def _is_now(at: str | None, event: Event) -> bool:
    return at is not None and datetime.fromisoformat(at) == event.at


def _accepted(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    of, newcomer = data["interaction"], _concerned(event, data)
    if newcomer is None or newcomer["user_id"] != part["user_id"]:
        if newcomer:
            yield "resource-added", {"addedResource": newcomer["user_uuid"]}
        if of["consult"] and of["consult"]["by_agent_id"] == part["agent_id"]:
            yield "transfer-connected", {}
        return
    yield from _at_work(data, part, known)


def _begun(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    """The agent contacts somebody."""
    if part["state"] != OfferState.WORKING:
        return
    of = data["interaction"]
    yield "work-initiated", {"customer": of["customer"], "contactPoint": of["contact_point"]}
    if uri := of["user_data"].get("popUri"):
        yield "screen-pop", {"popType": "external-url", "popUri": uri}
    yield from _at_work(data, part, known)


def _at_work(data: InteractionEvent, part: Part, known: Lookups) -> Told:
    of = data["interaction"]
    working = [each for each in data["parts"] if each["state"] == OfferState.WORKING]
    yield (
        "work-accepted",
        {
            "activeResources": [{"id": each["user_uuid"], "externalResource": False} for each in working],
            "customerOnHold": of["is_held"],
            "recording": of["recording"] == "recording",
        },
    )
    yield "disposition-codes", {"dispositions": [_disposition(each) for each in known.dispositions]}
    yield "wrapup", _wrap_up(known.offers.get((of["id"], part["leg"])), known)


def _disposition(each: Disposition) -> Row:
    return {"dispositionId": str(each.uuid), "name": each.name, "sortOrder": each.position, "hierarchy": []}


def _wrap_up(offer: WorkOffer | None, known: Lookups, chosen: bool | None = None) -> Row:
    """Without a queue there is wrap-up until the agent is done (M-12)."""
    queue = known.queue_of(offer)
    seconds = queue.wrap_up_s if queue else None
    chosen = offer.wraps_up if offer and chosen is None else chosen
    return {
        "wrapupTime": seconds,
        "targetWrapupTime": seconds,
        "wrapupEnabled": seconds != 0 if chosen is None else chosen,
        "wrapupUpdateAllowed": True,
    }


def _held(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    yield from _line(event, data, "hold" if data["changes"]["hold"] != "agent" else "agent", "hold")


def _resumed(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    yield from _line(event, data, data["changes"].get("resumed", "customer"), "resume")


def _line(event: Event, data: InteractionEvent, whose: str, word: str) -> Told:
    if whose != "agent":
        yield f"customer-{word}", {}
    if whose in ("agent", "all"):
        held = _concerned(event, data)
        yield f"resource-{word}", {"targetResource": held["user_uuid"] if held and whose == "agent" else None}


def _muted(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    word = "resource-mute" if event.name == "call.muted" else "resource-unmute"
    yield word, {"targetResource": data["changes"]["resource"]}


def _recording(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    yield ("recording-start" if data["interaction"]["recording"] == "recording" else "recording-stop"), {}


def _left(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    """To those who stay."""
    gone = _concerned(event, data)
    if gone and gone["user_id"] != part["user_id"] and part["state"] == OfferState.WORKING:
        yield "resource-removed", {"removedResource": gone["user_uuid"]}


def _changed(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    changes = data["changes"]
    if isinstance(changes.get("user_data"), dict):
        fields = [{"label": name, "value": value} for name, value in changes["user_data"].items()]
        yield "custom-fields", {"customFields": fields}
    if "wrap_up" in changes:
        offer = known.offers.get((data["interaction"]["id"], part["leg"]))
        yield "wrapup", _wrap_up(offer, known, changes["wrap_up"])


def _said(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    for line in data["changes"]["lines"]:
        if line["from"] and line["from"]["kind"] == "customer":
            told = {"id": str(line["number"]), "from": line["from"]["nickname"], "text": line["text"]}
            yield "send-message", {"messageType": "received-message", "message": told}


def _typing(event: Event, data: InteractionEvent, part: Part, known: Lookups) -> Told:
    if data["changes"]["from"]["kind"] == "customer":
        yield "send-message", {"messageType": "typing-start" if data["changes"]["started"] else "typing-stop"}


def _plainly(kind: str) -> "Tell":
    return lambda event, data, part, known: iter([(kind, {})])


def _concerned(event: Event, data: InteractionEvent) -> Part | None:
    parts: list[Any] = [each for each in data["parts"] if each["agent_id"] == event.agent_id]
    return parts[-1] if parts else None


Tell = Callable[[Event, InteractionEvent, Part, Lookups], Told]
_OF_EVENTS: Mapping[str, Tell] = {
    "engagement.opened": _begun,
    "draft.started": _begun,
    "work.accepted": _accepted,
    "work.pulled": _accepted,
    "work.connected": _plainly("customer-connected"),
    "work.left": _left,
    "transfer.started": _plainly("transfer-started"),
    "transfer.cancelled": _plainly("transfer-cancelled"),
    "transfer.completed": _left,
    "call.held": _held,
    "call.resumed": _resumed,
    "call.muted": _muted,
    "call.unmuted": _muted,
    "call.recording_changed": _recording,
    "engagement.changed": _changed,
    "chat.said": _said,
    "chat.typing": _typing,
}
