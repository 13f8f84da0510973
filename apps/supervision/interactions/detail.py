"""Everything that one interaction's page shows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from django.utils import timezone
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.agents.models import Channel
from apps.common.display import stamp
from apps.common.words import later as _
from apps.directory.names import names_of
from apps.engagements.models import ConversationEntry, EngagementInteraction, MappedState
from apps.events.models import Event
from apps.objects import custom_fields
from apps.objects.records import Record
from apps.reporting.journal import Journal, load_one
from apps.supervision.interactions.export import TRANSCRIPT_FORMS
from apps.supervision.interactions.figures import Figure, figures_of
from apps.supervision.interactions.history import Change, history_of
from apps.supervision.interactions.people import Attendee, Topic, attendees_of, deleted_of, topics_of
from apps.supervision.interactions.previous import Previous, all_of_the_number, previous_of
from apps.supervision.interactions.published import Published, events_of
from apps.supervision.interactions.recordings import calls_of
from apps.supervision.interactions.routing import Routed, routed
from apps.supervision.interactions.signs import channel_icon
from apps.supervision.interactions.spans import Span, spans_of
from apps.supervision.interactions.talk import Talk, talk
from apps.supervision.interactions.timeline import Picture, picture


class Tab(StrEnum):
    ATTENDEES = "attendees"
    TOPICS = "topics"
    CALL = "call"
    JOURNAL = "journal"
    HISTORY = "history"

    @classmethod
    def called(cls, name: str | None) -> Self:
        """The tab of this name; the first, if there is none."""
        return cls(name) if name in set(cls) else cls.ATTENDEES


_TABS = {
    Tab.ATTENDEES: _("Attendees"),
    Tab.TOPICS: _("Topics"),
    Tab.JOURNAL: _("Journal"),
    Tab.HISTORY: _("History"),
}


@dataclass(frozen=True)
class TabLink:
    tab: Tab
    count: int | None
    name: str


@dataclass(frozen=True)
class Fact:
    name: str
    value: Any
    is_number: bool = False  # shown from left to right whatever the language
    leads_to: str = ""
    field: str = ""  # that a person may write where it stands


@dataclass(frozen=True)
class Detail:
    interaction: EngagementInteraction
    heading: str
    channel_icon: str
    zone: str
    is_over: bool
    is_late: bool
    figures: Sequence[Figure]
    spans: Sequence[Span]
    picture: Picture | None
    tab: Tab
    tabs: Sequence[TabLink]
    attendees: Sequence[Attendee]
    topics: Sequence[Topic]
    deleted: Sequence[Record]  # attendees or topics, of the tab that is open
    events: Sequence[Published]
    changes: Sequence[Change]
    talk: Talk | None
    previous: Sequence[Previous]
    exports: Sequence[tuple[str, str]]
    routed: Routed | None
    same_number: str  # the list of all contacts of the number
    record: Sequence[Fact]
    ids: Sequence[Fact]
    data: Sequence[Fact]


def detail(interaction: EngagementInteraction, *, tab: Tab, by: User, asked: Mapping[str, Any]) -> Detail:
    """Reads what the page needs; transcript, events and history only when their tab is open."""
    journal = load_one(interaction)
    spans = spans_of(journal)
    attendees, topics = attendees_of(interaction), topics_of(interaction)
    names = names_of([interaction.initiating_attendee_id, interaction.context_id])
    events = Event.objects.filter(interaction_id=interaction.pk)
    calls = calls_of(interaction)
    heading = _heading(interaction, attendees, names)
    counts = {
        Tab.ATTENDEES: len(attendees),
        Tab.TOPICS: len(topics),
        Tab.CALL: ConversationEntry.objects.filter(interaction=interaction).count(),
        Tab.JOURNAL: events.count(),
    }
    return Detail(
        interaction=interaction,
        heading=heading,
        channel_icon=channel_icon(interaction.channel),
        zone=timezone.get_current_timezone_name(),
        is_over=interaction.mapped_state == MappedState.COMPLETED,
        is_late=any(span.is_late for span in spans),
        figures=figures_of(journal, spans),
        spans=spans,
        picture=picture(journal, spans),
        tab=tab,
        tabs=[TabLink(each, counts.get(each), _tab_name(each, interaction)) for each in Tab],
        attendees=attendees,
        topics=topics,
        deleted=deleted_of(interaction, tab),
        events=events_of(interaction) if tab == Tab.JOURNAL else [],
        changes=history_of(interaction) if tab == Tab.HISTORY else [],
        talk=talk(interaction, journal, calls, customer=heading, count=counts[Tab.CALL], asked=asked)
        if tab == Tab.CALL
        else None,
        previous=previous_of(interaction, by=by),
        exports=list(TRANSCRIPT_FORMS.items()),
        routed=routed(interaction),
        same_number=all_of_the_number(interaction),
        record=[*_record(interaction, journal, names), *_custom(interaction)],
        ids=_ids(interaction, calls),
        data=[Fact(key, _readable(value)) for key, value in interaction.user_data.items()],
    )


def _readable(value: Any) -> Any:
    """Nested data as the JSON that a client sent."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def heading_of(interaction: EngagementInteraction) -> str:
    names = names_of([interaction.initiating_attendee_id])
    return _heading(interaction, attendees_of(interaction), names)


def _heading(interaction: EngagementInteraction, attendees: Sequence[Attendee], names: dict[str, str]) -> str:
    """The customer, by name if it is known, else by number, else the record's own name."""
    known = names.get(interaction.initiating_attendee_id or "")
    outside = next((one.name for one in attendees if one.record.external_attendee_id), None)
    return known or outside or interaction.customer or interaction.phone_number or str(interaction.name)


def _record(interaction: EngagementInteraction, journal: Journal, names: dict[str, str]) -> list[Fact]:
    dispositions = [offer.disposition for offer in journal.offers if offer.disposition]  # the last one counts (M-18)
    who = interaction.initiating_attendee_id
    return [
        Fact(gettext("Owner"), interaction.owner.name, field="OwnerId"),
        Fact(gettext("Handler"), interaction.handler),
        Fact(gettext("Subject"), interaction.subject),
        Fact(gettext("Reason"), interaction.reason, field="Reason"),
        Fact(gettext("Sentiment"), interaction.sentiment, field="Sentiment"),
        Fact(gettext("Disposition"), dispositions[-1] if dispositions else None),
        Fact(gettext("Phone"), interaction.phone_number, is_number=True, field="PhoneNumber"),
        Fact(
            gettext("Address"),
            None if interaction.customer == interaction.phone_number else interaction.customer,
            is_number=True,
        ),
        Fact(gettext("Reached"), interaction.contact_point, is_number=True),
        Fact(gettext("Initiated by"), names.get(who, who) if who else None, field="InitiatingAttendeeId"),
        Fact(gettext("Context"), names.get(interaction.context_id or "", interaction.context_id)),
        Fact(gettext("Verified"), stamp(interaction.attendee_verification_time)),
        Fact(gettext("Started"), stamp(interaction.start_date_time)),
        Fact(gettext("Ended"), stamp(interaction.end_date_time)),
        Fact(gettext("Workbin"), interaction.workbin),
        Fact(gettext("Record type"), interaction.record_type, field="RecordTypeId"),
        Fact(gettext("Answers"), interaction.parent),
    ]


def _custom(interaction: EngagementInteraction) -> list[Fact]:
    """Custom fields in use, under their labels."""
    own = custom_fields.shown("EngagementInteraction", interaction.custom_fields)
    return [Fact(field.label, _shown(value), field=field.api_name) for field, value in own]


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, dict):  # a place
        return ", ".join(str(part) for part in value.values())
    return stamp(value) if isinstance(value, datetime) else value


def _ids(interaction: Any, calls: Sequence[Any]) -> list[Fact]:
    keys = [
        Fact(gettext("Vendor key"), call.vendor_call_key)
        for call in calls
        if call.vendor_call_key and call.vendor_call_key != interaction.external_identifier
    ]
    return [
        Fact(gettext("Salesforce"), interaction.public_id),
        *(Fact(gettext("Voice call"), call.public_id, leads_to=f"?tab=call#leg-{call.pk}") for call in calls),
        Fact(gettext("Genesys"), interaction.genesys_id),
        Fact("CxEngage", interaction.uuid),
        *keys,
        *([Fact(gettext("External"), interaction.external_identifier)] if interaction.external_identifier else []),
    ]


def _tab_name(tab: Tab, interaction: EngagementInteraction) -> str:
    if tab == Tab.CALL:
        return (
            gettext("Call and transcript")
            if interaction.channel in (Channel.VOICE, Channel.VIDEO)
            else gettext("Transcript")
        )
    return str(_TABS[tab])
