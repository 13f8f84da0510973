"""Query locators, queryAll, explain and the time limit, over HTTP."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.accounts.operations import issue_token
from apps.common import clock
from apps.engagements.models import EngagementInteraction
from apps.facades.salesforce_sobjects.models import QueryLocator
from apps.objects import viewing
from tests.builders import make_user
from tests.facades.salesforce_sobjects.soql.asking import T0, make, topic

pytestmark = pytest.mark.usefixtures("in_scope")
BASE = "/services/data/v59.0"
FROM = "FROM EngagementInteraction"
SMALL = {"Sforce-Query-Options": "batchSize=200"}


@pytest.fixture
def admin(in_scope):
    return make_user("admin")


@pytest.fixture
def client(admin):
    return client_of(admin)


def client_of(user):
    return Client(headers={"Authorization": f"Bearer {issue_token(user)}"})


def fill(count, **values):
    owner = make_user("agent")
    stamps = {"owner": owner, "created_by": owner, "last_modified_by": owner}
    fixed = {"communication_channel": "Voice Call", "channel": "voice", "start_date_time": T0, "opened_at": T0}
    made = [EngagementInteraction(**fixed, **stamps, reason=f"{number % 7}", **values) for number in range(count)]
    return EngagementInteraction.objects.bulk_create(made)


def pages(client, text, headers=SMALL, resource="query"):
    """All pages of a query."""
    found = [client.get(f"{BASE}/{resource}", {"q": text}, headers=headers).json()]
    while not found[-1]["done"]:
        found.append(client.get(found[-1]["nextRecordsUrl"], headers=headers).json())
    return found


def ids(found):
    return [record["Id"] for page in found for record in page["records"]]


@pytest.mark.parametrize(
    "order",
    ["", "ORDER BY Reason", "ORDER BY Reason DESC NULLS LAST, StartDateTime DESC", "ORDER BY Status, Owner.Name"],
)
def test_pages_lead_through_all_rows_in_order(client, order):
    made = fill(420) + fill(30, status="New")
    made[3].reason = made[200].reason = None
    EngagementInteraction.objects.bulk_update([made[3], made[200]], ["reason"])
    found = pages(client, f"SELECT Id {FROM} {order}")
    assert [len(page["records"]) for page in found] == [200, 200, 50]
    assert {page["totalSize"] for page in found} == {450}
    whole = client.get(f"{BASE}/query", {"q": f"SELECT Id {FROM} {order}"}).json()
    assert whole["done"] is True
    assert ids(found) == ids([whole])
    assert len(set(ids(found))) == 450


def test_the_address_of_the_next_page(client):
    fill(201)
    first = client.get(f"{BASE}/queryAll", {"q": f"SELECT Id {FROM}"}, headers=SMALL).json()
    prefix, _, segment = first["nextRecordsUrl"].rpartition("/")
    assert prefix == f"{BASE}/query"
    assert segment.startswith("01g")
    assert segment.endswith("-200")
    for path in (f"/services/data/v50.0/query/{segment}/", f"{BASE}/queryAll/{segment}"):
        page = client.get(path).json()
        assert (page["totalSize"], page["done"], len(page["records"])) == (201, True, 1)
        assert page["records"][0]["attributes"]["url"].startswith(path[: path.index(".0") + 2])
    again = segment.replace("-200", "-150")  # any number that was passed
    assert len(client.get(f"{BASE}/query/{again}").json()["records"]) == 51


def test_limit_counts_over_all_pages(client):
    fill(450)
    found = pages(client, f"SELECT Id {FROM} LIMIT 300")
    assert [(page["totalSize"], len(page["records"])) for page in found] == [(300, 200), (300, 100)]


def test_deleted_rows_on_every_page_of_a_query_for_all(client):
    fill(205)
    fill(5, deleted_at=T0)
    text = f"SELECT Id, IsDeleted {FROM}"
    found = pages(client, text, resource="queryAll")
    assert found[0]["totalSize"] == 210
    assert sum(record["IsDeleted"] for page in found for record in page["records"]) == 5
    assert pages(client, text)[0]["totalSize"] == 205


def test_a_row_deleted_meanwhile_is_skipped(client):
    made = fill(250)
    first = client.get(f"{BASE}/query", {"q": f"SELECT Id {FROM}"}, headers=SMALL).json()
    EngagementInteraction.objects.filter(pk__in=[made[199].pk, made[210].pk]).update(deleted_at=T0)
    second = client.get(first["nextRecordsUrl"]).json()
    assert (second["totalSize"], len(second["records"]), second["done"]) == (250, 49, True)


def test_children_count_towards_the_size_of_a_page(client):
    for _ in range(3):
        parent = make()
        for number in range(80):
            topic(parent, str(number), owner=parent.owner)
    found = pages(client, f"SELECT Id, (SELECT Id FROM EngagementTopics) {FROM}")
    assert [len(page["records"]) for page in found] == [2, 1]
    assert {page["totalSize"] for page in found} == {3}


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT Id {FROM} OFFSET 1",
        f"SELECT COUNT(Id) {FROM}",
        f"SELECT COUNT() {FROM}",
        f"SELECT Reason {FROM} LIMIT 0",
    ],
)
def test_no_locator(client, text):
    fill(210)
    assert client.get(f"{BASE}/query", {"q": text}, headers=SMALL).json()["done"] is True
    assert not QueryLocator.objects.exists()


def test_ten_locators_of_a_user_for_a_day(client, admin):
    fill(201)
    text = f"SELECT Id {FROM}"
    urls = [client.get(f"{BASE}/query", {"q": text}, headers=SMALL).json()["nextRecordsUrl"] for _ in range(12)]
    assert [client.get(url).status_code for url in urls] == [400, 400, *[200] * 10]
    QueryLocator.objects.update(created_at=clock.now() - timedelta(hours=24, seconds=1))
    assert client.get(urls[-1]).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    client.get(f"{BASE}/query", {"q": text}, headers=SMALL)
    assert QueryLocator.objects.count() == 1


def test_what_is_no_locator(client, other_tenant):
    fill(201)
    url = client.get(f"{BASE}/query", {"q": f"SELECT Id {FROM}"}, headers=SMALL).json()["nextRecordsUrl"]
    segment = url.rpartition("/")[2]
    name = segment.partition("-")[0]
    for wrong in (
        "nonsense",
        name,
        f"{name}-",
        f"{name}-x",
        f"{name}-201",
        f"{name}--1",
        f"{name[:-1]}b-200",
        f"{name}-{'9' * 400}",
    ):
        response = client.get(f"{BASE}/query/{wrong}")
        assert (response.status_code, response.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR"), wrong
    assert client.get(f"{BASE}/query/{name[:15]}-200").status_code == 200
    assert client_of(make_user("admin")).get(url).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


@pytest.mark.parametrize(
    ("header", "size"),
    [("batchSize=1", 200), ("client=x, BatchSize = 250", 250), ("x", 2000), ("batchSize=99999999999", 2000)],
)
def test_the_size_of_a_page(client, header, size):
    fill(251)
    answer = client.get(f"{BASE}/query", {"q": f"SELECT Id {FROM}"}, headers={"Sforce-Query-Options": header}).json()
    assert len(answer["records"]) == min(size, 251)


def test_explain(client):
    text = f"SELECT Id {FROM} WHERE Status = 'New'"
    answer = client.get(f"{BASE}/query", {"explain": text}).json()
    assert answer["sourceQuery"] == text
    assert sorted(answer["plans"][0]) == [
        "cardinality",
        "fields",
        "leadingOperationType",
        "notes",
        "relativeCost",
        "sobjectCardinality",
        "sobjectType",
    ]
    assert client.get(f"{BASE}/query", {"explain": "SELECT"}).json()[0]["errorCode"] == "MALFORMED_QUERY"


def test_head_has_no_body(client):
    response = client.head(f"{BASE}/query", {"q": f"SELECT Id {FROM}"})
    assert (response.status_code, response.content) == (200, b"")


def test_a_query_that_takes_too_long(client, settings):
    fill(2000)
    settings.QUERY_TIMEOUT_SECONDS = 0.001
    response = client.get(f"{BASE}/query", {"q": f"SELECT Id {FROM} ORDER BY Owner.Name, CreatedBy.Name"})
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, "QUERY_TIMEOUT")


def test_reading_for_view_and_for_reference(client, admin):
    one, other = make(reason="a"), make(reason="b")
    assert client.get(f"{BASE}/query", {"q": f"SELECT Id {FROM} WHERE Reason = 'a' FOR VIEW"}).status_code == 200
    client.get(f"{BASE}/query", {"q": f"SELECT Id {FROM} WHERE Reason = 'b' FOR REFERENCE"})
    assert {key for _, key in viewing.recent(admin, 5)} == {one.pk, other.pk}
    rows = client.get(
        f"{BASE}/query", {"q": f"SELECT LastViewedDate, LastReferencedDate {FROM} ORDER BY Reason"}
    ).json()
    seen = [(bool(row["LastViewedDate"]), bool(row["LastReferencedDate"])) for row in rows["records"]]
    assert seen == [(True, True), (False, True)]
