"""The triggers that keep changed fields and tell them in feeds.

Triggers, as those that keep versions: bulk writes and raw SQL are caught too, and what was tracked at the time decides.
"""

from collections.abc import Sequence
from typing import Any

import pgtrigger
from django.db import models

from apps.objects.columns import Column, documented_column
from apps.objects.registry import SObject

# C-06; a call's are ours.
DEFAULT_HISTORY = {
    "EngagementInteraction": ("Status", "MappedState", "OwnerId", "IsAttendeeVerified", "EndDateTime"),
    "EngagementAttendee": ("IsVerified",),
    "EngagementTopic": ("ProcessStatus",),
    "VoiceCall": ("CallDisposition", "OwnerId"),
}
_STAMPS = {"created_date", "created_by", "last_modified_date", "last_modified_by", "system_modstamp", "is_deleted"}
_DATA_TYPES = {
    "string": "Text",
    "picklist": "DynamicEnum",
    "reference": "EntityId",
    "boolean": "Boolean",
    "datetime": "DateTime",
    "date": "DateOnly",
    "phone": "Phone",
    "email": "Email",
    "url": "Url",
    "int": "Double",
    "double": "Double",
    "currency": "Currency",
    "percent": "Percent",
    "textarea": "MultiLineText",
    "location": "Location",
}


def trackable(sobject: SObject) -> Sequence[Column]:
    """The documented fields that can be tracked: all but the id, the number and the stamps."""
    return [
        documented_column(sobject, declared, column)
        for declared, column in sobject.fields.values()
        if "A" not in declared.letters and column not in _STAMPS
    ]


class _Track(pgtrigger.Trigger):
    """`link` is the column of the written rows that leads to the record."""

    when = pgtrigger.After

    def __init__(self, *, link: str, sobject: SObject, **options: Any) -> None:
        self.link = link
        self.sobject = sobject
        super().__init__(**options)

    @property
    def default(self) -> str:
        """The tracked fields of a tenant that chose none, as PostgreSQL writes an array."""
        return "{" + ",".join(DEFAULT_HISTORY.get(self.sobject.name, ())) + "}"


class TrackCreated(_Track):
    """A record's history begins with a row that says so, unless nothing of it is tracked."""

    level = pgtrigger.Statement
    operation = pgtrigger.Insert
    referencing = pgtrigger.Referencing(new="new_values")

    def get_func(self, model: type[models.Model]) -> str:
        return f"""
            INSERT INTO objects_fieldchange
                (tenant_id, {self.link}_id, field, created_by_id, created_date, system_modstamp)
            SELECT made.tenant_id, made.id, 'created', made.created_by_id, made.created_date, made.system_modstamp
            FROM new_values made LEFT JOIN objects_tracking chosen
                ON chosen.tenant_id = made.tenant_id AND chosen.object_name = '{self.sobject.name}'
            WHERE coalesce(chosen.history, '{self.default}') <> '{{}}'
            ORDER BY made.id;
            RETURN NULL;
        """


class TrackChanged(_Track):
    """One row for each tracked field that got another value, and for the feed one entry that tells them all."""

    level = pgtrigger.Row
    operation = pgtrigger.Update

    def get_condition(self, model: type[models.Model]) -> Any:
        columns = {name for column in trackable(self.sobject) for name in _columns(column)}
        differ = (f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in sorted(columns))
        return pgtrigger.Condition(" OR ".join([*differ, *_ALWAYS]))

    def get_declare(self, model: type[models.Model]) -> list[tuple[str, str]]:
        return [
            ("history", "text[]"),
            ("feed", "text[]"),
            ("who", "bigint"),
            ("changed_at", "timestamptz := now()"),
            ("names", "text[] := '{}'"),
            ("keys", "text[] := '{}'"),
            ("kinds", "text[] := '{}'"),
            ("was", "jsonb[] := '{}'"),
            ("became", "jsonb[] := '{}'"),
            ("own", "record"),
            ("item", "bigint"),
        ]

    def get_func(self, model: type[models.Model]) -> str:
        named = self.sobject.name
        compared = "".join(_compare(column) for column in trackable(self.sobject))
        return f"""
            IF NEW.system_modstamp <> OLD.system_modstamp THEN changed_at := NEW.system_modstamp; END IF;
            IF NEW.last_modified_date <> OLD.last_modified_date THEN who := NEW.last_modified_by_id; END IF;
            IF (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL) THEN
                UPDATE objects_fieldchange SET deleted_at = NEW.deleted_at, system_modstamp = changed_at
                    WHERE {self.link}_id = NEW.id AND deleted_at IS NOT DISTINCT FROM OLD.deleted_at;
                UPDATE objects_feeditem SET deleted_at = NEW.deleted_at, system_modstamp = changed_at
                    WHERE {self.link}_id = NEW.id AND deleted_at IS NOT DISTINCT FROM OLD.deleted_at;
            END IF;
            {compared}
            SELECT chosen.history, chosen.feed INTO history, feed FROM objects_tracking chosen
                WHERE chosen.tenant_id = NEW.tenant_id AND chosen.object_name = '{named}';
            history := coalesce(history, '{self.default}');
            feed := coalesce(feed, '{{}}');
            FOR own IN SELECT defined.api_name, defined.key, defined.kind FROM objects_customfield defined
                WHERE OLD.custom_fields IS DISTINCT FROM NEW.custom_fields AND defined.tenant_id = NEW.tenant_id
                    AND defined.object_name = '{named}' AND defined.key = ANY (history || feed)
                ORDER BY defined.position, defined.id
            LOOP
                IF OLD.custom_fields -> own.key IS DISTINCT FROM NEW.custom_fields -> own.key THEN
                    names := names || own.api_name::text;
                    keys := keys || own.key::text;
                    kinds := kinds || CASE own.kind {_kinds()} END;
                    was := array_append(was, objects_custom_value(own.kind, OLD.custom_fields -> own.key));
                    became := array_append(became, objects_custom_value(own.kind, NEW.custom_fields -> own.key));
                END IF;
            END LOOP;
            INSERT INTO objects_fieldchange (tenant_id, {self.link}_id, field, data_type, old_value, new_value,
                    created_by_id, created_date, system_modstamp)
                SELECT NEW.tenant_id, NEW.id, changed.name, changed.kind, changed.was, changed.became,
                    who, changed_at, changed_at
                FROM unnest(names, keys, kinds, was, became) AS changed (name, key, kind, was, became)
                WHERE changed.key = ANY (history);
            IF keys && feed THEN
                INSERT INTO objects_feeditem (tenant_id, {self.link}_id, type,
                        created_by_id, created_date, last_modified_date, system_modstamp)
                    VALUES (NEW.tenant_id, NEW.id, 'TrackedChange', who, changed_at, changed_at, changed_at)
                    RETURNING id INTO item;
                INSERT INTO objects_feedtrackedchange (tenant_id, feed_item_id, field_name, old_value, new_value)
                    SELECT NEW.tenant_id, item, '{named}.' || changed.name, changed.was, changed.became
                    FROM unnest(names, keys, was, became) AS changed (name, key, was, became)
                    WHERE changed.key = ANY (feed);
            END IF;
            RETURN NULL;
        """


_ALWAYS = (
    'OLD."custom_fields" IS DISTINCT FROM NEW."custom_fields"',
    'OLD."deleted_at" IS DISTINCT FROM NEW."deleted_at"',
)


def _kinds() -> str:
    return " ".join(f"WHEN '{kind}' THEN '{name}'" for kind, name in _DATA_TYPES.items())


def _columns(column: Column) -> Sequence[str]:
    """The database's columns behind a field."""
    return list(column.reads)


def _compare(column: Column) -> str:
    differ = " OR ".join(f'OLD."{name}" IS DISTINCT FROM NEW."{name}"' for name in _columns(column))
    return f"""
            IF {differ} THEN
                names := names || '{column.name}'::text;
                keys := keys || '{column.name}'::text;
                kinds := kinds || '{_DATA_TYPES[column.declared.type]}'::text;
                was := array_append(was, {_value("OLD", column)});
                became := array_append(became, {_value("NEW", column)});
            END IF;"""


def _value(row: str, column: Column) -> str:
    """The value as the object API shows it; of a long text only that it changed is kept, as on the platform."""
    if column.links or column.texts:
        ids = [f"objects_public_id('{prefix}', {row}.\"{name}\")" for name, prefix in column.links]
        texts = [f'{row}."{name}"' for name in column.texts]
        return f"to_jsonb(coalesce({', '.join([*ids, *texts])}))"
    if column.declared.type == "textarea":
        return "NULL::jsonb"
    if column.declared.type == "datetime":
        return f'to_jsonb(objects_public_time({row}."{column.path}"))'
    return f'to_jsonb({row}."{column.path}")'
