"use strict";

const assert = require("node:assert/strict");
const { jsforce, oauth2, refused, signedIn } = require("../house.js");

const opens = async (connection) => (await connection.query("SELECT Id FROM User LIMIT 1")).totalSize === 1;

exports.soap = async (house) => {
  const connection = new jsforce.Connection({ loginUrl: house.address });
  const user = await connection.login(house.username, house.password);
  assert.equal(user.id, house.user_id);
  assert.equal(user.organizationId, house.org_id);
  assert.ok(await opens(connection));
  const token = connection.accessToken;
  await connection.logout();
  const stale = new jsforce.Connection({ instanceUrl: house.address, accessToken: token });
  assert.equal((await refused(stale.limits())).errorCode, "INVALID_SESSION_ID");
  const error = await refused(connection.login(house.username, "wrong"));
  assert.match(error.message, /INVALID_LOGIN/);
};

exports.password = async (house) => {
  const connection = await signedIn(house);
  assert.ok(await opens(connection));
  const token = connection.accessToken;
  await connection.logout();
  const stale = new jsforce.Connection({ instanceUrl: house.address, accessToken: token });
  assert.equal((await refused(stale.limits())).errorCode, "INVALID_SESSION_ID");
  assert.equal((await refused(connection.login(house.username, "wrong"))).name, "invalid_grant");
};

exports.clientCredentials = async (house) => {
  const connection = new jsforce.Connection({ instanceUrl: house.address, oauth2: oauth2(house) });
  const user = await connection.authorize({ grant_type: "client_credentials" });
  assert.equal(user.id, house.user_id);
  assert.ok(await opens(connection));
};

exports.assertion = async (house) => {
  const connection = new jsforce.Connection({ instanceUrl: house.address, oauth2: { loginUrl: house.address } });
  const grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const user = await connection.authorize({ grant_type: grant, assertion: house.assertion });
  assert.equal(user.id, house.user_id);
  assert.ok(await opens(connection));
};

// Two halves of one: between them somebody lets the client in by the browser.
exports.askBrowser = async (house) => {
  const asking = new jsforce.OAuth2(oauth2(house, { useVerifier: true }));
  return { url: asking.getAuthorizationUrl({ scope: "api id refresh_token", state: "s" }), verifier: asking.codeVerifier };
};

exports.comeBack = async (house) => {
  const connection = new jsforce.Connection({ instanceUrl: house.address, oauth2: oauth2(house) });
  await connection.authorize(house.code, { code_verifier: house.verifier });
  assert.ok(connection.refreshToken);
  assert.ok(await opens(connection));
  const token = connection.accessToken;
  await connection.oauth2.revokeToken(token);
  assert.ok(await opens(connection)); // with another token, by the refresh token
  assert.notEqual(connection.accessToken, token);
  const refreshToken = connection.refreshToken;
  await connection.logout(true);
  const gone = new jsforce.Connection({ instanceUrl: house.address, oauth2: oauth2(house), accessToken: token, refreshToken });
  assert.match((await refused(gone.limits())).message, /expired access\/refresh token/);
};

exports.signsInAgain = async (house) => {
  const connection = new jsforce.Connection({ loginUrl: house.address });
  await connection.login(house.username, house.password);
  const token = connection.accessToken;
  await connection.oauth2.revokeToken(token);
  assert.ok(await opens(connection));
  assert.notEqual(connection.accessToken, token);
};

exports.identity = async (house) => {
  const connection = await signedIn(house);
  const identity = await connection.identity();
  assert.equal(identity.user_id, house.user_id);
  assert.equal(identity.organization_id, house.org_id);
  assert.equal(identity.username, house.username);
};
