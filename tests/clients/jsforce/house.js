// What the scenarios share: signing in, and a contact to begin with.
"use strict";

const jsforce = require("jsforce");

const START = "2026-01-31T10:00:00.000+0000";

exports.jsforce = jsforce;
exports.START = START;

exports.oauth2 = (house, more = {}) => ({
  loginUrl: house.address,
  clientId: house.client_id,
  clientSecret: house.client_secret,
  redirectUri: house.redirect_uri,
  ...more,
});

exports.signedIn = async (house) => {
  const connection = new jsforce.Connection({
    oauth2: exports.oauth2(house),
    callOptions: { client: "SwitchroomTests" },
  });
  await connection.login(house.username, house.password);
  return connection;
};

exports.contact = (values = {}) => ({ StartDateTime: START, CommunicationChannel: "Voice Call", ...values });

exports.made = async (connection, values = {}) => {
  const answer = await connection.sobject("EngagementInteraction").create(exports.contact(values));
  if (!answer.success) throw new Error(JSON.stringify(answer));
  return answer.id;
};

exports.refused = async (promise) => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it was not refused");
};
