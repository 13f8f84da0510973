"""What an administrator defines is there at once in every dialect and form, in processes that knew nothing of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from django.test import Client

from apps.accounts.operations import issue_token
from apps.accounts.roles import Role
from apps.engagements.models import EngagementInteraction
from apps.objects.models import CustomField, CustomFieldKind, PicklistValue
from apps.queues import operations
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_tenant, make_user, ready
from tests.server import running

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.process]
DATA = "/services/data/v67.0"
CONNECT = f"{DATA}/connect/service-excellence/engagement-interactions"
OBJECT = "EngagementInteraction"
Kind = CustomFieldKind
# What Connect is sent and gives back, and what the object API gives back.
VALUES: dict[Kind, tuple[Any, Any, Any]] = {
    Kind.TEXT: ("Galway", "Galway", "Galway"),
    Kind.TEXT_AREA: ("Asked for a call back.", "Asked for a call back.", "Asked for a call back."),
    Kind.CHECKBOX: ("true", True, True),
    Kind.DATE: ("09/10/2025", "2025-09-10", "2025-09-10"),
    Kind.DATE_TIME: ("2025-09-10T09:00:00Z", "2025-09-10T09:00:00.000Z", "2025-09-10T09:00:00.000+0000"),
    Kind.EMAIL: ("a@b.example", "a@b.example", "a@b.example"),
    Kind.PHONE: ("+353 91 567 222", "+353 91 567 222", "+353 91 567 222"),
    Kind.URL: ("https://a.example", "https://a.example", "https://a.example"),
    Kind.NUMBER: (7.5, 7.5, 7.5),
    Kind.PERCENT: (80, 80, 80),
    Kind.CURRENCY: (120, 120, 120),
    Kind.PICKLIST: ("red", "red", "red"),
    Kind.GEOLOCATION: ({"latitude": 51.5, "longitude": -0.125},) * 3,
}


@dataclass
class House:
    """Another process's address, who signs in there, and an administrator's browser in front of this process."""

    address: str
    tenant: Tenant
    admin: Client
    session: str
    desk_session: str
    token: str
    work: EngagementInteraction

    def api(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return requests.request(method, self.address + path, headers=headers, timeout=60, **options)

    def page(self, path: str, session: str) -> str:
        answer = requests.get(self.address + path, cookies={"sessionid": session}, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, path: str, **given: Any) -> None:
        """What the administrator does is accepted, here."""
        answer = self.admin.post(path, given)
        assert answer.status_code == 302, answer.context["adminform"].form.errors

    def define(self, name: str, kind: Kind, object_name: str = OBJECT, **more: Any) -> None:
        field = {"object_name": object_name, "api_name": name, "label": name, "kind": kind.value, "length": 255}
        field |= {
            "precision": 18,
            "scale": 2,
            "help_text": "",
            "is_active": "on",
            "is_restricted": "on",
            "options": "red",
        }
        self.post("/admin/objects/customfield/add/", **field, **more)

    def connect(self, *own: tuple[str, Any], **values: Any) -> requests.Response:
        body = {"startDateTime": "2025-09-08T09:00:00Z", "communicationChannel": "Web Chat", "attendeeVerified": False}
        body |= {"customFieldsList": [{"key": name, "value": value} for name, value in own], **values}
        return self.api("POST", CONNECT, json={"engagementInteraction": body})

    def fetched(self, created: requests.Response) -> dict[str, Any]:
        assert created.status_code == 201, created.text
        answer = self.api("GET", f"{CONNECT}/{created.json()['engagementInteraction']['id']}")
        found: dict[str, Any] = answer.json()["engagementInteraction"]
        return found

    def query(self, soql: str) -> list[dict[str, Any]]:
        answer = self.api("GET", f"{DATA}/query", params={"q": soql})
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["records"]
        return rows

    def described(self, object_name: str = OBJECT) -> dict[str, Any]:
        fields = self.api("GET", f"{DATA}/sobjects/{object_name}/describe").json()["fields"]
        return {field["name"]: field for field in fields}


@pytest.fixture
def house() -> Iterator[House]:
    tenant = make_tenant()
    with scope(tenant):
        admin, integration = make_user(Role.ADMIN), make_user(Role.INTEGRATION)
        token = issue_token(integration)
        agent = ready(make_agent())
        work = make_live(make_queue(members=[agent]), channel="chat")
        operations.accept(work, by=agent)
    here, there, desk = Client(), Client(), Client()
    here.force_login(admin)
    there.force_login(admin)
    desk.force_login(agent.user)
    cookies = there.cookies["sessionid"].value, desk.cookies["sessionid"].value
    with running("wsgi") as server:
        made = House(server.address, tenant, here, *cookies, token, work)
        assert "Some__c" not in made.described()  # it has read all definitions once
        yield made


def test_fields_of_every_kind_and_their_new_names(house: House) -> None:
    for kind in Kind:
        house.define(f"Own_{kind}__c", kind)
    described, sent = house.described(), [(f"Own_{kind}__c", VALUES[kind][0]) for kind in Kind]
    assert {kind: described[f"Own_{kind}__c"]["type"] for kind in Kind} == {kind: str(kind) for kind in Kind}
    assert described["Own_location__Latitude__s"]["type"] == "double"

    one = house.fetched(house.connect(*sent))
    assert one["customFields"] == [{"key": f"Own_{kind}__c", "value": VALUES[kind][1]} for kind in Kind]
    names = ", ".join(f"Own_{kind}__c" for kind in Kind)
    (row,) = house.query(f"SELECT {names}, Own_location__Latitude__s FROM {OBJECT} WHERE Own_string__c = 'Galway'")
    assert {kind: row[f"Own_{kind}__c"] for kind in Kind} == {kind: VALUES[kind][2] for kind in Kind}
    assert row["Own_location__Latitude__s"] == 51.5

    values = {"StartDateTime": "2025-09-08T09:00:00Z", "CommunicationChannel": "Web Chat"}
    own = {"Own_string__c": "Cork", "Own_location__Latitude__s": 1, "Own_location__Longitude__s": 2}
    answer = house.api("POST", f"{DATA}/sobjects/{OBJECT}", json={**values, **own, "Own_boolean__c": True})
    assert answer.status_code == 201, answer.text
    record = f"{DATA}/sobjects/{OBJECT}/{answer.json()['id']}"
    assert house.api("PATCH", record, json={"Own_double__c": 3.25}).status_code == 204
    kept = house.api("GET", record).json()
    assert (kept["Own_string__c"], kept["Own_boolean__c"], kept["Own_double__c"]) == ("Cork", True, 3.25)
    assert kept["Own_location__c"] == {"latitude": 1, "longitude": 2}

    edit = f"/admin/engagements/engagementinteraction/{house.work.pk}/edit/"
    for page in (house.page(edit, house.session), house.page("/desk/", house.desk_session)):
        assert 'name="Own_string__c"' in page
        assert 'name="Own_location__c_latitude"' in page

    with scope(house.tenant):
        field = CustomField.objects.get(api_name="Own_string__c")
    change = {"label": "Branch", "kind": "string", "length": 255, "precision": 18, "scale": 0, "position": 0}
    path = f"/admin/objects/customfield/{field.pk}/change/"
    house.post(path, **change, api_name="Branch__c", is_active="on")
    assert house.api("GET", record).json()["Branch__c"] == "Cork"
    assert [row["Branch__c"] for row in house.query(f"SELECT Branch__c FROM {OBJECT} ORDER BY Branch__c DESC LIMIT 1")]
    assert house.connect(("Own_string__c", "x")).json()[0]["errorCode"] == "INVALID_FIELD"
    assert {"key": "Branch__c", "value": "x"} in house.fetched(house.connect(("branch__C", "x")))["customFields"]

    house.post(path, **change, api_name="Branch__c")  # switched off
    assert "Branch__c" not in house.described()
    assert "Branch__c" not in house.api("GET", record).json()
    assert house.connect(("Branch__c", "x")).status_code == 400
    assert 'name="Branch__c"' not in house.page("/desk/", house.desk_session)
    house.post(path, **change, api_name="Branch__c", is_active="on")
    assert house.api("GET", record).json()["Branch__c"] == "Cork"


def test_a_new_status_with_its_state(house: House) -> None:
    value = {"place": f"{OBJECT}.Status", "value": "Waiting for parts", "label": "Waiting for parts"}
    value |= {"mapped_state": "InProgress", "is_active": "on", "position": 3, "channel": ""}
    assert house.connect(status="Waiting for parts").status_code == 400
    house.post("/admin/objects/picklistvalue/add/", **value)

    one = house.fetched(house.connect(status="Waiting for parts"))
    assert (one["status"], one["mappedState"]) == ("Waiting for parts", "InProgress")
    record = f"{DATA}/sobjects/{OBJECT}/{house.work.public_id}"  # type: ignore[attr-defined]
    assert house.api("PATCH", record, json={"Status": "Waiting for parts"}).status_code == 204
    assert house.api("GET", record).json()["MappedState"] == "InProgress"
    rows = house.query(f"SELECT Id FROM {OBJECT} WHERE Status = 'Waiting for parts' AND MappedState = 'InProgress'")
    assert len(rows) == 2
    offered = {value["value"] for value in house.described()["Status"]["picklistValues"]}
    assert "Waiting for parts" in offered
    for path, session in (
        (f"/admin/engagements/engagementinteraction/{house.work.pk}/edit/", house.session),
        ("/admin/engagements/engagementinteraction/", house.session),
        ("/desk/", house.desk_session),
    ):
        assert '<option value="Waiting for parts"' in house.page(path, session)

    with scope(house.tenant):
        made = PicklistValue.objects.get(value="Waiting for parts")
    house.post(f"/admin/objects/picklistvalue/{made.pk}/change/", **value | {"value": "On hold"})
    assert house.api("GET", record).json()["Status"] == "On hold"
    assert house.connect(status="Waiting for parts").status_code == 400
    assert house.fetched(house.connect(status="On hold"))["mappedState"] == "InProgress"


def test_the_fiftieth_field_is_used_and_the_fifty_first_is_refused(house: House) -> None:
    for number in range(1, 51):
        house.define(f"F{number}__c", Kind.NUMBER, "EngagementTopic")
    refused = house.admin.post(
        "/admin/objects/customfield/add/",
        {"object_name": "EngagementTopic", "api_name": "F51__c", "label": "F51", "kind": "double", "precision": 18},
    )
    assert "50 custom fields" in str(refused.context["adminform"].form.errors)
    own = [{"key": f"F{number}__c", "value": number} for number in range(1, 51)]
    one = house.fetched(house.connect(engagementTopics=[{"name": "Numbers", "customFieldsList": own}]))
    assert one["engagementTopics"][0]["customFields"] == own
    assert len([name for name in house.described("EngagementTopic") if name.endswith("__c")]) == 50
    own.append({"key": "F51__c", "value": 51})
    answer = house.connect(engagementTopics=[{"name": "Numbers", "customFieldsList": own}])
    assert [problem["errorCode"] for problem in answer.json()] == ["INVALID_FIELD"]
