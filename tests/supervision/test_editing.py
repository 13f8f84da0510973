"""An interaction, its attendees and its topics are corrected in forms made from their declaration."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.permissions import DEFAULTS, Permission
from apps.accounts.roles import Role
from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewAttendee, NewInteraction, NewTopic, record
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field, define_picklist_value, define_record_type
from apps.queues import operations
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.supervision.conftest import browser_of

OBJECT = "EngagementInteraction"
Kind = CustomFieldKind


class _Fields(HTMLParser):
    """What a browser would send of a form as it stands."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._open = ""
        self._of_form = self._is_text = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag == "form":
            self._of_form = given.get("id") == "record-form"
        if not self._of_form or "name" not in given or "disabled" in given:
            if tag == "option" and self._open and ("selected" in given or self._open not in self.sent):
                self.sent[self._open] = given.get("value", "")
            return
        if tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.sent[given["name"]] = given.get("value", "on" if given.get("type") == "checkbox" else "")
        if tag in ("select", "textarea"):
            self._open = given["name"]
            self._is_text = tag == "textarea"

    def handle_data(self, data: str) -> None:
        if self._open and self._is_text:
            self.sent[self._open] = data.removeprefix("\n")  # which a browser leaves out, and Django puts there

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._open = ""
        self._of_form = self._of_form and tag != "form"


def form_at(client: Client, path: str) -> dict[str, str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return _Fields(answer.content.decode()).sent


def edit(one: EngagementInteraction, what: str = "edit/") -> str:
    return f"/admin/engagements/engagementinteraction/{one.pk}/{what}"


def errors(answer: Any) -> dict[str, str]:
    """What the form says at which field; each is linked to its input."""
    assert answer.status_code == 422
    page, said = answer.content.decode(), answer.context["one"].form.errors
    for name in said:
        if name != "__all__":
            assert 'aria-invalid="true"' in page
            assert f'id="id_{name}_error"' in page
    return {name: " ".join(messages) for name, messages in said.items()}


VALUES: dict[Kind, tuple[Any, dict[str, str], Any]] = {  # what is there, what is typed, what is there then
    Kind.TEXT: ("Galway", {"": "Cork"}, "Cork"),
    Kind.TEXT_AREA: ("one\ntwo", {"": "three"}, "three"),
    Kind.CHECKBOX: (True, {}, False),
    Kind.DATE: ("2026-03-31", {"": "2026-04-01"}, "2026-04-01"),
    Kind.DATE_TIME: ("2026-03-31T12:00:00Z", {"": "2026-03-31T15:30"}, "2026-03-31T13:30:00.000Z"),
    Kind.EMAIL: ("a@b.example", {"": "c@d.example"}, "c@d.example"),
    Kind.PHONE: ("+353 91 567 222", {"": "+44 20 7946 0123"}, "+44 20 7946 0123"),
    Kind.URL: ("https://a.example", {"": ""}, None),
    Kind.NUMBER: (7.5, {"": "8.25"}, 8.25),
    Kind.PERCENT: (80, {"": "90"}, 90),
    Kind.CURRENCY: (120, {"": "0.5"}, 0.5),
    Kind.PICKLIST: ("red", {"": "blue"}, "blue"),
    Kind.GEOLOCATION: (
        {"latitude": 53.25, "longitude": -9.5},
        {"_latitude": "51.5", "_longitude": "-0.125"},
        {"latitude": 51.5, "longitude": -0.125},
    ),
}


def recorded(*own: tuple[str, Any], **values: Any) -> EngagementInteraction:
    values = {"start_date_time": "2026-03-04T10:00:05Z", "communication_channel": "Voice Call", **values}
    draft = NewInteraction(
        values,
        own,
        attendees=[NewAttendee({"external_attendee_id": "003A", "start_date_time": "2026-03-04T10:00:00Z"})],
        topics=[NewTopic({"name": "Card delivery"})],
    )
    return record(draft, by=make_user(Role.INTEGRATION))


@pytest.mark.parametrize("kind", Kind)
def test_a_custom_field_of_every_kind_is_shown_and_written(screens: Client, kind: Kind) -> None:
    field = define_custom_field(OBJECT, "Some__c", kind, scale=2 if kind in (Kind.NUMBER, Kind.CURRENCY) else 0)
    for name in ("red", "blue") if kind == Kind.PICKLIST else ():
        define_picklist_value(OBJECT, "Some__c", name)
    before, typed, after = VALUES[kind]
    one = recorded(("Some__c", before))
    stored = one.custom_fields[field.key]

    sent = form_at(screens, edit(one))
    assert screens.post(edit(one), sent).status_code == 302
    one.refresh_from_db()
    assert one.custom_fields == {"Some__c": stored}  # saved as it stood, nothing was changed

    sent.pop("Some__c", None)
    sent |= {f"Some__c{part}": text for part, text in typed.items()}
    assert screens.post(edit(one), sent).status_code == 302
    one.refresh_from_db()
    assert one.custom_fields == {"Some__c": after}


def test_saving_what_was_not_changed_writes_nothing(screens: Client) -> None:
    one = recorded(
        end_date_time="2026-03-04T10:05:00Z", status="Completed", reason="Two\nlines", is_attendee_verified=True
    )
    stamp = one.system_modstamp
    assert screens.post(edit(one), form_at(screens, edit(one))).status_code == 302
    one.refresh_from_db()
    assert one.system_modstamp == stamp


def test_every_documented_field_that_may_be_written_is_on_the_form(screens: Client, supervisor: User) -> None:
    define_record_type(OBJECT, "Complaint")
    CrmRecord.objects.create(object_name="Contact", record_id="003A", name="María García")
    one = recorded(initiating_attendee_id="003A")
    page = screens.get(edit(one)).content.decode()
    for name in one.sobject.fields.values():  # type: ignore[attr-defined]
        declared, _ = name
        wanted = declared.updateable and declared.api_name != "Duration"
        assert (f'name="{declared.api_name}"' in page) == wanted, declared.api_name
    assert "María García" in page

    sent = form_at(screens, edit(one))
    sent |= {"Status": "In Progress", "Reason": "Cards", "Sentiment": "Negative", "IsAttendeeVerified": "on"}
    sent |= {"EndDateTime": "2026-03-04T11:05:05", "OwnerId": supervisor.public_id, "ContextId": "08pX"}
    sent |= {"PhoneNumber": "020 7946 0991", "ExternalIdentifier": "pbx-9", "InitiatingAttendeeId": ""}
    assert screens.post(edit(one), sent).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.mapped_state, one.duration) == ("In Progress", "InProgress", "00:05:00")
    assert (one.owner, one.phone_key, one.context_id) == (supervisor, "+442079460991", "08pX")
    assert (one.initiating_attendee_id, one.last_modified_by) == (None, supervisor)
    assert one.attendee_verification_time is not None


@pytest.mark.parametrize(
    ("changed", "name", "said"),
    [
        ({"StartDateTime": ""}, "StartDateTime", "required"),
        ({"StartDateTime": "yesterday"}, "StartDateTime", "valid date/time"),
        ({"EndDateTime": "2026-03-04T09:00:00"}, "EndDateTime", "before the start"),
        ({"CommunicationChannel": ""}, "CommunicationChannel", "required"),
        ({"Status": "Escalated"}, "Status", "valid choice"),
        ({"Reason": "x" * 766}, "Reason", "at most 765"),
        ({"Reason": "\x00"}, "Reason", "Null characters"),
        ({"ExternalIdentifier": "taken"}, "ExternalIdentifier", "used by another"),
        ({"OwnerId": "005nobody"}, "OwnerId", "valid choice"),
        ({"Score__c": "many"}, "Score__c", "Enter a number"),
        ({"Score__c": "1000"}, "Score__c", "at most 3 digits"),
        ({"Place__c_latitude": "51"}, "Place__c", "both the latitude"),
        ({"Place__c_latitude": "91", "Place__c_longitude": "0"}, "Place__c", "between -90 and 90"),
        ({"Place__c_latitude": "north", "Place__c_longitude": "0"}, "Place__c", "number of degrees"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(screens: Client, changed: dict[str, str], name: str, said: str) -> None:
    define_custom_field(OBJECT, "Score__c", Kind.NUMBER, precision=3)
    define_custom_field(OBJECT, "Place__c", Kind.GEOLOCATION)
    recorded(external_identifier="taken")
    one = recorded()
    answer = screens.post(edit(one), {**form_at(screens, edit(one)), **changed})
    assert said in errors(answer)[name]
    stamp = one.system_modstamp
    one.refresh_from_db()
    assert one.system_modstamp == stamp


def test_strict_references_are_refused_at_their_field(screens: Client, in_scope: Tenant) -> None:
    one = recorded()
    Tenant.objects.filter(pk=in_scope.pk).update(reference_checking="strict")
    answer = screens.post(edit(one), {**form_at(screens, edit(one)), "ContextId": "no id"})
    assert "takes a record id" in errors(answer)["ContextId"]


def test_a_second_editor_sees_the_difference_and_overwrites_knowingly(screens: Client, in_scope: Tenant) -> None:
    bea = make_user(Role.SUPERVISOR, first_name="Bea", last_name="Moran")
    one = recorded(status="New", reason="Cards", sentiment="Neutral")
    mine, theirs = form_at(screens, edit(one)), form_at(browser_of(bea), edit(one))
    browser_of(bea).post(edit(one), theirs | {"Status": "In Progress", "Reason": "Lost card"})

    answer = screens.post(edit(one), mine | {"Reason": "Stolen card", "Sentiment": "Negative"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Bea Moran" in page
    found = {each.label: (each.was, each.now, each.is_mine) for each in answer.context["one"].differences}
    assert found == {"Status": ("New", "In Progress", False), "Reason": ("Cards", "Lost card", True)}
    one.refresh_from_db()
    assert (one.status, one.reason, one.sentiment) == ("In Progress", "Lost card", "Neutral")

    again = _Fields(page).sent
    assert (again["Status"], again["Reason"], again["Sentiment"]) == ("In Progress", "Stolen card", "Negative")
    assert screens.post(edit(one), again).status_code == 302
    one.refresh_from_db()
    assert (one.status, one.reason, one.sentiment) == ("In Progress", "Stolen card", "Negative")


def test_what_moves_beside_the_form_does_not_stop_it(screens: Client) -> None:
    agent = ready(make_agent())
    one = make_live(make_queue(members=[agent]))
    sent = form_at(screens, edit(one))
    operations.accept(one, by=agent)
    answer = screens.post(edit(one), sent | {"Reason": "Cards"})
    assert {each.label for each in answer.context["one"].differences} == {"Status", "Owner"}

    sent = _Fields(answer.content.decode()).sent
    operations.attach_user_data(one, {"more": "data"}, by=agent)
    assert screens.post(edit(one), sent).status_code == 302
    one.refresh_from_db()
    assert (one.reason, one.stage) == ("Cards", "handled")


def test_completing_a_live_contact_ends_it(screens: Client) -> None:
    agent = ready(make_agent())
    one = make_live(make_queue(members=[agent]))
    operations.accept(one, by=agent)
    assert screens.post(edit(one), form_at(screens, edit(one)) | {"Status": "Completed"}).status_code == 302
    one.refresh_from_db()
    assert (one.stage, one.mapped_state) == ("ended", "Completed")


def test_what_the_page_sends_along_may_be_nonsense(screens: Client) -> None:
    one = recorded()
    sent = form_at(screens, edit(one))
    for nonsense in ("", "no json", "[1]", json.dumps({"Status": {"a": 1}, "Reason": ["x"]})):
        answer = screens.post(edit(one), sent | {"before": nonsense})
        assert answer.status_code in (302, 422)


# Attendees and topics -------------------------------------------------------------------------------------------------


def test_an_attendee_is_added_corrected_deleted_and_brought_back(screens: Client, supervisor: User) -> None:
    one = recorded()
    sent = form_at(screens, edit(one, "attendees/add/"))
    assert (sent["StartDateTime"], sent["OwnerId"]) == ("2026-03-04T11:00:05", supervisor.public_id)
    answer = screens.post(edit(one, "attendees/add/"), sent | {"StartDateTime": ""})
    assert errors(answer)["StartDateTime"].endswith("required.")
    assert "autofocus" in answer.content.decode().partition('name="StartDateTime"')[2].partition(">")[0]
    said = errors(screens.post(edit(one, "attendees/add/"), sent))
    assert "names somebody" in " ".join(said.values())
    sent |= {"InternalAttendeeId": supervisor.public_id, "Role": "Self"}
    answer = screens.post(edit(one, "attendees/add/"), sent)
    assert answer["Location"].endswith("?tab=attendees")
    added = EngagementAttendee.objects.get(internal_attendee=supervisor)
    assert (added.engagement, added.role, added.owner) == (one, "Self", supervisor)

    path = edit(one, f"attendees/{added.pk}/")
    assert screens.post(path, form_at(screens, path) | {"IsVerified": "on", "Role": "OnBehalf"}).status_code == 302
    added.refresh_from_db()
    assert (added.is_verified, added.role) == (True, "OnBehalf")

    assert screens.post(f"{path}remove/", {"to": "delete"}).status_code == 302
    assert not EngagementAttendee.objects.filter(pk=added.pk).exists()
    page = screens.get(edit(one, "change/")).content.decode()
    assert f"Bring {added.name} back" in page
    assert screens.get(path).status_code == 404
    assert screens.post(f"{path}remove/", {"to": "undelete"}).status_code == 302
    assert EngagementAttendee.objects.filter(pk=added.pk).exists()
    assert screens.post(f"{path}remove/", {"to": "undelete"}).status_code == 404


def test_a_topic_is_added_corrected_deleted_and_brought_back(screens: Client, supervisor: User) -> None:
    define_custom_field("EngagementTopic", "Score__c", Kind.NUMBER, is_required=True)
    define_custom_field("EngagementTopic", "Wanted__c", Kind.CHECKBOX, default_value=True)
    define_custom_field("EngagementTopic", "Colour__c", Kind.TEXT, default_value="red")
    one = record(
        NewInteraction({"start_date_time": "2026-03-04T10:00:00Z", "communication_channel": "Web Chat"}), by=supervisor
    )
    sent = form_at(screens, edit(one, "topics/add/"))
    said = errors(screens.post(edit(one, "topics/add/"), sent))
    assert {"Name", "Score__c"} <= said.keys()
    assert (sent.pop("Wanted__c"), sent["Colour__c"]) == ("on", "red")
    sent |= {"Name": "Address change", "Score__c": "3", "ProcessStatus": "Failed", "Colour__c": ""}
    assert screens.post(edit(one, "topics/add/"), sent).status_code == 302
    topic = EngagementTopic.objects.get()
    own = {"Score__c": 3, "Wanted__c": False, "Colour__c": None}
    assert (topic.engagement, topic.custom_fields, topic.process_status) == (one, own, "Failed")

    below = form_at(screens, edit(one, "topics/add/")) | {"Name": "Moving in", "Score__c": "1"}
    screens.post(edit(one, "topics/add/"), below | {"ParentTopicId": topic.public_id})  # type: ignore[attr-defined]
    assert EngagementTopic.objects.get(name="Moving in").parent_topic == topic
    circle = edit(one, f"topics/{topic.pk}/")
    assert topic.public_id not in form_at(screens, circle).values()  # type: ignore[attr-defined]
    child = EngagementTopic.objects.get(name="Moving in")
    answer = screens.post(circle, form_at(screens, circle) | {"ParentTopicId": child.public_id})  # type: ignore[attr-defined]
    assert "ParentTopicId" in errors(answer)
    child.delete()

    path = edit(one, f"topics/{topic.pk}/")
    assert screens.post(path, form_at(screens, path) | {"Name": "Moving house"}).status_code == 302
    assert "Moving house" in screens.get(edit(one, "change/") + "?tab=topics").content.decode()
    screens.post(f"{path}remove/", {"to": "delete"})
    assert not EngagementTopic.objects.exists()
    screens.post(f"{path}remove/", {"to": "undelete"})
    assert EngagementTopic.objects.get().name == "Moving house"


def test_only_parts_of_the_interaction_are_edited_there(screens: Client) -> None:
    one, other = recorded(), recorded()
    foreign = EngagementTopic.objects.get(engagement=other)
    for path in (edit(one, f"topics/{foreign.pk}/"), edit(one, f"attendees/{foreign.pk + 10_000}/")):
        assert screens.get(path).status_code == 404
        assert screens.post(f"{path}remove/", {"to": "delete"}).status_code == 404


def test_another_tenants_contacts_and_other_roles_stay_out(screens: Client, other_tenant: Tenant) -> None:
    with scope(other_tenant):
        theirs = make_live()
    assert screens.get(edit(theirs)).status_code == 404
    assert screens.post(edit(theirs, "attendees/add/"), {}).status_code == 404
    one = recorded()
    for role in (Role.AGENT, Role.INTEGRATION):
        assert browser_of(make_user(role)).post(edit(one), {}).status_code in (302, 403)
    one.refresh_from_db()
    assert one.status is None


def test_records_are_found_by_name_id_and_number(screens: Client) -> None:
    CrmRecord.objects.create(object_name="Contact", record_id="003A", name="María <García>", phone_key="+442079460991")
    CrmRecord.objects.create(object_name="Visit", record_id="0Z5A", name="María's visit")
    look = "/admin/engagements/engagementinteraction/lookup/InitiatingAttendeeId/"
    for typed in ("garc", "003", "020 7946 0991"):
        found = screens.get(look, {"InitiatingAttendeeId": typed}).content.decode()
        assert found == '<option value="003A">María &lt;García&gt; · Contact</option>'
    for typed in ("", "x", "\x00\x00\x00", "nobody"):
        assert screens.get(look, {"InitiatingAttendeeId": typed}).content == b""
    assert screens.get("/admin/engagements/engagementinteraction/lookup/Nothing/", {"Nothing": "garc"}).content == b""


def test_who_sees_numbers_in_part_corrects_the_rest(in_scope: Tenant) -> None:
    granted = sorted(DEFAULTS[Role.SUPERVISOR] - {Permission.PHONE_NUMBERS_READ})
    browser = browser_of(make_user(Role.SUPERVISOR, granted=granted))
    one = make_live(make_queue())
    told = {"phone_number": "+1 415 555 0123", "reason": "Call (415) 555-0123 or 415-555-0123"}
    EngagementInteraction.objects.filter(pk=one.pk).update(**told)
    page = browser.get(edit(one)).content.decode()
    assert ("555" in page, page.count("•••0123")) == (False, 3)
    sent = form_at(browser, edit(one))
    assert "PhoneNumber" not in sent
    assert browser.post(edit(one), sent | {"Sentiment": "Negative"}).status_code == 302
    one.refresh_from_db()
    assert (one.sentiment, one.phone_number, one.reason) == ("Negative", told["phone_number"], told["reason"])
