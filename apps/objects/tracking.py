"""Which changes of a record are kept as history and told in its feed, and the objects that stand for both."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pgtrigger
from django.db import models

from apps.objects import catalogue, registry
from apps.objects.documented import Documented
from apps.objects.registry import READ_ONLY, SObject
from apps.objects.tracked import FeedItem, FeedTrackedChange, FieldChange, Tracking
from apps.objects.tracking_triggers import DEFAULT_HISTORY, TrackChanged, TrackCreated

MOST_TRACKED = 20  # fields of one object, as on the platform
HISTORY_PREFIX, FEED_PREFIX, FEED_CHANGE_PREFIX = "017", "0D5", "0D6"


def tracked(link: str, *, through: str) -> Any:
    """Class decorator: the documented object gets `<Object>History`, `<Object>Feed` and `<Object>ChangeEvent`.

    `link` is the column of theirs that leads to it, `through` the path from them to the interaction (M-25).
    """

    def declare(model: type[models.Model]) -> type[models.Model]:
        sobject = registry.of(model)
        pgtrigger.register(
            TrackCreated(name="track_created", link=link, sobject=sobject),
            TrackChanged(name="track_changed", link=link, sobject=sobject),
        )(model)
        shared: dict[str, Any] = {"where": {f"{link}__isnull": False}, "seen_through": [through]}
        registry.add(
            SObject(
                f"{sobject.name}History",
                FieldChange,
                HISTORY_PREFIX,
                f"{sobject.label} History",
                f"{sobject.label} History",
                calls=READ_ONLY | {"replicate"},
                own_fields=[(link, _parent(sobject, f"{sobject.name}Id"))],
                **shared,
            )
        )
        registry.add(
            SObject(
                f"{sobject.name}Feed",
                FeedItem,
                FEED_PREFIX,
                f"{sobject.label} Feed",
                f"{sobject.label} Feed",
                calls=READ_ONLY | {"replicate", "delete"},
                own_fields=[(link, _parent(sobject, "ParentId"))],
                children={"FeedTrackedChanges": ("FeedTrackedChange", "tracked_changes")},
                **shared,
            )
        )
        registry.add(_change_event(sobject))
        return model

    return declare


def _change_event(sobject: SObject) -> SObject:
    """What subscribers of change events hear: described, and nothing else can be done with it (engagement 4.1)."""
    heard = [
        (column, replace(declared, letters=declared.letters & {"N"})) for declared, column in sobject.fields.values()
    ]
    own = [
        ("replay_id", Documented("ReplayId", "string", frozenset("N"), "Replay ID", 1000)),
        ("header", Documented("ChangeEventHeader", "complexvalue", frozenset(), "Change Event Header")),
    ]
    return SObject(
        f"{sobject.name}ChangeEvent",
        sobject.model,
        "",
        f"{sobject.label} Change Event",
        f"{sobject.label} Change Events",
        calls=frozenset(),
        own_fields=[*own, *heard],
        own_rows=sobject.model._default_manager.none,
    )


def _parent(sobject: SObject, name: str) -> Documented:
    return Documented(
        name,
        "reference",
        frozenset("FGS"),
        f"{sobject.label} ID",
        18,
        references=(sobject.name,),
        relationship=name.removesuffix("Id"),
    )


def tracking_of(object_name: str) -> tuple[Sequence[str], Sequence[str]]:
    """The API names of the fields that the tenant in scope tracks: in the history, in the feed."""
    chosen = Tracking.objects.filter(object_name=object_name).first()
    if chosen is None:
        return DEFAULT_HISTORY.get(object_name, ()), ()
    names = {field.key: field.api_name for field in catalogue.current().fields_of(object_name).values()}
    return [names.get(key, key) for key in chosen.history], [names.get(key, key) for key in chosen.feed]


registry.register(
    "FeedItem",
    FEED_PREFIX,
    "Feed Item",
    calls=READ_ONLY | {"replicate"},
    children={"FeedTrackedChanges": ("FeedTrackedChange", "tracked_changes")},
)(FeedItem)
registry.register(
    "FeedTrackedChange",
    FEED_CHANGE_PREFIX,
    "Feed Tracked Change",
    calls=READ_ONLY,
    where={"feed_item__deleted_at": None},
    seen_through=["feed_item__interaction"],
)(FeedTrackedChange)
