"""The documented properties of the Connect resource, our columns behind them, and since when each is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

OLDEST, NEWEST = 55, 67  # C-18


@dataclass(frozen=True)
class Property:
    """One property. `shown_since` differs where input and output pages print different versions (7.2)."""

    name: str
    column: str
    since: int = 55
    shown_since: int = 0
    aliases: Mapping[str, str] = field(default_factory=dict)  # spellings of other pages (5.6)

    @property
    def visible_since(self) -> int:
        return max(self.since, self.shown_since)


@dataclass(frozen=True)
class Kind:
    """An interaction, attendee or topic as Connect has it."""

    properties: Sequence[Property]
    ignored: frozenset[str]  # printed as required, known only after the create (C-20)
    parts: frozenset[str] = frozenset()  # what is no plain value

    def readable(self, version: int) -> Mapping[str, Property]:
        return {each.name: each for each in self.properties if each.since <= version}

    def read_apart(self, version: int) -> frozenset[str]:
        """Names that are no plain values and yet not unknown."""
        return self.ignored | self.parts | ({CUSTOM_FIELDS} if version >= CUSTOM_FIELDS_SINCE else frozenset())

    def visible(self, version: int) -> Sequence[Property]:
        return [each for each in self.properties if each.visible_since <= version]

    def name_of(self, column: str) -> str:
        return next((each.name for each in self.properties if each.column == column), column)


CUSTOM_FIELDS = "customFieldsList"
CUSTOM_FIELDS_SINCE = 56
_CHILD = frozenset({"id", "engagementInteractionId"})

INTERACTION = Kind(
    [
        Property("attendeeAuthenticated", "is_attendee_authenticated"),
        Property("attendeeVerificationTime", "attendee_verification_time"),
        Property("attendeeVerified", "is_attendee_verified"),
        Property("communicationChannel", "communication_channel", aliases={"In-Person": "In Person"}),
        Property("contextId", "context_id"),
        Property("endDateTime", "end_date_time"),
        Property("externalIdentifierId", "external_identifier"),
        Property("initiatingAttendeeId", "initiating_attendee_id"),
        Property("phoneNumber", "phone_number", 57),
        Property("reason", "reason", 56),
        Property("sentiment", "sentiment"),
        Property("startDateTime", "start_date_time"),
        Property("status", "status"),
        Property("type", "type", aliases={"Inbound Interaction": "Inbound", "Outbound Interaction": "Outbound"}),
    ],
    frozenset({"id"}),
    frozenset({"mappedState", "engagementAttendees", "engagementTopics"}),
)
ATTENDEE = Kind(
    [
        Property("endDateTime", "end_date_time"),
        Property("externalAttendeeId", "external_attendee_id"),
        Property("internalAttendeeId", "internal_attendee"),
        Property("isAuthenticated", "is_authenticated", shown_since=56),
        Property("isVerified", "is_verified", shown_since=56),
        Property("ownerId", "owner"),
        Property("role", "role", shown_since=56),
        Property("startDateTime", "start_date_time"),
        Property("verificationTime", "verification_time", shown_since=56),
    ],
    _CHILD,
)
TOPIC = Kind(
    [
        Property("interactionSummary", "interaction_summary", 56),
        Property("name", "name"),
        Property("ownerId", "owner"),
        Property("parentTopicId", "parent_topic"),
        Property("processFailureReason", "process_failure_reason"),
        Property("processName", "process_name"),
        Property("processStatus", "process_status", aliases={"Canceled": "Cancelled"}),
        Property("processType", "process_type"),
        Property("relatedPersonId", "related_person_id"),
        Property("topicId", "topic_id"),
    ],
    _CHILD,
)
STATES = {"New": "New", "InProgress": "InProgress", "In Progress": "InProgress", "Completed": "Completed"}  # C-09
