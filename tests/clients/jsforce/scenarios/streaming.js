"use strict";

const assert = require("node:assert/strict");
const { StreamingExtension } = require("jsforce/api/streaming");
const { made, signedIn } = require("../house.js");

const CHANNEL = "/data/EngagementInteractionChangeEvent";

// Hears `enough` events that follow a replay id, while `meanwhile` happens.
const heard = async (connection, replay, enough, meanwhile = async () => {}) => {
  const client = connection.streaming.createClient([new StreamingExtension.Replay(CHANNEL, replay)]);
  const events = [];
  const complete = new Promise((resolve) => {
    client
      .subscribe(CHANNEL, (event) => {
        events.push(event);
        if (events.length === enough) resolve();
      })
      .then(meanwhile);
  });
  await complete;
  await client.disconnect();
  return events;
};

exports.replayed = async (house) => {
  const connection = await signedIn(house);
  const first = await heard(connection, -1, 2, async () => {
    const id = await made(connection, { Status: "New" });
    await connection.sobject("EngagementInteraction").update({ Id: id, Status: "Completed" });
  });
  const headers = first.map((event) => event.payload.ChangeEventHeader);
  assert.deepEqual(headers.map((header) => header.changeType), ["CREATE", "UPDATE"]);
  assert.deepEqual(headers[0].recordIds, headers[1].recordIds);
  assert.equal(first[1].payload.MappedState, "Completed");
  const again = await heard(connection, first[0].event.replayId, 2, () => made(connection, { Reason: "later" }));
  assert.deepEqual(again[0], first[1]);
  assert.equal(again[1].payload.Reason, "later");
};
