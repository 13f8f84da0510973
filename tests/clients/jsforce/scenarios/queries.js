"use strict";

const assert = require("node:assert/strict");
const { START, jsforce, contact, made, signedIn } = require("../house.js");

exports.found = async (house) => {
  const connection = await signedIn(house);
  const object = connection.sobject("EngagementInteraction");
  const id = await made(connection, { Reason: "x ray", Status: "New" });
  await made(connection, { Reason: "other", Status: "In Progress" });
  const after = { $gt: jsforce.SfDate.toDateTimeLiteral("2024-01-01T00:00:00Z") };
  const rows = await object
    .find({ $or: [{ Status: { $in: ["New"] } }, { Reason: { $like: "%x%" } }], StartDateTime: after }, ["Id", "Name", "OwnerId"])
    .sort("-CreatedDate")
    .limit(5)
    .offset(0);
  assert.deepEqual(rows.map((row) => row.Id), [id]);
  assert.equal((await object.findOne({ Reason: "other" })).Status, "In Progress");
  assert.equal(await object.count({ Status: "New" }), 1);
  assert.equal(await object.count({ Reason: { $nlike: "x%" } }), 1);
  assert.equal(await object.count({ EndDateTime: { $exists: false } }), 2);
  const [owned] = await object.find({ Id: id }, { Id: 1, "Owner.*": 1 });
  assert.equal(owned.Owner.Name, house.name);
};

exports.included = async (house) => {
  const connection = await signedIn(house);
  const object = connection.sobject("EngagementInteraction");
  const id = await made(connection);
  const attendee = { EngagementId: id, StartDateTime: START, ExternalAttendeeId: house.contact };
  assert.ok((await connection.sobject("EngagementAttendee").create(attendee)).success);
  const asking = object.find({ Id: id }, "Id, Name");
  const [row] = await asking.include("EngagementAttendees").select("Id, ExternalAttendeeId").limit(2).end();
  assert.ok(row.EngagementAttendees.records.some((each) => each.ExternalAttendeeId === house.contact));
  const asked = "SELECT Id, (SELECT Id FROM EngagementTopics) FROM EngagementInteraction";
  assert.equal((await connection.query(asked)).records[0].EngagementTopics, null);
};

exports.paged = async (house) => {
  const connection = await signedIn(house);
  const object = connection.sobject("EngagementInteraction");
  const rows = Array.from({ length: 2200 }, (_, number) => contact({ Reason: `row ${number}` }));
  const answers = await object.create(rows, { allowRecursive: true });
  assert.ok(answers.every((answer) => answer.success));
  const asked = "SELECT Id, Reason FROM EngagementInteraction ORDER BY CreatedDate";
  const whole = await connection.query(asked, { autoFetch: true, maxFetch: 5000 });
  assert.deepEqual([whole.totalSize, whole.records.length], [2200, 2200]);
  assert.equal(new Set(whole.records.map((row) => row.Reason)).size, 2200);
  const first = await connection.query(asked, { headers: { "Sforce-Query-Options": "batchSize=200" } });
  assert.deepEqual([first.done, first.records.length], [false, 200]);
  const next = await connection.queryMore(first.nextRecordsUrl);
  assert.equal(next.records.length, 2000);
  await object.destroy(answers.slice(0, 10).map((answer) => answer.id));
  const left = await connection.query(asked, { autoFetch: true, maxFetch: 5000 });
  assert.equal(left.records.length, 2190);
  const scanned = await connection.query(asked, { autoFetch: true, maxFetch: 5000, scanAll: true });
  assert.equal(scanned.records.length, 2200);
};

exports.explained = async (house) => {
  const connection = await signedIn(house);
  const { plans } = await connection.query("SELECT Id FROM EngagementInteraction").explain();
  assert.ok(plans.length > 0);
};

exports.searched = async (house) => {
  const connection = await signedIn(house);
  const id = await made(connection, { Reason: "Waldo was here" });
  const asked = "FIND {Waldo} IN ALL FIELDS RETURNING EngagementInteraction(Id, Name)";
  assert.deepEqual((await connection.search(asked)).searchRecords.map((row) => row.Id), [id]);
};
