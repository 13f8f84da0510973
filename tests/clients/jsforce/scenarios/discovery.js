"use strict";

const assert = require("node:assert/strict");
const { made, signedIn } = require("../house.js");

exports.described = async (house) => {
  const connection = await signedIn(house);
  const all = await connection.describeGlobal();
  const names = all.sobjects.map((each) => each.name);
  for (const name of ["EngagementInteraction", "EngagementAttendee", "EngagementTopic", "VoiceCall", "User"])
    assert.ok(names.includes(name), name);
  const described = await connection.describe("EngagementInteraction");
  assert.ok(described.fields.some((field) => field.name === "Policy__c" && field.custom));
  assert.ok(described.childRelationships.some((each) => each.relationshipName === "EngagementAttendees"));
};

exports.laidOut = async (house) => {
  const object = (await signedIn(house)).sobject("EngagementInteraction");
  assert.ok(Array.isArray((await object.layouts()).layouts));
  assert.ok(await object.layouts("Nobody")); // a named layout
  assert.ok(await object.compactLayouts());
  assert.ok(await object.approvalLayouts());
  assert.ok(Array.isArray((await object.listviews()).listviews));
};

exports.limited = async (house) => {
  const connection = await signedIn(house);
  const limits = await connection.limits();
  assert.ok(limits.DailyApiRequests.Remaining > 0);
  assert.ok(connection.limitInfo.apiUsage.used > 0);
  assert.equal(connection.limitInfo.apiUsage.limit, limits.DailyApiRequests.Max);
};

exports.recent = async (house) => {
  const connection = await signedIn(house);
  await made(connection);
  assert.ok(Array.isArray(await connection.recent(5)));
  assert.ok(Array.isArray(await connection.sobject("EngagementInteraction").recent()));
};
