"""A generated day becomes rows: record, journal, calls, attendees, topics, links and notes, agents' sessions."""

import random
from typing import Any

from apps.agents.models import AgentSession, AgentStateSpan, Channel, SpanState
from apps.attendees.models import EngagementAttendee
from apps.demo import people
from apps.demo.bulk.centre import Centre, Customer
from apps.demo.bulk.copying import Table, count_interactions, stamp, uuids
from apps.demo.bulk.floor import PAUSE
from apps.demo.bulk.journal import Contact, Duty, Part
from apps.engagements.lifecycle import Stage
from apps.engagements.models import Conversation, Direction, EngagementInteraction, Hook, MappedState, Note
from apps.engagements.vocabulary import channel_value, type_value
from apps.queues.models import Hold, OfferState, Outcome, QueueEntry, Segment, WorkOffer
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import CallDisposition, CallType, VoiceCall

_STAMPS = ("created_date", "created_by_id", "last_modified_date", "last_modified_by_id", "system_modstamp")
_FLAGS = ("Agent", "Queue", "Segment", "Stuck", "Safeguard-terminated")
_BY_NUMBER = (Channel.VOICE, Channel.SMS)
_LINE = "+441632960100"
_ADDRESS = "service@harbour.example"
_TIERS = ("gold", "silver", "tin")


class Writer:
    def __init__(self, centre: Centre, dice: random.Random) -> None:
        self.centre, self.dice, self.uuid = centre, dice, uuids(dice.getrandbits)
        self.channels = {channel: channel_value(channel) for channel in Channel}
        record = ("start_date_time", "end_date_time", "owner_id")
        times = ("opened_at", "closed_at", "stage_since", "customer_left_at", "customer_left_from")
        told = ("communication_channel", "type", "status", "mapped_state", "reason", "sentiment", "stage", "channel")
        who = ("direction", "customer", "contact_point", "phone_number", "phone_key", "initiating_attendee_id")
        rest = ("flow_id", "parent_id", "satisfaction_score", "flag_type", "flagged_at")
        self.interactions = Table(
            EngagementInteraction,
            *("id", "uuid", *_STAMPS, *record, *times, *told, *who, *rest),
            link="interaction",
        )
        self.conversations = Table(Conversation, "id", "interaction_id", "started_at", "ended_at")
        ends = ("started_at", "ended_at")
        self.segments = Table(
            Segment, "id", "uuid", "interaction_id", "number", "cause", "by_agent_id", "to_agent_id", *ends, "end_type"
        )
        stay = ("queue_id", "channel", "entry_type", "entered_at", "waits_since", "length_at_entry", "sla_id")
        self.stays = Table(QueueEntry, "id", "uuid", "interaction_id", "segment_id", *stay, "left_at", "exit_type")
        part = ("queue_entry_id", "agent_id", "session_id", "state", "outcome", "cancel_cause", "disposition_id")
        moments = ("offered_at", "answered_at", "talk_started_at", "left_at", "ended_at")
        self.parts = Table(WorkOffer, "id", "uuid", "interaction_id", "segment_id", *part, *moments)
        self.holds = Table(Hold, "interaction_id", "segment_id", "offer_id", "kind", *ends)
        attended = ("external_attendee_id", "internal_attendee_id", "role", *record)
        self.attendees = Table(EngagementAttendee, "id", *_STAMPS, "engagement_id", *attended, link="attendee")
        process = ("name", "process_name", "process_type", "process_status", "owner_id")
        self.topics = Table(EngagementTopic, "id", *_STAMPS, "engagement_id", *process, link="topic")
        self.calls = _calls()
        self.notes = Table(Note, "uuid", "interaction_id", "agent_id", "title", "body", "created_at")
        linked = ("type", "sub_type", "record_id", "name", "hooked_by", "agent_id", "at")
        self.hooks = Table(Hook, "uuid", "interaction_id", *linked)
        self.sessions = Table(AgentSession, "id", "uuid", "agent_id", *ends, "lease_until")
        self.spans = Table(AgentStateSpan, "agent_id", "session_id", "state", "reason_id", *ends)

    def flush(self, cursor: Any) -> None:
        keys = list(self.interactions.keys)
        for table in vars(self).values():
            if isinstance(table, Table):
                table.flush(cursor)
        count_interactions(cursor, keys)

    # Agents -----------------------------------------------------------------------------------------------------------
    def clock_in(self, duty: Duty) -> None:
        duty.session_key = self.sessions.next_key()

    def clock_out(self, duty: Duty) -> None:
        """The whole session, once it is known when the agent could go."""
        agent, key = self.centre.agents[duty.agent].agent_id, duty.session_key
        goes = max(duty.goes, duty.free_at + 1_000)
        comes, goes_at = stamp(duty.comes), stamp(goes)
        self.sessions.add(key, self.uuid(duty.comes), agent, comes, goes_at, goes_at)
        pause = duty.pause if duty.rested else max(duty.pause, duty.free_at)
        steps: list[tuple[int, SpanState, int | None]] = [
            (duty.comes, SpanState.NOT_READY, None),
            (duty.comes + 20_000, SpanState.READY, None),
        ]
        if pause + PAUSE < goes:
            steps.append((pause, SpanState.NOT_READY, self.centre.reason_id))
            steps.append((pause + PAUSE, SpanState.READY, None))
        for (start, state, reason), end in zip(steps, [*(step[0] for step in steps[1:]), goes], strict=True):
            self.spans.add(agent, key, state, reason, stamp(start), stamp(end))

    # Contacts ---------------------------------------------------------------------------------------------------------
    def add(self, contact: Contact) -> None:
        contact.key = self.interactions.next_key()
        caller = self.centre.customers[contact.customer]
        known = self.dice.random() < 0.8
        taken = [part for part in contact.parts if part.outcome == Outcome.ACCEPTED]
        owner = self.centre.agents[taken[-1].duty.agent].user_id if taken else self.centre.telephony_id
        self._record(contact, caller, owner, known=known)
        conversation = self.conversations.next_key()
        self.conversations.add(conversation, contact.key, stamp(contact.opened), stamp(contact.closed))
        self._journal(contact)
        self._people(contact, taken, caller if known else None)
        if contact.channel == Channel.VOICE:
            self._call(contact, caller, taken, owner, conversation)
        if taken:
            self._written(contact, taken[-1], owner)

    def _record(self, contact: Contact, caller: Customer, owner: int, *, known: bool) -> None:
        by_number, dice = contact.channel in _BY_NUMBER, self.dice
        closed, opened = stamp(contact.closed), stamp(contact.opened)
        ended = contact.customer_left or contact.closed
        flagged = dice.random() < 0.003
        line = self.centre.queues[contact.queue]
        self.interactions.add(
            *(contact.key, self.uuid(contact.opened), opened, self.centre.telephony_id, closed, owner, closed),
            *(_second(contact.opened), _second(ended), owner),
            *(opened, closed, closed, stamp(contact.customer_left), contact.left_from),
            *(self.channels[Channel(contact.channel)], type_value(contact.direction), "Completed"),
            *(MappedState.COMPLETED, dice.choice(people.REASONS)),
            *(dice.choice(("Positive", "Neutral", "Neutral", "Negative")), Stage.ENDED, contact.channel),
            *(contact.direction, caller.phone if by_number else caller.email, _LINE if by_number else _ADDRESS),
            *(caller.phone if by_number else None, caller.phone_key if by_number else None),
            caller.record_id if known else None,
            None if contact.direction == Direction.AGENT_INITIATED else line.flow_id,
            *(contact.parent.key if contact.parent else None, dice.randrange(1, 6) if dice.random() < 0.08 else None),
            *((dice.choice(_FLAGS), closed) if flagged else (None, None)),
        )

    def _journal(self, contact: Contact) -> None:
        agents = self.centre.agents
        for number, leg in enumerate(contact.legs):
            leg.key = self.segments.next_key()
            by, to = (agents[duty.agent].agent_id if duty else None for duty in (leg.by, leg.to))
            times = (stamp(leg.started), stamp(leg.ended), leg.end_type)
            self.segments.add(leg.key, self.uuid(leg.started), contact.key, number, leg.cause, by, to, *times)
        for stay in contact.stays:
            stay.key, line, entered = self.stays.next_key(), self.centre.queues[stay.queue], stamp(stay.entered)
            self.stays.add(
                *(stay.key, self.uuid(stay.entered), contact.key, stay.leg.key, line.queue_id, contact.channel),
                *(stay.entry_type, entered, entered, stay.length, line.sla_id, stamp(stay.left), stay.exit_type),
            )
        for part in contact.parts:
            self._part(contact, part)
        for held in contact.holds:
            where = (contact.key, held.part.leg.key, held.part.key, held.kind)
            self.holds.add(*where, stamp(held.started), stamp(held.ended))

    def _part(self, contact: Contact, part: Part) -> None:
        part.key = self.parts.next_key()
        outcome = None if part.disposition is None else self.centre.dispositions[part.disposition]
        self.parts.add(
            *(part.key, self.uuid(part.offered), contact.key, part.leg.key, part.stay.key if part.stay else None),
            *(self.centre.agents[part.duty.agent].agent_id, part.duty.session_key, OfferState.ENDED),
            *(part.outcome, part.cause, outcome, stamp(part.offered), stamp(part.answered), stamp(part.talked)),
            *(stamp(part.left), stamp(part.ended)),
        )

    def _people(self, contact: Contact, taken: list[Part], caller: Customer | None) -> None:
        if caller:
            end = contact.customer_left or contact.closed
            self._attendee(contact, self.centre.telephony_id, contact.opened, end, external=caller.record_id)
        for part in taken:
            user = self.centre.agents[part.duty.agent].user_id
            self._attendee(contact, user, part.answered, part.left or part.ended, internal=user)

    def _attendee(
        self,
        contact: Contact,
        by: int,
        start: int,
        end: int,
        *,
        external: str | None = None,
        internal: int | None = None,
    ) -> None:
        at = stamp(contact.closed)
        self.attendees.add(
            *(self.attendees.next_key(), at, by, at, by, at, contact.key),
            *(external, internal, "Self" if external else None, _second(start), _second(end), by),
        )

    def _written(self, contact: Contact, part: Part, user: int) -> None:
        """What the last agent leaves behind: a topic, a note, a link, a value that the flow set. Not always."""
        at, chance, agent = stamp(part.left), self.dice.random(), self.centre.agents[part.duty.agent].agent_id
        if chance < 0.3:
            topic = self.dice.choice(people.TOPICS)
            self.topics.add(self.topics.next_key(), at, user, at, user, at, contact.key, *topic, user)
        elif chance < 0.36:
            note = (self.dice.choice(people.REASONS), self.dice.choice(people.CUSTOMER_LINES), at)
            self.notes.add(self.uuid(contact.closed), contact.key, agent, *note)
        elif chance < 0.44:
            case = ("salesforce", "case", f"500AB{contact.key:010}", f"{contact.key % 100_000:08}", "005AB000004qTzR")
            self.hooks.add(self.uuid(contact.closed), contact.key, *case, agent, at)
        elif chance < 0.5:
            value = ("unattachedAttr", "interaction-attribute", self.dice.choice(_TIERS), "tier", "flow")
            self.hooks.add(self.uuid(contact.closed), contact.key, *value, None, at)

    def _call(self, contact: Contact, caller: Customer, taken: list[Part], owner: int, conversation: int) -> None:
        opened, end = contact.opened, contact.customer_left or contact.closed
        inbound = contact.direction == Direction.INBOUND
        kind = CallType.INBOUND if inbound else CallType.CALLBACK if contact.parent else CallType.OUTBOUND
        ends = (caller.phone, _LINE) if inbound else (_LINE, caller.phone)
        first = taken[0] if taken else None
        held = [each.ended - each.started for each in contact.holds]
        start, stop = _second(opened), _second(end)
        self.calls.add(
            *(self.calls.next_key(), self.uuid(opened), start, owner, stop, owner, stop),
            *(contact.key, contact.legs[0].key, conversation, self.centre.call_center_id, kind),
            *(start, _second(first.answered) if first else None, _second(first.talked) if first else None, stop),
            *((end - opened) // 1000, CallDisposition.COMPLETED, *ends, owner),
            *(f"history-{contact.key}", self.centre.queues[contact.queue].name),
            *(len(held), sum(held) // 1000, max(held, default=0) // 1000, "t"),
        )


def _calls() -> Table:
    where = ("interaction_id", "segment_id", "conversation_id", "call_center_id", "call_type")
    times = ("call_start_date_time", "call_accept_date_time", "call_connect_date_time", "call_end_date_time")
    ends = ("call_duration_in_seconds", "call_disposition", "from_phone_number", "to_phone_number", "owner_user_id")
    held = ("number_of_holds", "customer_hold_duration", "longest_hold_duration", "from_telephony")
    keys = ("vendor_call_key", "queue_name")
    return Table(VoiceCall, "id", "uuid", *_STAMPS, *where, *times, *ends, *keys, *held, link="voice_call")


def _second(at: int | None) -> str | None:
    """Documented times hold whole seconds."""
    return None if at is None else stamp(at // 1000 * 1000)
