"""Every event there is, with what it carries.

An event carries all that a reader needs to tell of it: a message about it is the same whenever it is rendered, today
or at a redelivery, and needs no look at another table. Times are ISO 8601 text.
"""

from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, TypedDict, get_args, get_origin, get_type_hints, is_typeddict


class CallSnapshot(TypedDict):
    """What a telephone system calls the call on a leg, and we."""

    key: str
    uuid: str


class Part(TypedDict):
    """How one agent stands to the interaction after the event."""

    user_id: int
    user_uuid: str
    agent_id: int
    agent_uuid: str
    state: str  # offered, working, wrap_up, ended
    outcome: str | None
    cancel_cause: str | None
    leg: int  # the number of the segment
    cause: str  # why there is that leg: start, transfer, add, ...
    answered_at: str | None
    talk_started_at: str | None
    left_at: str | None
    ended_at: str | None
    deadline_at: str | None
    queue: str | None
    is_muted: bool  # nobody hears the agent on the call
    call: CallSnapshot | None  # on that leg, if a telephone system told of it


class Consult(TypedDict):
    """A colleague is asked in while whoever asked stays."""

    leg: int
    by_agent_id: int
    state: str  # waiting, offered, working
    user_uuid: str | None  # whom it is offered to, or who answered
    name: str | None
    call: CallSnapshot | None


class AttachmentSnapshot(TypedDict):
    id: str
    name: str
    size: int  # bytes
    content_type: str


class MailSnapshot(TypedDict):
    message_id: str
    direction: str
    delivery: str  # received, draft, waiting, sent, failed
    sender: str
    sender_name: str
    to: list[str]
    cc: list[str]
    bcc: list[str]
    subject: str
    text: str
    html: str
    is_automatic: bool
    attachments: list[AttachmentSnapshot]


class ParticipantSnapshot(TypedDict):
    id: str  # on a call, the agent's user's
    kind: str  # customer, agent
    nickname: str
    agent_id: int | None


class InteractionSnapshot(TypedDict):
    """The interaction after the event."""

    id: int
    uuid: str
    name: str
    channel: str
    direction: str | None
    stage: str
    status: str | None
    subject: str | None
    opened_at: str
    customer: str | None
    contact_point: str | None
    contact_id: str | None  # the account, contact or lead who made contact
    parent_id: int | None
    is_draft: bool
    handler_id: int | None
    is_held: bool  # the customer waits on the line
    recording: str | None  # recording or paused, where an agent asked for it
    consult: Consult | None  # who is being asked to take over, until that is completed or called off
    queue: str | None
    workbin: str | None
    user_data: dict[str, Any]
    mail: list[MailSnapshot]  # the newest message of an e-mail; none of anything else
    participants: list[ParticipantSnapshot]  # who is in a chat; which agents are on a call


class InteractionEvent(TypedDict):
    interaction: InteractionSnapshot
    parts: list[Part]  # every agent whom the event concerns
    changes: dict[str, Any]  # what this event tells beyond the state after it


class WorkbinSnapshot(TypedDict):
    id: str
    name: str
    team: str | None  # whose it is, if a team's
    user_uuid: str | None  # whose it is, if an agent's


class WorkbinEvent(TypedDict):
    workbin: WorkbinSnapshot
    interactions: list[InteractionSnapshot]  # what it holds, where that was asked for


class AgentSnapshot(TypedDict):
    id: int
    uuid: str
    user_id: int
    user_name: str  # to sign in with
    name: str


class ChannelSnapshot(TypedDict):
    channel: str
    is_ready: bool
    reason: str | None
    work_mode: str
    cause: str  # agent, supervisor, misses, lease: who or what put it there
    do_not_disturb: bool
    since: str
    capacity: int
    load: int


class AgentEvent(TypedDict):
    agent: AgentSnapshot
    channels: list[ChannelSnapshot]
    changed: str  # session, state, do_not_disturb


class AlertSnapshot(TypedDict):
    id: str
    name: str | None
    description: str | None
    source: str | None
    severity: str | None
    payload: str | None
    event_at: str


class AlertEvent(TypedDict):
    """A service warns of something; it is about no interaction of ours."""

    alert: AlertSnapshot


class JobSnapshot(TypedDict):
    id: str
    kind: str
    title: str
    state: str  # queued, running, done, failed, cancelled
    done: int
    total: int | None
    outcome: str


class JobEvent(TypedDict):
    """Background work that somebody asked for."""

    job: JobSnapshot


class ExportSnapshot(TypedDict):
    what: str
    format: str
    asked: str  # the filters, as a query string
    rows: int | None  # None: not counted
    job: str | None  # the id of the job that made the file, unless it was sent straight away


class ExportEvent(TypedDict):
    """Somebody took data away."""

    export: ExportSnapshot


class NoticeSnapshot(TypedDict):
    text: str
    by: str  # who says so


class NoticeEvent(TypedDict):
    """Somebody tells an agent something at the desk."""

    agent: AgentSnapshot
    notice: NoticeSnapshot


_INTERACTION = """
    engagement.recorded engagement.opened engagement.hung_up engagement.abandoned engagement.closed engagement.reopened
    engagement.changed engagement.deleted engagement.undeleted
    engagement.flagged engagement.unflagged engagement.repaired
    queue.entered queue.moved queue.prioritised queue.withdrawn
    work.offered work.accepted work.rejected work.timed_out work.cancelled work.connected work.left work.completed
    work.transferred work.parked work.pulled work.requeued
    call.held call.resumed call.recording_changed
    call.muted call.unmuted call.monitored call.whispered call.barged_in call.unmonitored
    work.focused work.unfocused script.answered
    transfer.started transfer.completed transfer.cancelled
    participant.added
    transcript.added signal.noticed
    draft.started draft.saved draft.sent draft.cancelled
    mail.received mail.delivered mail.failed mail.attachment_added mail.attachment_removed
    chat.participants_changed chat.said chat.typing chat.history
"""
_WORKBIN = "workbin.subscribed workbin.unsubscribed workbin.refused workbin.listed"
_AGENT = "agent.session_started agent.session_ended agent.state_changed agent.inactivity_warned"
_JOB = "job.started job.cancelled job.ended"

CATALOGUE: dict[str, type] = {
    **dict.fromkeys(_INTERACTION.split(), InteractionEvent),
    **dict.fromkeys(_WORKBIN.split(), WorkbinEvent),
    **dict.fromkeys(_AGENT.split(), AgentEvent),
    "agent.notified": NoticeEvent,
    "alert.raised": AlertEvent,
    **dict.fromkeys(_JOB.split(), JobEvent),
    "data.exported": ExportEvent,
}


class NotInCatalogue(Exception):
    """An operation published what the catalogue does not know: a defect of ours."""


def check(name: str, data: Mapping[str, Any]) -> None:
    """Raise NotInCatalogue unless the name is known and `data` has exactly its fields, at every level."""
    if name not in CATALOGUE:
        raise NotInCatalogue(f"no event {name!r}")
    if problems := list(_problems(data, CATALOGUE[name], name)):
        raise NotInCatalogue("; ".join(problems))


def _problems(value: Any, declared: Any, path: str) -> Iterator[str]:
    parts = [part for part in get_args(declared) if is_typeddict(part)] if isinstance(declared, UnionType) else []
    if parts:  # a nested object or none
        yield from _problems(value, parts[0], path) if value is not None else ()
        return
    plain = dict if is_typeddict(declared) else declared if isinstance(declared, UnionType) else get_origin(declared)
    if not isinstance(value, plain or declared):
        yield f"{path} is {type(value).__name__}"
    elif is_typeddict(declared):
        yield from _field_problems(value, get_type_hints(declared), path)
    elif plain is list:
        for number, item in enumerate(value):
            yield from _problems(item, get_args(declared)[0], f"{path}[{number}]")


def _field_problems(value: Mapping[str, Any], hints: Mapping[str, Any], path: str) -> Iterator[str]:
    for field in value.keys() - hints.keys():
        yield f"{path}.{field} is not declared"
    for field, declared in hints.items():
        if field in value:
            yield from _problems(value[field], declared, f"{path}.{field}")
        else:
            yield f"{path}.{field} is missing"
