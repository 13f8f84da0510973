"use strict";

const assert = require("node:assert/strict");
const { contact, made, refused, signedIn } = require("../house.js");

const MINUTE = 60_000;

exports.life = async (house) => {
  const connection = await signedIn(house);
  const object = connection.sobject("EngagementInteraction");
  const id = await made(connection, { Reason: "Unknown charges" });
  assert.equal((await object.retrieve(id)).Reason, "Unknown charges");
  const short = await object.retrieve(id.slice(0, 15), { fields: ["Name", "Reason"] });
  assert.deepEqual(Object.keys(short).sort(), ["Id", "Name", "Reason", "attributes"]);
  assert.ok((await object.update({ Id: id, Reason: "Fees" })).success);
  assert.ok((await object.record(id).update({ Status: "In Progress" })).success);
  const [start, end] = [new Date(Date.now() - 5 * MINUTE), new Date(Date.now() + 5 * MINUTE)];
  assert.ok((await object.updated(start, end)).ids.includes(id));
  assert.ok((await object.destroy(id)).success);
  assert.ok((await object.deleted(start, end)).deletedRecords.some((each) => each.id === id));
  assert.equal((await refused(object.retrieve(id))).errorCode, "ENTITY_IS_DELETED");
};

exports.upserted = async (house) => {
  const object = (await signedIn(house)).sobject("EngagementInteraction");
  for (const key of ["pbx-1", "a b/c+d", "ä.json"]) {
    const row = contact({ ExternalIdentifier: key });
    const first = await object.upsert(row, "ExternalIdentifier");
    assert.equal(first.created, true);
    const second = await object.upsert({ ...row, Reason: "second" }, "ExternalIdentifier");
    assert.deepEqual([second.id, second.created], [first.id, false]);
  }
};

exports.ambiguous = async (house) => {
  const connection = await signedIn(house);
  const id = await made(connection);
  const topics = connection.sobject("EngagementTopic");
  for (let twice = 0; twice < 2; twice++) await topics.create({ EngagementId: id, Name: "Card delivery" });
  const error = await refused(topics.upsert({ Name: "Card delivery", ProcessName: "x" }, "Name"));
  assert.equal(error.errorCode, "MULTIPLE_CHOICES");
};

exports.refusals = async (house) => {
  const connection = await signedIn(house);
  const object = connection.sobject("EngagementInteraction");
  const id = await made(connection);
  const computed = await refused(object.update({ Id: id, MappedState: "New" }));
  assert.equal(computed.errorCode, "INVALID_FIELD_FOR_INSERT_UPDATE");
  assert.equal((await refused(object.create({ Nope: 1 }))).errorCode, "INVALID_FIELD");
};

exports.several = async (house) => {
  const connection = await signedIn(house);
  const object = connection.sobject("EngagementInteraction");
  const rows = Array.from({ length: 450 }, (_, number) => contact({ Reason: `row ${number}` }));
  const answers = await object.create(rows, { allowRecursive: true });
  assert.equal(answers.length, 450);
  assert.ok(answers.every((answer) => answer.success));
  const ids = answers.slice(0, 3).map((answer) => answer.id);
  const updated = await object.update(ids.map((Id) => ({ Id, Reason: "changed" })));
  assert.ok(updated.every((answer) => answer.success));
  const found = await object.retrieve([...ids, "9eI000000000zzz"]);
  assert.deepEqual(found.map((row) => row && row.Reason), ["changed", "changed", "changed", null]);
  const keyed = ids.map((_, number) => contact({ ExternalIdentifier: `key ${number}` }));
  const created = await object.upsert(keyed, "ExternalIdentifier");
  assert.deepEqual(created.map((answer) => answer.created), [true, true, true]);
  const gone = await object.destroy(ids);
  assert.ok(gone.every((answer) => answer.success));
};

exports.oneBad = async (house) => {
  const object = (await signedIn(house)).sobject("EngagementInteraction");
  const rows = [contact(), { Reason: "no start" }];
  const some = await object.create(rows);
  assert.deepEqual(some.map((answer) => answer.success), [true, false]);
  const none = await object.create(rows, { allOrNone: true });
  assert.deepEqual(none.map((answer) => answer.success), [false, false]);
};

exports.connect = async (house) => {
  const connection = await signedIn(house);
  const path = "/services/data/v59.0/connect/service-excellence/engagement-interactions";
  const at = "2026-01-31T10:00:00.000Z";
  const engagementInteraction = {
    startDateTime: at,
    communicationChannel: "Voice Call",
    attendeeVerified: true,
    engagementAttendees: [{ startDateTime: at, externalAttendeeId: house.contact }],
  };
  const made = await connection.requestPost(path, { engagementInteraction });
  const { id } = made.engagementInteraction;
  const found = await connection.requestGet(`${path}/${id}`);
  assert.equal(found.engagementInteraction.communicationChannel, "Voice Call");
  await connection.requestDelete(`${path}/${id}`);
};
