// A desk with the public client: subscribes, tells each step and event as a line of JSON, and leaves after `bye`.
import { adapt } from "cometd-nodejs-client";
import { AckExtension, CometD } from "cometd";

adapt();
const { address, authorization } = JSON.parse(process.env.DESK);
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

const client = new CometD();
client.configure({ url: `${address}/api/v2/notifications`, requestHeaders: { Authorization: authorization } });
client.registerExtension("ack", new AckExtension());

const heard = (message) => {
  say({ event: message.data });
  if (message.data.interaction.subject === "bye") client.disconnect((reply) => say({ left: reply.successful }));
};
client.addListener("/meta/handshake", (handshake) => {
  // Without a socket the first answer is a refusal; the client turns to long polling by itself.
  if (!handshake.successful) return;
  client.batch(() => {
    client.subscribe("/v2/users", () => {}, (reply) => say({ users: reply.successful, error: reply.error }));
    client.subscribe("/v2/me/interactions", heard, (reply) => say({ subscribed: reply.successful }));
    client.publish("/v2/me/interactions", {}, (reply) => say({ published: reply.successful, error: reply.error }));
  });
});
client.handshake();
