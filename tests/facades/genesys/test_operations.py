"""Each operation's answers key by key, and what it does to whom (genesys 5, 6, 17.1)."""

from typing import Any

import pytest

from apps.common.public_ids import genesys_id
from apps.engagements.lifecycle import Stage
from apps.engagements.models import EngagementInteraction
from apps.events.models import Event
from apps.queues import operations
from apps.queues.models import Disposition, Queue, WorkOffer
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_tenant, make_user
from tests.desktop import Desktop

# Operation, what it needs, whether it comes after Accept, its success and the keys of its failure.
A, B, C = {"status": "ok"}, {"statusCode": 0}, {"status": 0}
SUCCESSES = {"A": A, "B": B, "C": C}
FAILURE_KEYS = {
    "A": {"status", "errorDescription"},
    "B": {"statusCode", "statusMessage"},
    "C": {"statusCode", "statusMessage"},
}
MATRIX = [
    ("Accept", {}, False, "A"),
    ("Reject", {}, False, "A"),
    ("Complete", {}, True, "B"),
    ("StopProcessing", {}, True, "B"),
    ("UpdateUserData", {"userData": {"a": 1}}, True, "A"),
    ("AttachUserData", {"userData": {"a": 1}}, True, "A"),
    ("DeleteUserData", {"userData": {"a": None}}, True, "A"),
    ("DeleteUserData", {"keys": ["a"]}, True, "A"),
    ("SetDisposition", {"disposition": "Solved"}, True, "B"),
    ("AddComment", {"comment": "Called back twice."}, True, "B"),
    ("Complete", {"queueName": "Support"}, True, "B"),
    ("PlaceInQueue", {"queueName": "support"}, True, "A"),
    ("PlaceInWorkbin", {"workbin": "In progress"}, True, "A"),
]


@pytest.fixture
def invited(desk: Desktop, queue: Queue) -> str:
    Disposition.objects.create(name="Solved")
    return make_live(queue, channel="work_item").genesys_id


@pytest.fixture
def accepted(desk: Desktop, invited: str) -> str:
    assert desk.operate(invited, "Accept") == (200, A)
    return invited


@pytest.mark.parametrize(("operation", "body", "after_accept", "shape"), MATRIX)
def test_success_has_exactly_its_shape(
    desk: Desktop, invited: str, operation: str, body: Any, after_accept: bool, shape: str
) -> None:
    if after_accept:
        desk.operate(invited, "Accept")
    assert desk.operate(invited, operation, **body) == (200, SUCCESSES[shape])


@pytest.mark.parametrize(("operation", "body", "after_accept", "shape"), MATRIX)
def test_failure_has_exactly_its_shape(
    desk: Desktop, invited: str, operation: str, body: Any, after_accept: bool, shape: str
) -> None:
    if not after_accept:
        desk.operate(invited, "Accept")
    before = Event.objects.count()
    status, answer = desk.operate(invited, operation, **body)
    assert status == 409
    assert set(answer) == FAILURE_KEYS[shape]
    assert answer.get("statusCode", 2) == 2
    assert answer.get("status", "error") == "error"
    assert Event.objects.count() == before


@pytest.mark.parametrize(("operation", "body", "after_accept", "shape"), MATRIX)
def test_an_unknown_id_fails_in_the_operations_shape(
    desk: Desktop, operation: str, body: Any, after_accept: bool, shape: str
) -> None:
    for public_id in ("nonsense", genesys_id(123456), "IXFFFFFFFFFFFFFFF"):
        status, answer = desk.operate(public_id, operation, **body)
        assert status == 404
        assert set(answer) == FAILURE_KEYS[shape]


@pytest.mark.parametrize("operation", ["accept", "Nonsense", "", "Answer", "Hangup", "SetInFocus"])
def test_what_is_not_offered_is_an_unknown_operation(desk: Desktop, accepted: str, operation: str) -> None:
    status, answer = desk.operate(accepted, operation)
    assert (status, answer["statusCode"]) == (400, 10)
    assert operation not in desk.item()["capabilities"]


def test_accept_twice(desk: Desktop, accepted: str) -> None:
    status, answer = desk.operate(accepted, "Accept")
    assert (status, answer["status"]) == (409, "error")
    assert desk.states() == ["Invited", "Processing"]


def test_reject_after_accept(desk: Desktop, accepted: str) -> None:
    assert desk.operate(accepted, "Reject")[0] == 409
    assert desk.item()["state"] == "Processing"


def test_complete_before_accept(desk: Desktop, invited: str) -> None:
    status, answer = desk.operate(invited, "Complete")
    assert (status, answer["statusCode"]) == (409, 2)
    assert desk.item()["state"] == "Invited"


def test_two_agents_one_invitation(desk: Desktop, second: Desktop, invited: str) -> None:
    assert second.operate(invited, "Accept")[0] == 404
    assert desk.operate(invited, "Accept") == (200, A)
    assert second.operate(invited, "Accept")[0] == 404
    assert WorkOffer.objects.get().agent.user == desk.user


def test_a_rejected_item_goes_to_the_next_agent(desk: Desktop, second: Desktop, invited: str) -> None:
    assert desk.operate(invited, "Reject") == (200, A)
    assert second.item()["state"] == "Invited"
    assert second.item()["capabilities"] == ["Accept", "Reject"]
    last = desk.told()[-1]["interaction"]
    assert (last["state"], last["capabilities"]) == ("Completed", [])
    assert desk.get("me/interactions")["uris"] == []
    assert desk.operate(invited, "Accept")[0] == 409  # once offered, so this is not a secret


def test_a_missed_invitation_is_revoked(desk: Desktop, second: Desktop, invited: str) -> None:
    operations.time_out(WorkOffer.objects.get())
    assert desk.states() == ["Invited", "Revoked"]
    assert second.states() == ["Invited"]
    assert desk.get(f"interactions/{invited}")["interaction"]["state"] == "Revoked"


def test_complete_ends_it_for_good(desk: Desktop, accepted: str) -> None:
    assert desk.operate(accepted, "Complete") == (200, B)
    assert desk.states() == ["Invited", "Processing", "Completed"]
    assert desk.told()[-1]["interaction"]["capabilities"] == []
    assert EngagementInteraction.objects.get().stage == Stage.ENDED
    assert desk.operate(accepted, "Complete")[0] == 409


def test_a_demanded_disposition_is_a_missing_parameter(desk: Desktop) -> None:
    Disposition.objects.create(name="Solved")
    queue = make_queue(members=[desk.user.agent], disposition_required=True)
    live = make_live(queue, channel="email").genesys_id
    desk.operate(live, "Accept")
    status, answer = desk.operate(live, "Complete")
    assert (status, answer["statusCode"]) == (400, 1)
    assert desk.operate(live, "SetDisposition", disposition="Nonsense")[1]["statusCode"] == 10
    assert desk.operate(live, "SetDisposition", disposition="solved") == (200, B)
    assert desk.operate(live, "Complete") == (200, B)


def test_wrap_up_is_still_processing(desk: Desktop) -> None:
    live = make_live(make_queue(members=[desk.user.agent]), channel="voice")
    desk.operate(live.genesys_id, "Accept")
    operations.hang_up(live, by=None)
    item = desk.item()
    assert item["state"] == "Processing"
    assert item["capabilities"] == [
        "Complete",
        "AttachUserData",
        "UpdateUserData",
        "DeleteUserData",
        "SetDisposition",
    ]
    assert desk.operate(live.genesys_id, "Complete") == (200, B)


def test_an_id_of_another_tenant_does_not_exist(desk: Desktop) -> None:
    other: Tenant = make_tenant("Elsewhere")
    with scope(other):
        foreign = make_live(make_queue(members=[make_agent()]), channel="work_item").genesys_id
    assert desk.operate(foreign, "Accept")[0] == 404
    assert desk.request("GET", f"interactions/{foreign}").status_code == 404
    assert desk.request("PUT", f"interactions/{foreign}", {"subject": "x"}).status_code == 404


def test_only_agents_operate(desk: Desktop, invited: str) -> None:
    supervisor = Desktop(make_user("supervisor"))
    status, answer = supervisor.operate(invited, "Accept")
    assert status == 403
    assert set(answer) == FAILURE_KEYS["A"]
    assert supervisor.operate(invited, "Complete")[1]["statusCode"] == 5


def test_put_changes_user_data_and_subject(desk: Desktop, accepted: str) -> None:
    path = f"interactions/{accepted}"
    desk.expect("PUT", path, userData={"Tier": "gold"}, subject="Meter reading")
    assert desk.item()["userData"] == {"Tier": "gold"}
    assert desk.item()["subject"] == "Meter reading"
    refused = desk.request("PUT", path, {"state": "Completed", "subject": "x"})
    assert (refused.status_code, refused.json()["statusCode"]) == (400, 11)
    assert desk.request("PUT", path, {}).json()["statusCode"] == 1
    assert desk.request("PUT", path, {"operationName": "Complete"}).json() == B
    assert desk.request("PUT", path, {"operationName": "Accept"}).json()["statusCode"] == 2
