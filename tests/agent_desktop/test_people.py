"""Who takes part, whether that is sure, and what it is about, at the desk."""

import json

import pytest

from apps.attendees.models import EngagementAttendee, IdentityVerification, VerificationProcess
from apps.attendees.operations import configure
from apps.common.errors import Invalid
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.objects import registry
from apps.topics.models import EngagementTopic
from tests.agent_desktop.conftest import AtDesk
from tests.builders import make_user

CONTACT = "003000000000001AAA"


@pytest.fixture
def work(desk: AtDesk) -> EngagementInteraction:
    """A call that the agent has accepted, of a customer whom the directory knows."""
    CrmRecord.objects.create(object_name="Contact", record_id=CONTACT, name="Hannelore Wolkenstein")
    interaction = desk.offered()
    desk.act(interaction, "accept")
    return interaction


@pytest.fixture
def attendee(desk: AtDesk, work: EngagementInteraction) -> EngagementAttendee:
    desk.act(work, "person", ExternalAttendeeId=CONTACT, Role="Self", panel="person", item="")
    return EngagementAttendee.objects.get(external_attendee_id=CONTACT)


def test_people_are_found_by_name_and_added(
    desk: AtDesk, work: EngagementInteraction, attendee: EngagementAttendee
) -> None:
    found = desk.client.get("/desk/people", {"typed": "wolken"}).content.decode()
    assert CONTACT in found
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "Hannelore Wolkenstein" in page
    assert "Not verified" in page
    desk.act(work, "drop_person", item=str(attendee.pk))
    assert not EngagementAttendee.objects.filter(external_attendee_id=CONTACT).exists()
    assert desk.act(work, "drop_person", item=str(attendee.pk)).status_code == 303  # again: said, not broken


def test_verification_says_who_when_and_by_which_means(
    desk: AtDesk, work: EngagementInteraction, attendee: EngagementAttendee
) -> None:
    EngagementInteraction.objects.filter(pk=work.pk).update(initiating_attendee_id=CONTACT)
    form = desk.look(f"/desk/work/{work.uuid}?panel=verify&item={attendee.pk}")
    assert "By which means" in form
    assert desk.act(work, "verify", item=str(attendee.pk), result="passed", panel="verify").status_code == 422
    desk.act(work, "verify", item=str(attendee.pk), means=["Date of birth"], result="failed", panel="verify")
    assert "Failed" in desk.look(f"/desk/work/{work.uuid}")
    given = {"means": ["Full name", "Date of birth"], "other": "policy number", "result": "passed", "panel": "verify"}
    desk.act(work, "verify", item=str(attendee.pk), **given)
    desk.act(work, "verify", item=str(attendee.pk), step="authenticate", means=["Telephone PIN"], result="passed")
    attendee.refresh_from_db()
    work.refresh_from_db()
    assert (attendee.is_verified, attendee.is_authenticated) == (True, True)
    assert (work.is_attendee_verified, work.is_attendee_authenticated) == (True, True)
    assert attendee.verification_time == work.attendee_verification_time
    assert [each.passed for each in IdentityVerification.objects.order_by("id")] == [False, True, True]
    page = desk.look(f"/desk/work/{work.uuid}")
    assert "by you: <bdi>Full name, Date of birth, policy number</bdi>" in page
    assert "by <bdi>Telephone PIN</bdi>" in page
    assert desk.agent.user.pk in Event.objects.filter(interaction_id=work.pk).latest("id").audience


def test_a_process_says_what_is_asked_and_how_much_must_match(
    desk: AtDesk, work: EngagementInteraction, attendee: EngagementAttendee
) -> None:
    admin = make_user("admin")
    asks = {"must": "Full name\nDate of birth", "further": "Phone\nPostal code, or town", "least": 1}
    with pytest.raises(Invalid):
        configure(VerificationProcess(name="Nothing"), by=admin)
    configure(process := VerificationProcess(name="Account search", **asks), by=admin)
    form = desk.look(f"/desk/work/{work.uuid}?panel=verify&item={attendee.pk}")
    assert all(said in form for said in ("Account search", "Postal code, or town"))
    given = {"item": str(attendee.pk), "process": str(process.pk), "result": "passed", "panel": "verify"}
    refused = desk.act(work, "verify", means=["Full name", "Phone"], **given)
    assert "Has to match, too: Date of birth" in refused.content.decode()
    desk.act(work, "verify", means=["Full name", "Date of birth", "Postal code, or town"], **given)
    attempt = IdentityVerification.objects.get()
    assert (attempt.passed, attempt.process_definition) == (True, "Account search")


def test_topics_stand_below_each_other_with_process_and_status(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "topic", Name="Motor claim", ProcessStatus="Initiated", panel="topic", item="")
    top = EngagementTopic.objects.get()
    given = {
        "Name": "Assessor",
        "ParentTopicId": registry.of(top).id_of(top.pk),
        "ProcessName": "Book",
        "ProcessStatus": "Failed",
    }
    desk.act(work, "topic", **given, panel="topic", item="")
    below = EngagementTopic.objects.get(name="Assessor")
    assert below.parent_topic == top
    page = desk.look(f"/desk/work/{work.uuid}")
    assert 'data-depth="1"' in page
    assert "“Book”" in page
    assert "Motor claim" in desk.look(f"/desk/work/{work.uuid}?panel=topic&item={below.pk}")

    before = json.dumps({"Name": "Assessor", "ProcessStatus": "Failed"})
    EngagementTopic.objects.filter(pk=below.pk).update(process_status="Cancelled")
    given |= {"ProcessStatus": "Completed", "before": before, "panel": "topic", "item": str(below.pk)}
    refused = desk.act(work, "topic", **given)
    assert refused.status_code == 422
    assert "It became Cancelled meanwhile" in refused.content.decode()
    desk.act(work, "topic", **{**given, "before": before.replace("Failed", "Cancelled")})
    below.refresh_from_db()
    assert below.process_status == "Completed"


@pytest.mark.parametrize(
    ("act", "given", "name"),
    [
        ("topic", {"Name": ""}, "Name"),
        ("topic", {"Name": "x" * 256}, "Name"),
        ("topic", {"Name": "ok", "ProcessStatus": "Nonsense"}, "ProcessStatus"),
        ("person", {"ExternalAttendeeId": ""}, "ExternalAttendeeId"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    scripted: AtDesk, work: EngagementInteraction, act: str, given: dict[str, str], name: str
) -> None:
    answer = scripted.act(work, act, panel=act, item="", open=str(work.uuid), **given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'id="id_{name}_error"' in page
    assert 'id="panel"' in page


def test_parts_of_other_contacts_are_out_of_reach(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "topic", Name="Motor claim", panel="topic", item="")
    topic = EngagementTopic.objects.get()
    other = desk.offered(channel="chat")
    desk.act(other, "accept")
    for item in (str(topic.pk), "0", "x", "9" * 30):
        desk.act(other, "topic", Name="Mine now", panel="topic", item=item)
        desk.act(other, "drop_topic", item=item)
    topic.refresh_from_db()
    assert topic.name == "Motor claim"
