"""Status and the administrator's fields at the desk."""

import json

import pytest

from apps.engagements.models import EngagementInteraction
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field, define_picklist_value
from apps.queues import operations
from tests.agent_desktop.conftest import AtDesk
from tests.builders import make_agent, make_live, make_queue, ready

OBJECT = "EngagementInteraction"


@pytest.fixture
def work(desk: AtDesk) -> EngagementInteraction:
    """A call in conversation, for which an administrator has just thought of more to write down."""
    interaction = desk.offered()
    desk.act(interaction, "accept")
    define_picklist_value(OBJECT, "Status", "Waiting for parts", mapped_state="InProgress")
    define_custom_field(OBJECT, "Branch__c", CustomFieldKind.TEXT, label="Branch office", length=10)
    define_custom_field(OBJECT, "Wanted__c", CustomFieldKind.CHECKBOX, label="Callback wanted")
    define_custom_field(OBJECT, "Place__c", CustomFieldKind.GEOLOCATION, label="Where")
    return interaction


def before(interaction: EngagementInteraction, **shown: object) -> str:
    nothing = {"Status": "In Progress", "Branch__c": "", "Wanted__c": False, "Place__c": [None, None]}
    return json.dumps(nothing | shown)


def test_what_an_administrator_added_is_there_at_once(desk: AtDesk, work: EngagementInteraction) -> None:
    page = desk.look(f"/desk/work/{work.uuid}")
    for shown in ("Waiting for parts", "Branch office", "Callback wanted", "Where"):
        assert shown in page
    given = {"Status": "Waiting for parts", "Branch__c": "Galway", "Wanted__c": "on"}
    given |= {"Place__c_latitude": "53.27", "Place__c_longitude": "-9.05", "before": before(work)}
    assert desk.act(work, "fields", **given).status_code == 303
    work.refresh_from_db()
    assert (work.status, work.mapped_state, work.stage) == ("Waiting for parts", "InProgress", "handled")
    place = {"latitude": 53.27, "longitude": -9.05}
    assert work.custom_fields == {"Branch__c": "Galway", "Wanted__c": True, "Place__c": place}
    assert work.last_modified_by == desk.agent.user
    assert 'value="Galway"' in desk.look(f"/desk/work/{work.uuid}")


def test_a_status_that_stands_for_completed_ends_the_contact(desk: AtDesk, work: EngagementInteraction) -> None:
    desk.act(work, "fields", Status="Completed", before=before(work))
    work.refresh_from_db()
    assert (work.stage, work.mapped_state) == ("ended", "Completed")
    page = desk.look(f"/desk/work/{work.uuid}")
    assert 'id="fields-form"' not in page
    assert "<dt>Status</dt><dd>Completed</dd>" in page


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        ({"Status": "Nothing"}, "Status", "valid choice"),
        ({"Branch__c": "x" * 11}, "Branch__c", "at most 10"),
        ({"Place__c_latitude": "1"}, "Place__c", "both the latitude"),
        ({"Place__c_latitude": "91", "Place__c_longitude": "1"}, "Place__c", "lies between"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept_to_correct(
    scripted: AtDesk, work: EngagementInteraction, given: dict[str, str], name: str, said: str
) -> None:
    typed = {"Status": "In Progress", "Branch__c": "Cork", **given, "before": before(work)}
    answer = scripted.act(work, "fields", open=str(work.uuid), **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in page
    assert said in page
    assert given.get("Branch__c", "Cork") in page
    work.refresh_from_db()
    assert work.custom_fields == {}


def test_somebody_elses_value_is_shown_before_it_is_replaced(desk: AtDesk, work: EngagementInteraction) -> None:
    EngagementInteraction.objects.filter(pk=work.pk).update(custom_fields={"Branch__c": "Cork"})
    typed = {"Status": "Waiting for parts", "Branch__c": "Galway"}
    answer = desk.act(work, "fields", **typed, before=before(work))
    assert answer.status_code == 422
    assert "It became Cork meanwhile" in answer.content.decode()
    work.refresh_from_db()
    assert (work.status, work.custom_fields) == ("In Progress", {"Branch__c": "Cork"})
    assert desk.act(work, "fields", **typed, before=before(work, Branch__c="Cork")).status_code == 303
    work.refresh_from_db()
    assert (work.status, work.custom_fields["Branch__c"]) == ("Waiting for parts", "Galway")


def test_a_field_that_was_left_alone_is_not_written_over(desk: AtDesk, work: EngagementInteraction) -> None:
    EngagementInteraction.objects.filter(pk=work.pk).update(custom_fields={"Branch__c": "Cork"})
    desk.act(work, "fields", Status="Waiting for parts", Branch__c="", before=before(work))
    work.refresh_from_db()
    assert (work.status, work.custom_fields) == ("Waiting for parts", {"Branch__c": "Cork"})


def test_only_who_works_on_it_writes(desk: AtDesk, work: EngagementInteraction) -> None:
    other = ready(make_agent())
    foreign = make_live(make_queue(members=[other]))
    operations.accept(foreign, by=other)
    for interaction in (foreign, desk.offered(channel="chat")):
        desk.act(interaction, "fields", Status="Waiting for parts")
        interaction.refresh_from_db()
        assert interaction.status != "Waiting for parts"
    operations.complete(work, by=desk.agent)
    desk.act(work, "fields", Status="Waiting for parts")
    work.refresh_from_db()
    assert work.status == "Completed"
