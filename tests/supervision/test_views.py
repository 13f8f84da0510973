"""Lists as their readers want them: filters of any field, columns, and views with a name."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.permissions import DEFAULTS, Permission
from apps.accounts.roles import Role
from apps.attendees.models import EngagementAttendee
from apps.directory.models import CrmRecord
from apps.engagements.field_filters import field_filters
from apps.engagements.lists import LISTS
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewAttendee, NewInteraction, NewTopic, record
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field, define_picklist_value
from apps.saved_views.models import SavedView
from apps.tenants.models import Tenant
from apps.topics.models import EngagementTopic
from tests.builders import make_user
from tests.supervision.conftest import browser_of

LIST = "/admin/engagements/engagementinteraction/"
OBJECT = "EngagementInteraction"
Page = Callable[..., str]


def recorded(by: User, *own: tuple[str, Any], **values: Any) -> EngagementInteraction:
    values = {"start_date_time": "2026-03-04T10:00:05Z", "communication_channel": "Voice Call", **values}
    attendee = NewAttendee({"external_attendee_id": "003A", "start_date_time": "2026-03-04T10:00:00Z"})
    return record(NewInteraction(values, own, attendees=[attendee], topics=[NewTopic({"name": "Cards"})]), by=by)


def names(html: str) -> list[str]:
    return re.findall(r'rowheader"><(?:a|bdi)[^>]*>([^<]+)</', html)


def headings(html: str) -> list[str]:
    return re.findall(r'columnheader"[^>]*>([^<]+)</th>', html)


OWN = {  # the tenant's own field, what one record has there, what finds it, what does not
    CustomFieldKind.TEXT: ("Galway", {"": "galw"}, {"": "Cork"}),
    CustomFieldKind.NUMBER: (7, {"_min": "7", "_max": "8"}, {"_min": "8"}),
    CustomFieldKind.CHECKBOX: (True, {"": "true"}, {"": "false"}),
    CustomFieldKind.DATE: ("2026-03-31", {"_from": "2026-03-31", "_to": "2026-03-31"}, {"_to": "2026-03-30"}),
    CustomFieldKind.DATE_TIME: ("2026-03-31T22:30:00Z", {"_from": "2026-04-01"}, {"_to": "2026-03-31"}),
    CustomFieldKind.PICKLIST: ("red", {"": "red"}, {"": "-"}),
}


def test_every_field_that_may_be_filtered_by_finds_what_says_so(page: Page, supervisor: User) -> None:
    """Days are those of Berlin, numbers are written in any form, people are found by their names."""
    for kind in OWN:
        define_custom_field(OBJECT, f"{kind.name}__c", kind)
    define_picklist_value(OBJECT, "PICKLIST__c", "red")
    CrmRecord.objects.create(object_name="Contact", record_id="003A", name="María García")
    own = [(f"{kind.name}__c", value) for kind, (value, _, _) in OWN.items()]
    values = {"phone_number": "020 7946 0991", "reason": "Lost card", "is_attendee_verified": True}
    one = recorded(supervisor, *own, **values, initiating_attendee_id="003A", type="Inbound", external_identifier="x-9")
    other = recorded(supervisor, start_date_time="2026-03-05T23:30:00Z")  # the 6th in Berlin

    asked = [
        ({"Reason": "lost"}, one),
        ({"ExternalIdentifier": "x-9"}, one),
        ({"PhoneNumber": "+44 20 7946 0991"}, one),
        ({"InitiatingAttendeeId": "garcía"}, one),
        ({"InitiatingAttendeeId": "003A"}, one),
        ({"IsAttendeeVerified": "false"}, other),
        ({"Type": "-"}, other),
        ({"StartDateTime_from": "2026-03-06"}, other),
        ({"StartDateTime_to": "2026-03-05"}, one),
        *(({f"{kind.name}__c{end}": text for end, text in found.items()}, one) for kind, (_, found, _) in OWN.items()),
        *(({f"{kind.name}__c{end}": text for end, text in not_.items()}, other) for kind, (_, _, not_) in OWN.items()),
    ]
    for filters, expected in asked:
        found = names(page(LIST, **filters))
        if expected is one or other.name in found:
            assert found == [expected.name], filters
        else:
            assert found == [], filters
    assert len(names(page(LIST, OwnerId=supervisor.last_name[:4]))) == 2
    assert len(names(page(LIST, OwnerId=supervisor.public_id))) == 2
    assert "A filter could not be read" in page(LIST, StartDateTime_from="soon")


@pytest.mark.parametrize("name", LISTS)
def test_what_is_documented_as_filterable_is_on_the_screen(screens: Client, name: str) -> None:
    listed = LISTS[name]
    html = screens.get(list_of(name)).content.decode()
    covered = {"Id", *listed.filterset.without}
    for declared, _ in listed.sobject.fields.values():
        if declared.filterable and declared.api_name not in covered:
            assert re.search(rf'name="{declared.api_name}(_from|_min)?"', html), declared.api_name
    assert len(field_filters(listed.sobject)) > 10


def list_of(name: str) -> str:
    return f"/admin/{LISTS[name].sobject.model._meta.label_lower.replace('.', '/')}/"


def test_three_spellings_of_one_number_find_the_caller(page: Page, supervisor: User) -> None:
    one = recorded(supervisor, phone_number="+44 20 7946 0991")
    recorded(supervisor, phone_number="+44 20 7946 0992")
    CrmRecord.objects.create(object_name="Contact", record_id="003A", name="María", phone_key="+442079460991")
    for spelling in ("020 7946 0991", "+442079460991", "(020) 7946-0991"):
        assert names(page(LIST, q=spelling)) == [one.name]
        assert len(names(page(list_of("attendees"), q=spelling))) == 3  # María took part in both, an agent in one


def test_attendees_topics_and_calls_have_lists_of_their_own(page: Page, supervisor: User, screens: Client) -> None:
    CrmRecord.objects.create(object_name="Contact", record_id="003A", name="<María>")
    one = recorded(supervisor)
    attendees = page(list_of("attendees"), q="maría")
    assert names(attendees) == [EngagementAttendee.objects.get(external_attendee_id="003A").name]
    assert "&lt;María&gt;" in attendees
    for named in (names(attendees)[0], names(attendees)[0].replace("-", "").lower()):
        assert names(page(list_of("attendees"), q=named)) == names(attendees)
    assert len(names(page(list_of("attendees"), q=one.name))) == 2  # all who took part
    assert len(names(page(list_of("attendees"), q=supervisor.last_name[:5]))) == 1
    assert f"{LIST}{one.pk}/attendees/" in attendees
    topics = page(list_of("topics"), q="card", order="changed")
    assert names(topics) == ["Cards"]
    assert "No voice call yet" in page(list_of("calls"))
    answer = screens.get(f"{list_of('topics')}table.jsonl", {"columns": "EngagementId,LastModifiedDate", "q": "card"})
    (told,) = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]  # type: ignore[arg-type]
    assert (told["name"], told["EngagementId"]) == ("Cards", one.name)
    assert told["id"] == EngagementTopic.objects.get().public_id  # type: ignore[attr-defined]


def test_columns_are_ones_own_choice_in_an_order(screens: Client, page: Page, supervisor: User) -> None:
    define_custom_field(OBJECT, "City__c", CustomFieldKind.TEXT)
    CrmRecord.objects.create(object_name="Contact", record_id="003A", name="María García")
    recorded(supervisor, ("City__c", "Galway"), reason="Lost card", initiating_attendee_id="003A")
    form = page(f"{LIST}columns/")
    assert form.count('name="column"') > 30
    sent = {
        "column": ["Reason", "City__c", "InitiatingAttendeeId", "Invented"],
        "place_City__c": "1",
        "place_Reason": "2",
        "place_InitiatingAttendeeId": "x",
    }
    assert screens.post(f"{LIST}columns/", sent)["Location"] == f"{LIST}?all=1"
    html = page(LIST)
    assert headings(html)[1:] == ["City", "Reason", "Initiating Attendee"]
    for text in ("Galway", "Lost card", "María García"):
        assert text in html
    assert headings(page(LIST, columns="duration,Type"))[1:] == ["Duration", "Type"]  # an address may say it, too
    assert len(headings(browser_of(make_user(Role.SUPERVISOR)).get(LIST).content.decode())) == 8
    screens.post(f"{LIST}columns/", {"reset": "1"})
    assert len(headings(page(LIST))) == 8


def test_any_columns_take_as_many_queries_for_many_as_for_one(page: Page, supervisor: User) -> None:
    every = ",".join(declared.api_name for declared, _ in LISTS["interactions"].sobject.fields.values())

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            page(LIST, columns=every)
        return len(taken)

    recorded(supervisor, initiating_attendee_id="003A")
    one = queries()
    for number in range(9):
        recorded(make_user(Role.ADMIN), initiating_attendee_id=f"003B{number}")
    assert queries() == one


def test_a_view_is_saved_shown_changed_renamed_begun_with_and_deleted(
    screens: Client, page: Page, supervisor: User
) -> None:
    lost, _ = recorded(supervisor, reason="Lost card"), recorded(supervisor, reason="Moving")
    asked = f"{LIST}views/?Reason=lost&order=oldest&columns=Reason,OwnerId"
    answer = screens.post(asked, {"do": "save", "name": " Lost cards ", "with_columns": "on"})
    view = SavedView.objects.get()
    address = answer["Location"]
    assert (address, view.name, view.query) == (f"{LIST}?view={view.uuid}", "Lost cards", "Reason=lost&order=oldest")
    html = page(address)
    assert (names(html), headings(html)[1:]) == ([lost.name], ["Reason", "Owner"])
    assert "(changed)" not in html
    assert (
        "There is a view of this name already"
        in screens.post(asked, {"do": "save", "name": "lost CARDS"}, follow=True).content.decode()
    )
    assert "A view has a name" in screens.post(asked, {"do": "save", "name": ""}, follow=True).content.decode()

    changed = page(f"{address}&Reason=mov")
    assert "(changed)" in changed
    assert names(changed) != [lost.name]
    kept = f"{LIST}views/?view={view.uuid}&Reason=mov"
    screens.post(kept, {"do": f"update:{view.uuid}"})
    screens.post(kept, {"do": f"rename:{view.uuid}", f"name_{view.uuid}": "Moved"})
    screens.post(kept, {"do": f"begin:{view.uuid}"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Moved", "Reason=mov")
    assert "Moved" in page(LIST)
    assert names(page(LIST)) != [lost.name]
    assert len(names(page(LIST, all="1"))) == 2
    assert len(names(browser_of(make_user(Role.SUPERVISOR)).get(LIST).content.decode())) == 2
    screens.post(kept, {"do": f"remove:{view.uuid}"})
    assert not SavedView.objects.exists()
    assert len(names(page(LIST))) == 2
    assert len(names(page(address))) == 2


def test_shared_views_are_everybodys_and_need_a_permission(in_scope: Tenant, supervisor: User, screens: Client) -> None:
    may_not = make_user(Role.SUPERVISOR, granted=sorted(DEFAULTS[Role.SUPERVISOR] - {Permission.SHARE_LIST_VIEWS}))
    screens.post(f"{LIST}views/?Reason=x", {"do": "save", "name": "For all", "is_shared": "on"})
    view = SavedView.objects.get()
    theirs = browser_of(may_not)
    assert "For all" in theirs.get(LIST).content.decode()
    assert "Everybody sees it" not in theirs.get(f"{LIST}views/").content.decode()
    answer = theirs.post(f"{LIST}views/", {"do": "save", "name": "Mine", "is_shared": "on"}, follow=True)
    assert "may not share" in answer.content.decode()
    for do in ("remove", "rename", "update"):
        theirs.post(f"{LIST}views/", {"do": f"{do}:{view.uuid}", f"name_{view.uuid}": "Hijacked"})
    assert SavedView.objects.get().name == "For all"
    theirs.post(f"{LIST}views/", {"do": "save", "name": "Mine"})
    mine = SavedView.objects.get(name="Mine")
    assert "Mine" not in screens.get(f"{LIST}?view={mine.uuid}").content.decode()
    for nonsense in ("view=x", f"view={mine.uuid}", "columns=,,x", "order=none", "deleted=1"):
        assert screens.get(f"{LIST}?{nonsense}").status_code == 200
