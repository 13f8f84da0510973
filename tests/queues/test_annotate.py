"""What is written down beside a contact."""

from typing import Any

import pytest

from apps.common.errors import Invalid, NotAllowed, NotFound
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import operations
from tests.builders import make_agent, make_live, make_queue, ready

pytestmark = pytest.mark.usefixtures("in_scope")


def test_the_subject_is_changed_and_told() -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    operations.accept(live, by=agent)
    operations.set_subject(live, "Meter", by=agent)
    assert EngagementInteraction.objects.get().subject == "Meter"
    event = Event.objects.latest("id")
    assert event.name == "engagement.changed"
    assert event.data["changes"] == {"subject": "Meter"}
    assert event.data["parts"][0]["user_uuid"] == str(agent.user.uuid)
    assert event.data["parts"][0]["answered_at"]


@pytest.mark.parametrize("subject", ["x" * 256, "a\x00b"])
def test_a_subject_that_cannot_be_kept_is_refused(subject: str) -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    operations.accept(live, by=agent)
    with pytest.raises(Invalid):
        operations.set_subject(live, subject, by=agent)


def test_only_who_works_may_say_what_it_is_about() -> None:
    agent, other = ready(make_agent()), ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    with pytest.raises(NotAllowed):
        operations.set_subject(live, "Meter", by=agent)
    operations.accept(live, by=agent)
    with pytest.raises(NotFound):
        operations.set_subject(live, "Meter", by=other)


@pytest.mark.parametrize("pairs", [{"a": "\x00"}, {"a": float("inf")}, {"\ud800": 1}])
def test_user_data_that_cannot_be_kept_is_refused(pairs: dict[str, Any]) -> None:
    agent = ready(make_agent())
    live = make_live(make_queue(members=[agent]))
    operations.accept(live, by=agent)
    with pytest.raises(Invalid):
        operations.attach_user_data(live, pairs, by=agent)
