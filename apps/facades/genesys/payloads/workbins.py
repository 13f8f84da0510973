"""Workbins, what they hold, and what is told of them (genesys 10)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from apps.events.catalogue import InteractionSnapshot, WorkbinEvent
from apps.facades.genesys.payloads.interactions import Resource, View, generic, of_medium
from apps.facades.genesys.payloads.links import Links
from apps.facades.genesys.payloads.media import MEDIA, OF_CHANNEL
from apps.queues.models import Workbin

_KINDS = {Workbin.Kind.AGENT: "Agent", Workbin.Kind.GROUP: "AgentGroup", Workbin.Kind.PLACE: "Place"}
# What a list of contents is asked for by, and its key; what never comes has an empty one.
CONTENTS: Mapping[str, str] = {
    **{medium.singular: medium.plural for medium in MEDIA if not medium.is_voice},
    "facebook": "facebook",
    "tweet": "tweets",
    "facebooksession": "facebooksessions",
}
_ACTIONS = {"removed": "ItemRemoved", "added": "ItemAdded", "updated": "ItemUpdated"}
_SUBSCRIPTIONS = {
    "workbin.subscribed": "Subscribed",
    "workbin.unsubscribed": "Unsubscribed",
    "workbin.refused": "RequestFailed",
}


def workbin(of: Workbin, links: Links) -> Resource:
    owner = {"ownerUri": links.uri(f"/users/{of.agent.user.uuid}")} if of.agent else {}
    return {
        "id": str(of.uuid),
        **links.both(f"/workbins/{of.uuid}"),
        "workbinName": of.name,
        "displayName": of.name,
        "type": _KINDS[Workbin.Kind(of.kind)],
        **({"agentGroup": of.team.name} if of.team else {}),
        **owner,
    }


def contents(asked: Iterable[str], views: Iterable[View], links: Links) -> Resource:
    """The items by medium, under one key for each medium that is asked for."""
    found: dict[str, list[Resource]] = {CONTENTS[name]: [] for name in asked}
    for view in views:
        if view.medium.plural in found:
            found[view.medium.plural].append(of_medium(view, links))
    return found


def changed(event_data: Mapping[str, Any], user_id: int, at: datetime, links: Links) -> Iterable[Resource]:
    """What somebody who watches the workbins is told of an interaction that came, went or changed."""
    of: InteractionSnapshot = event_data["interaction"]
    workbins = event_data["changes"].get("workbins", {})
    for word, action in _ACTIONS.items():
        told = workbins.get(word)
        if told and user_id in told["watchers"]:
            yield {
                "messageType": "WorkbinStateChangeMessage",
                "id": told["id"],
                "action": action,
                **({"agentGroup": told["team"]} if told["team"] else {}),
                f"{OF_CHANNEL[of['channel']].singular}StateResourceV2": of_medium(View(of, None, None, at), links),
            }


def subscription(name: str, data: WorkbinEvent, reference: int) -> Resource:
    owner = data["workbin"]["user_uuid"]
    return {
        "messageType": "WorkbinSubscriptionStateChangeMessage",
        "id": data["workbin"]["id"],
        "stateResource": _SUBSCRIPTIONS[name],
        **({"workbinUserId": owner} if owner else {}),
        "referenceId": reference,
    }


def listed(data: WorkbinEvent, at: datetime, links: Links) -> Resource:
    """The answer to GetWorkbinContent (genesys 8.3)."""
    return {
        "messageType": "WorkbinContentMessage",
        "notificationType": "WorkbinContent",
        "workbin": data["workbin"]["id"],
        "interactions": [generic(View(of, None, None, at), links) for of in data["interactions"]],
    }
