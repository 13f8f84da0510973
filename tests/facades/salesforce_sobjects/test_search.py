"""Search over real rows, through HTTP."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.accounts.operations import issue_token
from apps.attendees.models import EngagementAttendee
from apps.demo.sample_fields import install_sample_fields
from apps.directory.models import CrmRecord
from apps.engagements.models import EngagementInteraction
from apps.objects import registry
from apps.objects.columns import columns_of
from apps.objects.word_index import INDEXED, finder
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from apps.topics.models import EngagementTopic
from apps.voice_calls.models import VoiceCall
from tests.builders import make_tenant, make_user
from tests.facades.salesforce_sobjects.soql.asking import T0, make

BASE = "/services/data/v59.0"


def client_of(role: str = "integration") -> Client:
    return Client(headers={"Authorization": f"Bearer {issue_token(make_user(role))}"})


@pytest.fixture
def client(in_scope: Tenant) -> Client:
    return client_of()


def found(client: Client, text: str) -> list[str]:
    """The values of the last field, of what is found."""
    response = client.get(f"{BASE}/search/", {"q": text})
    assert response.status_code == 200, response.content
    return [list(record.values())[-1] for record in response.json()["searchRecords"]]


def reasons(client: Client, terms: str, scope: str = "ALL") -> list[str]:
    return found(client, f"FIND {{{terms}}} IN {scope} FIELDS RETURNING EngagementInteraction(Reason ORDER BY Reason)")


def refused(client: Client, text: str) -> str:
    response = client.get(f"{BASE}/search", {"q": text})
    assert response.status_code == 400, response.content
    assert response.json()[0]["message"]
    return str(response.json()[0]["errorCode"])


def test_what_clients_send(client: Client) -> None:
    waldo = make(reason="Where is Waldo?")
    make(reason="Nobody")
    topic = EngagementTopic.objects.create(name="waldo", engagement=waldo, **stamps(waldo))
    answer = client.get(f"{BASE}/search/?q=FIND+%7BWaldo%7D").json()
    assert answer == {
        "searchRecords": [
            {
                "attributes": {
                    "type": "EngagementInteraction",
                    "url": f"{BASE}/sobjects/EngagementInteraction/{waldo.public_id}",
                },
                "Id": waldo.public_id,
            },
            {
                "attributes": {"type": "EngagementTopic", "url": f"{BASE}/sobjects/EngagementTopic/{topic.public_id}"},
                "Id": topic.public_id,
            },
        ]
    }
    text = "FIND {Waldo} IN ALL FIELDS RETURNING EngagementInteraction(Id, Name)"
    answer = client.get(f"{BASE}/search", {"q": text}).json()["searchRecords"]
    assert [list(record) for record in answer] == [["attributes", "Id", "Name"]]
    assert (answer[0]["Id"], answer[0]["Name"]) == (waldo.public_id, waldo.name)


def stamps(row: Any) -> dict[str, Any]:
    return {"owner": row.owner, "created_by": row.owner, "last_modified_by": row.owner}


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("card", ["Card lost", "Replacement card, not a charge"]),
        ("CAR", ["Card lost", "Replacement card, not a charge"]),
        ("ard", []),
        ("card lost", ["Card lost"]),
        ("card AND lost", ["Card lost"]),
        ("card and lost", ["Card lost"]),
        ("lost OR hours", ["Card lost", "Opening hours"]),
        ("card AND NOT lost", ["Replacement card, not a charge"]),
        ("card (lost OR charge)", ["Card lost", "Replacement card, not a charge"]),
        ("(card AND lost) OR (opening AND hours)", ["Card lost", "Opening hours"]),
        ("opening hours OR card lost", ["Card lost", "Opening hours"]),
        ('"card lost"', ["Card lost"]),
        ('"lost card"', []),
        ('"card los"', []),
        ('"Opening Hours" OR lost', ["Card lost", "Opening hours"]),
        ("hour*", ["Opening hours"]),
        ("ho*rs", ["Opening hours"]),
        ("h?urs", ["Opening hours"]),
        ("h?ur", []),
        ("*ours", ["Opening hours"]),
        ("*our", []),
        ("?ard AND NOT l?st", ["Replacement card, not a charge"]),
        ('"open* h?urs"', ["Opening hours"]),
        ("nothing", []),
        ("zürich*", ["O'Neil in ZÜRICH (pbx-7)"]),
        (r"O\'Neil", ["O'Neil in ZÜRICH (pbx-7)"]),
        ("O'Neil", ["O'Neil in ZÜRICH (pbx-7)"]),
        (r"pbx\-7", ["O'Neil in ZÜRICH (pbx-7)"]),
        (r"\(pbx\-7\)", ["O'Neil in ZÜRICH (pbx-7)"]),
        (r"\*", None),
        ("x" * 3000, []),
    ],
)
def test_terms(client: Client, terms: str, expected: list[str] | None) -> None:
    for reason in ("Opening hours", "Card lost", "Replacement card, not a charge", "O'Neil in ZÜRICH (pbx-7)"):
        make(reason=reason)
    if expected is None:
        assert refused(client, f"FIND {{{terms}}}") == "INVALID_SEARCH"
    else:
        assert reasons(client, terms) == expected


@pytest.mark.parametrize(
    "terms",
    [
        r"\+44 20 7946 0123",
        "+442079460123",
        "442079460123",
        "44207946012",
        "02079460123",
        "020 7946 0123",
        r"\(020\) 7946\-0123",
        "7946 0123",
        "79460123",
        "0123",
        "0044 20 7946 0123",
    ],
)
def test_phone_numbers(client: Client, terms: str) -> None:
    make(reason="this", phone_number="+44 20 7946 0123")
    make(reason="other", phone_number="+44 20 7946 0999")
    assert reasons(client, terms, "PHONE") == ["this"]
    assert reasons(client, terms) == ["this"]


def test_a_short_word_is_no_number_of_somebody(client: Client) -> None:
    make(reason="this", phone_number="+44 20 7946 0123")
    assert reasons(client, "9460", "PHONE") == []
    assert reasons(client, "no number", "PHONE") == []


def test_scopes(client: Client) -> None:
    install_sample_fields()
    make(reason="a", custom_fields={"sampleEmail__c": "jane@reef.example", "samplePicklist__c": "coral"})
    make(reason="reef")
    other = make(reason="c", external_identifier="reef-9", custom_fields={"sampleEmail__c": "bob@bay.example"})
    assert reasons(client, "reef") == ["a", "c", "reef"]
    assert reasons(client, "reef", "EMAIL") == ["a"]
    assert reasons(client, "jane@reef.example", "EMAIL") == ["a"]
    assert reasons(client, "reef", "SIDEBAR") == ["a", "c"]
    assert reasons(client, "reef", "PHONE") == []
    assert reasons(client, other.name.replace("-", r"\\-"), "NAME") == ["c"]
    assert reasons(client, "reef", "NAME") == []
    assert reasons(client, "reef AND NOT bob", "SIDEBAR") == ["a"]
    assert reasons(client, "bay AND NOT c", "EMAIL") == ["c"]


def test_custom_texts_and_numbers_are_searched(client: Client) -> None:
    install_sample_fields()
    engagement = make()
    values = {"samplePhoneNumber__c": "+44 20 7946 0123", "sampleEmail__c": "jane@reef.example"}
    EngagementTopic.objects.create(name="x", engagement=engagement, custom_fields=values, **stamps(engagement))
    for terms, scope_ in (("02079460123", "PHONE"), ("02079460123", "ALL"), ("reef", "EMAIL"), ("jane@reef", "ALL")):
        assert found(client, f"FIND {{{terms}}} IN {scope_} FIELDS RETURNING EngagementTopic(Name)") == ["x"]
    assert found(client, "FIND {reef} IN PHONE FIELDS RETURNING EngagementTopic(Name)") == []


def test_every_text_of_an_object_is_searched(client: Client) -> None:
    """The index says in SQL what the declarations say in Python."""
    owner = make()
    by = {"created_by": owner.owner, "last_modified_by": owner.owner}
    call = {"call_start_date_time": T0, "call_type": "Inbound", "from_phone_number": "1", "to_phone_number": "2"}
    makers = {
        "EngagementInteraction": make,
        "EngagementTopic": lambda **values: EngagementTopic.objects.create(
            **{"name": "x", "engagement": owner, **stamps(owner), **values}
        ),
        "VoiceCall": lambda **values: VoiceCall.objects.create(**{"owner_user": owner.owner, **call, **by, **values}),
    }
    for name, maker in makers.items():
        for number, column in enumerate(columns_of(registry.named(name)).values()):
            kind, written = column.declared.type, column.declared.createable and column.name != "Duration"
            if kind in ("string", "textarea", "phone") and written:
                row = maker(**{column.path: f"quokka{number}"})
                assert found(client, f"FIND {{quokka{number}}} RETURNING {name}(Id)") == [row.public_id], column.name


def test_people_and_records_of_the_crm(client: Client) -> None:
    user = make_user("agent", last_name="Quokka")
    contact = CrmRecord.objects.create(
        object_name="Contact", record_id="003000000000001AAA", name="Quentin Quokka", phone="020 7946 0123"
    )
    CrmRecord.objects.create(object_name="Lead", record_id="00Q000000000001EAA", name="Quokka", email="q@reef.example")
    assert found(client, "FIND {quokka} RETURNING User(Id), Contact(Id)") == [user.public_id, contact.record_id]
    assert found(client, "FIND {+442079460123} IN PHONE FIELDS RETURNING Contact(Name), Lead") == ["Quentin Quokka"]
    assert found(client, "FIND {reef} IN EMAIL FIELDS RETURNING Contact(Name), Lead(Name)") == ["Quokka"]
    # An object that does not support search is left out.
    assert found(client, "FIND {quokka} RETURNING Organization, Contact(Name LIMIT 1)") == ["Quentin Quokka"]


def test_conditions_order_and_pages_are_the_query_languages(client: Client) -> None:
    for number in range(5):
        make(reason=f"card {number}", status="New" if number % 2 else None)
    returning = "FIND {card} RETURNING EngagementInteraction"
    assert found(client, f"{returning}(Reason ORDER BY Reason DESC)")[0] == "card 4"
    assert found(client, f"{returning}(Status, Reason WHERE Status = 'New' AND (Type = null) ORDER BY Reason)") == [
        "card 1",
        "card 3",
    ]
    assert found(client, f"{returning}(Reason WHERE Reason LIKE '%(2)%' OR Reason LIKE '% 2')") == ["card 2"]
    assert found(client, f"{returning}(Reason ORDER BY Reason LIMIT 2 OFFSET 1)") == ["card 1", "card 2"]
    assert len(found(client, f"{returning}(Reason LIMIT 2)")) == 2
    assert len(found(client, f"{returning}(Reason OFFSET 3)")) == 2
    assert len(found(client, f"{returning} LIMIT 3")) == 3
    assert found(client, f"{returning}, EngagementTopic LIMIT 0") == []
    assert found(
        client, "find {card} in all fields returning engagementinteraction(reason order by reason limit 1)"
    ) == ["card 0"]


def test_labels(client: Client) -> None:
    text = (
        "FIND {card} RETURNING EngagementInteraction(PhoneNumber, Id), EngagementTopic WITH METADATA = 'LABELS' LIMIT 5"
    )
    answer = client.get(f"{BASE}/search", {"q": text}).json()
    assert answer == {
        "searchRecords": [],
        "metadata": {
            "entityMetadata": [
                {
                    "entityName": "EngagementInteraction",
                    "fieldMetadata": [
                        {"name": "PhoneNumber", "label": "Phone Number"},
                        {"name": "Id", "label": "Engagement Interaction ID"},
                    ],
                },
                {"entityName": "EngagementTopic", "fieldMetadata": [{"name": "Id", "label": "Engagement Topic ID"}]},
            ]
        },
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MALFORMED_SEARCH"),
        ("FIND", "MALFORMED_SEARCH"),
        ("FIND {}", "MALFORMED_SEARCH"),
        ("FIND {  }", "MALFORMED_SEARCH"),
        ('FIND {""}', "MALFORMED_SEARCH"),
        ("FIND {a}", "INVALID_SEARCH"),
        ("FIND {a*}", "INVALID_SEARCH"),
        ('FIND {"a"}', "INVALID_SEARCH"),
        ("FIND {*}", "INVALID_SEARCH"),
        ("FIND Waldo", "MALFORMED_SEARCH"),
        ("FIND {Waldo", "MALFORMED_SEARCH"),
        ("FIND {Waldo}}", "MALFORMED_SEARCH"),
        ("FIND {(Waldo}", "MALFORMED_SEARCH"),
        ('FIND {"Waldo}', "MALFORMED_SEARCH"),
        ("FIND {Waldo & Co}", "MALFORMED_SEARCH"),
        ("FIND {Waldo: here}", "MALFORMED_SEARCH"),
        ("FIND {Waldo AND}", "MALFORMED_SEARCH"),
        ("FIND {Waldo AND OR here}", "MALFORMED_SEARCH"),
        ("FIND {Waldo\\}", "MALFORMED_SEARCH"),
        ("FIND {Waldo\x00}", "MALFORMED_SEARCH"),
        ("FIND {Waldo} IN SOME FIELDS", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic()", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id WHERE)", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(COUNT())", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id FROM User)", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id LIMIT 5 LIMIT 6)", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id LIMIT 2001)", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id LIMIT " + "9" * 5000 + ")", "MALFORMED_SEARCH"),
        ("FIND {Waldo} LIMIT 2001", "MALFORMED_SEARCH"),
        ("FIND {Waldo} LIMIT -1", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id OFFSET 2001)", "NUMBER_OUTSIDE_VALID_RANGE"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id OFFSET 1), User", "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING " + ", ".join(["User"] * 21), "MALFORMED_SEARCH"),
        ("FIND {Waldo} RETURNING EngagementTopic(Colour)", "INVALID_FIELD"),
        ("FIND {Waldo} RETURNING EngagementTopic(Id WHERE Colour = 'x')", "INVALID_FIELD"),
        ("FIND {Waldo} RETURNING Nothing", "INVALID_TYPE"),
        ("FIND {Waldo} WITH METADATA = 'ALL'", "MALFORMED_SEARCH"),
        ("FIND {Waldo} LIMIT 5 anything", "MALFORMED_SEARCH"),
        ("FIND {" + "word " * 201 + "}", "MALFORMED_SEARCH"),
        ("FIND {" + "a*b" * 60 + "}", "MALFORMED_SEARCH"),
        ("FIND {" + "(" * 1000 + "Waldo" + ")" * 1000 + "}", "MALFORMED_SEARCH"),
        ("FIND {" + "x" * 10_001 + "}", "MALFORMED_SEARCH"),
    ],
)
def test_refused(client: Client, text: str, code: str) -> None:
    assert refused(client, text) == code


@pytest.mark.parametrize(
    "terms", ["é€ ☃ or", "ab" * 600, "*a*b*c*d?*e", "\\&\\| xx", "xx €", "ʭʭ 12", "''", "1e5 0x1 -5.2e9"]
)
def test_strange_words_find_nothing_and_harm_nothing(client: Client, terms: str) -> None:
    make(reason="x", phone_number="12")
    assert client.get(f"{BASE}/search", {"q": f"FIND {{{terms}}}"}).status_code in (200, 400)


def test_only_what_the_caller_may_see(client: Client, in_scope: Tenant) -> None:
    make(reason="kept")
    gone = make(reason="kept long gone")
    EngagementInteraction.objects.filter(pk=gone.pk).update(deleted_at=T0)
    with scope(make_tenant("Elsewhere")):
        make(reason="kept elsewhere")
    assert reasons(client, "kept") == ["kept"]
    assert reasons(client, "k?pt") == ["kept"]
    agent = make_user("agent")
    make(reason="kept by the agent", owner=agent)
    own = Client(headers={"Authorization": f"Bearer {issue_token(agent)}"})
    assert reasons(own, "kept") == ["kept by the agent"]
    assert reasons(own, "k?pt") == ["kept by the agent"]
    assert Client().get(f"{BASE}/search?q=FIND+%7Bkept%7D").status_code == 401


@pytest.mark.parametrize("table", sorted(INDEXED))
def test_the_index_knows_the_tenant_in_scope_alone(in_scope: Tenant, table: str) -> None:
    """It passes row-level security, so it has to mind the tenant itself."""

    def keys() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(f"select {finder(table)}(to_tsquery('simple', 'quokka | ei | ea | vc'), null)")
            return cursor.fetchall()

    with scope(make_tenant("Elsewhere")):
        made = make(reason="quokka")
        by = stamps(made)
        EngagementAttendee.objects.create(engagement=made, external_attendee_id="x", start_date_time=T0, **by)
        EngagementTopic.objects.create(engagement=made, name="quokka", **by)
        CrmRecord.objects.create(object_name="Lead", record_id="00Q000000000001EAA", name="quokka")
        by["owner_user"] = by.pop("owner")
        call = {"call_start_date_time": T0, "call_type": "Inbound", "from_phone_number": "1", "to_phone_number": "2"}
        VoiceCall.objects.create(interaction=made, **call, **by)
        assert len(keys()) == 1
    assert keys() == []


def test_the_number_of_queries_does_not_depend_on_what_is_found(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found(client, "FIND {card OR (lost AND NOT found) OR ca?d}")
        return len(captured)

    make(reason="card")
    queries()
    before = queries()
    for _ in range(20):
        EngagementTopic.objects.create(name="card", engagement=(made := make(reason="card")), **stamps(made))
    assert queries() == before


def test_parameters(client: Client) -> None:
    for number in range(4):
        made = make(reason=f"card {number}", status="New")
        EngagementTopic.objects.create(name=f"card delivery {number}", engagement=made, **stamps(made))
    path = f"{BASE}/parameterizedSearch"

    def names(response: Any) -> list[str]:
        assert response.status_code == 200, response.content
        return [list(record.values())[-1] for record in response.json()["searchRecords"]]

    assert len(names(client.get(f"{path}/?q=card"))) == 8
    assert len(names(client.get(f"{path}?q=card&overallLimit=5"))) == 5
    assert len(names(client.get(f"{path}?q=card&defaultLimit=1"))) == 2
    assert names(
        client.get(f"{path}?q=card&sobject=EngagementTopic&fields=Id,Name&offset=3&EngagementTopic.orderBy=Name")
    ) == ["card delivery 3"]
    options = {
        "q": "card",
        "sobject": ["EngagementTopic", "EngagementInteraction"],
        "EngagementTopic.fields": "id,name",
        "EngagementTopic.where": "Name LIKE '%2'",
        "EngagementInteraction.fields": "Reason",
        "EngagementInteraction.limit": "1",
        "EngagementInteraction.orderBy": "Reason DESC",
        "in": "ALL",
        "metadata": "LABELS",
        "dataCategory": "x",
    }
    response = client.get(path, options)
    assert names(response) == ["card delivery 2", "card 3"]
    assert [each["entityName"] for each in response.json()["metadata"]["entityMetadata"]] == options["sobject"]
    body = {
        "q": '"card delivery" d?livery',
        "fields": ["id"],
        "in": "NAME",
        "defaultLimit": 3,
        "overallLimit": 2,
        "spellCorrection": True,
        "sobjects": [
            {"name": "EngagementTopic", "fields": ["Name"], "where": "Name > 'card delivery 0'", "orderBy": "Name"}
        ],
    }
    assert names(client.post(path, body, content_type="application/json")) == ["card delivery 1", "card delivery 2"]
    assert names(client.get(path, {"q": "AND OR (card)"})) == []
    assert len(names(client.get(path, {"q": "(card)"}))) == 8


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "MALFORMED_SEARCH"),
        ({"q": ""}, "MALFORMED_SEARCH"),
        ({"q": "x"}, "INVALID_SEARCH"),
        ({"q": 7}, "MALFORMED_SEARCH"),
        ({"q": "card", "in": "SOME"}, "MALFORMED_SEARCH"),
        ({"q": "card", "sobjects": "EngagementTopic"}, "MALFORMED_SEARCH"),
        ({"q": "card", "sobjects": [{}]}, "MALFORMED_SEARCH"),
        ({"q": "card", "sobjects": [{"name": "User FROM"}]}, "MALFORMED_SEARCH"),
        ({"q": "card", "sobjects": [{"name": "Nothing"}]}, "INVALID_TYPE"),
        ({"q": "card", "sobjects": [{"name": "User", "where": ["x"]}]}, "MALFORMED_SEARCH"),
        ({"q": "card", "sobjects": [{"name": "User", "where": "x ="}]}, "MALFORMED_SEARCH"),
        ({"q": "card", "fields": "Id"}, "MALFORMED_SEARCH"),
        ({"q": "card", "fields": ["Colour"]}, "INVALID_FIELD"),
        ({"q": "card", "overallLimit": 2001}, "MALFORMED_SEARCH"),
        ({"q": "card", "overallLimit": 1.5}, "MALFORMED_SEARCH"),
        ({"q": "card", "defaultLimit": True}, "MALFORMED_SEARCH"),
        ({"q": "card", "offset": 5}, "MALFORMED_SEARCH"),
        ({"q": "card", "offset": 2001, "sobjects": [{"name": "User"}]}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ([], "MALFORMED_SEARCH"),
    ],
)
def test_parameters_refused(client: Client, given: Any, code: str) -> None:
    response = client.post(f"{BASE}/parameterizedSearch", json.dumps(given), content_type="application/json")
    assert (response.status_code, response.json()[0]["errorCode"]) == (400, code)
