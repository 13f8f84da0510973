"""Who takes part in a contact and how sure that is, and what it is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.accounts.models import User
from apps.agent_desktop.selectors.people import People
from apps.attendees.models import EngagementAttendee, IdentityVerification
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations.verifying import AUTHENTICATION
from apps.tenants.selecting import Select
from apps.topics.models import EngagementTopic

_ATTENDEES = Select(
    lambda interaction: EngagementAttendee.objects.filter(engagement_id=interaction).select_related(
        "internal_attendee"
    ),
    numbers=["interaction"],
)
_ATTEMPTS = Select(
    lambda interaction: (
        IdentityVerification.objects.filter(attendee__engagement_id=interaction)
        .select_related("by")
        .order_by("-at", "-id")
    ),
    numbers=["interaction"],
)


@dataclass(frozen=True)
class Taker:
    """Somebody who takes part; `attempts` to make sure who that is, the latest first."""

    attendee: EngagementAttendee
    name: str
    is_reader: bool
    attempts: Sequence[IdentityVerification] = ()

    @property
    def verified_by(self) -> IdentityVerification | None:
        return next((each for each in self.attempts if each.passed and not _proves(each)), None)

    @property
    def authenticated_by(self) -> IdentityVerification | None:
        return next((each for each in self.attempts if each.passed and _proves(each)), None)

    @property
    def failed(self) -> IdentityVerification | None:
        """What went wrong last, unless it has succeeded since."""
        return self.attempts[0] if self.attempts and not self.attempts[0].passed else None


@dataclass(frozen=True)
class Branch:
    """A topic and how deep it stands below others."""

    topic: EngagementTopic
    depth: int


def takers(interaction: EngagementInteraction, reader: User) -> list[Taker]:
    found = _ATTENDEES(interaction=interaction.pk)
    people = People([], [attendee.external_attendee_id for attendee in found])
    attempts: dict[int, list[IdentityVerification]] = {}
    for attempt in _ATTEMPTS(interaction=interaction.pk) if found else []:
        attempts.setdefault(attempt.attendee_id, []).append(attempt)
    return [_taker(attendee, people, reader, attempts.get(attendee.pk, [])) for attendee in found]


def tree(topics: Sequence[EngagementTopic]) -> list[Branch]:
    """Each topic below the one that it belongs to, if that is here."""
    here = {topic.pk for topic in topics}
    below: dict[int | None, list[EngagementTopic]] = {}
    for topic in topics:
        below.setdefault(topic.parent_topic_id if topic.parent_topic_id in here else None, []).append(topic)
    return list(_branches(below, None, 0))


def _branches(below: dict[int | None, list[EngagementTopic]], parent: int | None, depth: int) -> Iterator[Branch]:
    for topic in below.get(parent, ()):
        yield Branch(topic, depth)
        yield from _branches(below, topic.pk, depth + 1)


def _proves(attempt: IdentityVerification) -> bool:
    return attempt.process_definition == AUTHENTICATION


def _taker(
    attendee: EngagementAttendee, people: People, reader: User, attempts: Sequence[IdentityVerification]
) -> Taker:
    if attendee.external_attendee_id:
        record = people.record(attendee.external_attendee_id)
        return Taker(attendee, record.name if record else attendee.external_attendee_id, False, attempts)
    inside = attendee.internal_attendee
    name = inside.name if inside else attendee.internal_attendee_text or ""
    return Taker(attendee, name, bool(inside and inside.pk == reader.pk), attempts)
