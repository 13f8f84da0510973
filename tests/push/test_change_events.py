"""Change events over Bayeux: what an operation changed is told record by record, in order, once, from any place on."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.operations import issue_token
from apps.common.threads import in_thread
from apps.engagements import operations
from apps.engagements.drafts import Changes
from apps.engagements.models import EngagementInteraction
from apps.engagements.operations import NewAttendee, NewInteraction, NewTopic
from apps.facades.salesforce_streaming.replay import position_of
from apps.objects import changes
from apps.objects.models import CustomFieldKind
from apps.objects.operations import define_custom_field
from apps.queues import operations as queues
from apps.tenants.models import Tenant
from apps.tenants.scope import scope
from tests.builders import make_agent, make_live, make_queue, make_user, ready
from tests.facades.cometd.bayeux import Bayeux, is_held
from tests.push.house import basic, run, somebody

pytestmark = pytest.mark.django_db(transaction=True)
T0 = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
ALL = "/data/ChangeEvents"
INTERACTIONS = "/data/EngagementInteractionChangeEvent"


@pytest.fixture
def anna(tenant: Tenant) -> User:
    return somebody(tenant, "admin")


async def client_of(user: User, version: str = "59.0", scheme: str = "Bearer") -> Bayeux:
    return Bayeux(user, {"Authorization": f"{scheme} {await in_thread(issue_token, user)}"}, path=f"/cometd/{version}")


async def listening(user: User, *names: str, replay: dict[str, int] | None = None) -> Bayeux:
    client = await client_of(user)
    await client.handshake(ext={"replay": True})
    for name in names:
        ext = {"ext": {"replay": {name: replay[name]}}} if replay and name in replay else {}
        (reply,) = await client.send(client.message("/meta/subscribe", subscription=name, **ext))
        assert reply["successful"], reply
    return client


async def do(user: User, act: Callable[[], Any]) -> Any:
    def in_scope() -> Any:
        with scope(user.tenant):
            return act()

    return await in_thread(in_scope)


def record(by: User, **values: Any) -> EngagementInteraction:
    draft = NewInteraction(
        {"start_date_time": T0, "communication_channel": "Voice Call", "status": "New", **values},
        attendees=[NewAttendee({"internal_attendee": by, "start_date_time": T0})],
        topics=[NewTopic({"name": "Card"})],
    )
    return operations.record(draft, by=by, at=T0)


def events(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [reply["data"] for reply in replies if "data" in reply]


def headers(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each["payload"]["ChangeEventHeader"] for each in events(replies)]


def told(replies: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(each["entityName"], each["changeType"]) for each in headers(replies)]


def test_a_create_tells_each_record_with_its_values(anna: User) -> None:
    async def scenario() -> None:
        client = await listening(anna, ALL)
        await client.connect()
        waiting = client.waiting()
        assert await is_held(waiting, client)
        made = await do(anna, lambda: record(anna))
        replies = await waiting
        kinds = ["EngagementInteraction", "EngagementAttendee", "EngagementTopic"]
        assert told(replies) == [(kind, "CREATE") for kind in kinds]
        assert [reply["channel"] for reply in replies[1:]] == [ALL] * 3
        first, *others = events(replies)
        header = first["payload"]["ChangeEventHeader"]
        assert header["recordIds"] == [made.public_id]
        assert header["commitUser"] == anna.public_id
        assert (header["changedFields"], header["nulledFields"], header["diffFields"]) == ([], [], [])
        assert [each["payload"]["ChangeEventHeader"]["sequenceNumber"] for each in (first, *others)] == [1, 2, 3]
        assert len({each["payload"]["ChangeEventHeader"]["transactionKey"] for each in (first, *others)}) == 1
        payload = first["payload"]
        assert payload["Name"] == made.name
        assert (payload["Status"], payload["MappedState"]) == ("New", "New")
        assert payload["StartDateTime"] == "2026-03-04T10:20:30.000Z"
        assert payload["OwnerId"] == anna.public_id
        assert "EndDateTime" not in payload
        assert others[0]["payload"]["EngagementId"] == made.public_id
        ids = [each["event"]["replayId"] for each in (first, *others)]
        assert ids == sorted(set(ids))

    run(scenario)


def test_an_update_tells_what_changed_and_nothing_else(anna: User) -> None:
    async def scenario() -> None:
        await do(anna, lambda: define_custom_field("EngagementInteraction", "Score__c", CustomFieldKind.NUMBER))
        made = await do(anna, lambda: record(anna, reason="x", end_date_time=T0))
        client = await listening(anna, INTERACTIONS)
        await client.connect()
        changed = Changes({"status": "Completed", "reason": None}, [("Score__c", 7)])
        await do(anna, lambda: operations.revise(made, changed, by=anna))
        await do(anna, lambda: operations.revise(made, Changes({"status": "Completed"}), by=anna))  # changes nothing
        replies = await client.connect()
        (event,) = events(replies)
        header = event["payload"].pop("ChangeEventHeader")
        assert header["changeType"] == "UPDATE"
        assert header["changedFields"] == list(event["payload"])
        assert event["payload"].pop("LastModifiedDate").endswith(".000Z")
        assert event["payload"] == {"Status": "Completed", "MappedState": "Completed", "Reason": None, "Score__c": 7}
        assert header["nulledFields"] == ["Reason"]

    run(scenario)


def test_deleting_and_bringing_back_tell_of_the_children_too(anna: User) -> None:
    async def scenario() -> None:
        made = await do(anna, lambda: record(anna))
        client = await listening(anna, ALL)
        await client.connect()
        for act, kind in ((operations.delete, "DELETE"), (operations.undelete, "UNDELETE")):
            await do(anna, lambda act=act: act(made, by=anna))
            replies = await client.connect()
            names = ["EngagementInteraction", "EngagementAttendee", "EngagementTopic"]
            assert told(replies) == [(name, kind) for name in names]
        assert events(replies)[0]["payload"]["Status"] == "New"

    run(scenario)


def test_what_is_live_is_told_as_well(anna: User) -> None:
    def take() -> None:
        agent = ready(make_agent())
        queues.accept(make_live(make_queue("Support", [agent])), by=agent)

    async def scenario() -> None:
        client = await listening(anna, INTERACTIONS)
        await client.connect()
        await do(anna, take)
        seen = told(await client.connect())
        assert seen == [("EngagementInteraction", "CREATE")]  # one transaction, one change

    run(scenario)


def test_each_channel_tells_of_its_object_and_both_of_a_session_have_their_own(anna: User) -> None:
    async def scenario() -> None:
        client = await listening(anna, INTERACTIONS, "/data/EngagementTopicChangeEvent")
        await client.connect()
        await do(anna, lambda: record(anna))
        replies = await client.connect()
        assert [reply["channel"] for reply in replies[1:]] == [INTERACTIONS, "/data/EngagementTopicChangeEvent"]
        assert told(replies) == [("EngagementInteraction", "CREATE"), ("EngagementTopic", "CREATE")]
        assert len(await client.connect(advice={"timeout": 0})) == 1  # told once

    run(scenario)


def test_a_reader_goes_on_from_the_last_event_it_has(anna: User) -> None:
    async def scenario() -> None:
        await do(anna, lambda: record(anna))
        first = await listening(anna, ALL, replay={ALL: -2})
        before = events(await first.connect())
        assert len(before) == 3
        for number in range(3):
            await do(anna, lambda number=number: record(anna, reason=str(number)))
        for known in range(3):  # also in the middle of a transaction
            last = before[known]["event"]["replayId"]
            client = await listening(anna, ALL, replay={ALL: last})
            found = events(await client.connect())
            assert len(found) == 9 + 2 - known
            assert found[: 2 - known] == before[known + 1 :]
        everything = events(await (await listening(anna, ALL, replay={ALL: -2})).connect())
        assert len(everything) == 12
        assert everything[:3] == before
        only_new = await listening(anna, ALL, replay={ALL: -1})
        assert events(await only_new.connect()) == []

    run(scenario)


def test_more_than_one_read_comes_in_order_and_whole(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_TRANSACTIONS", 2)

    async def scenario() -> None:
        for number in range(7):
            await do(anna, lambda number=number: record(anna, reason=str(number)))
        client = await listening(anna, INTERACTIONS, replay={INTERACTIONS: -2})
        found: list[Any] = []
        while more := events(await client.connect(advice={"timeout": 0})):
            found += more
        assert [each["payload"]["Reason"] for each in found] == [str(number) for number in range(7)]

    run(scenario)


@pytest.mark.parametrize("replay", [-3, "x", 2**60, 1.5, True, None, [1]])
def test_a_replay_id_that_is_none_is_refused(anna: User, replay: Any) -> None:
    async def scenario() -> None:
        client = await client_of(anna)
        await client.handshake()
        message = client.message("/meta/subscribe", subscription=ALL, ext={"replay": {ALL: replay}})
        (reply,) = await client.send(message)
        assert reply["successful"] is (replay is None)
        assert reply.get("error", "400::The replayId").startswith("400::The replayId")

    run(scenario)


def test_only_who_may_see_everything_may_listen(tenant: Tenant, anna: User) -> None:
    agent = somebody(tenant, "agent")

    async def scenario() -> None:
        client = await client_of(agent)
        assert (await client.handshake())["ext"] == {"replay": True, "payload.format": True}
        assert (await client.subscribe(ALL))["error"] == f"403:{ALL}:subscribe_denied"
        theirs = await client_of(anna)
        await theirs.handshake()
        for name in ("/data/**", "/**", "/data/AccountChangeEvent", "/data/engagementtopicchangeevent", "/v2/me/x"):
            assert (await theirs.subscribe(name))["error"] == f"403:{name}:subscribe_denied"
        (published,) = await theirs.send(theirs.message(ALL, data={}))
        assert published["error"] == f"403:{ALL}:publish_denied"

    run(scenario)


def test_a_token_signs_in_and_nothing_else(anna: User) -> None:
    async def scenario() -> None:
        for version, scheme in (("40.0", "OAuth"), ("67.0", "bearer")):
            assert (await (await client_of(anna, version, scheme)).handshake())["successful"]
        for wrong in (basic(anna), {"Authorization": "Bearer nothing"}, {"Cookie": "sessionid=x"}):
            reply = await Bayeux(anna, wrong, path="/cometd/59.0").handshake()
            assert (reply["error"], reply["advice"]["reconnect"]) == ("401::Unauthorized", "none")

    run(scenario)


def test_a_session_is_known_at_its_own_endpoint_only(anna: User) -> None:
    async def scenario() -> None:
        client = await listening(anna, ALL)
        (reply,) = await client.send(client.message("/meta/connect"), path="/api/v2/notifications")
        assert reply["error"].startswith("402")

    run(scenario)


def test_subscribing_while_a_connect_waits_is_heard_at_once(anna: User) -> None:
    async def scenario() -> None:
        client = await listening(anna, INTERACTIONS)
        await client.connect()
        waiting = client.waiting()
        assert await is_held(waiting, client)
        await client.subscribe("/data/EngagementTopicChangeEvent")
        (reply,) = await waiting
        assert reply["successful"]
        waiting = client.waiting()
        assert await is_held(waiting, client)
        await do(anna, lambda: record(anna))
        assert len(events(await waiting)) == 2

    run(scenario)


def test_another_tenant_hears_nothing(tenant: Tenant, other_tenant: Tenant, anna: User) -> None:
    def theirs() -> Any:
        return make_user("admin")

    async def scenario() -> None:
        def elsewhere() -> User:
            with scope(other_tenant):
                return make_user("admin")

        other = await in_thread(elsewhere)
        client = await listening(other, ALL)
        await do(anna, lambda: record(anna))
        assert events(await client.connect()) == []
        again = await listening(other, ALL, replay={ALL: -2})
        assert events(await again.connect()) == []

    run(scenario)


def test_reading_takes_the_same_number_of_queries_whatever_there_is(anna: User, django_assert_num_queries: Any) -> None:
    with scope(anna.tenant):
        start = changes.earliest()
    counted = []
    for more in (1, 20):
        for _ in range(more):
            with scope(anna.tenant):
                made = record(anna)
                operations.revise(made, Changes({"reason": "b"}), by=anna)
        with scope(anna.tenant):
            changes.read(start, changes.followed())  # definitions are cached from now on
            with django_assert_num_queries(9, exact=False) as queries:
                changes.read(start, changes.followed())
            counted.append(len(queries))
    assert counted[0] <= counted[1] <= 10


def test_replay_ids_are_whole_numbers_that_javascript_counts() -> None:
    assert position_of(2**53) is None
    assert position_of(2**53 - 1) is not None
