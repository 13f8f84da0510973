// Listens to one channel with the public client and prints what comes, a line of JSON each, until it has enough.
import { adapt } from "cometd-nodejs-client";
import { CometD } from "cometd";

adapt();
const { address, token, channel, replay, enough } = JSON.parse(process.env.LISTEN);
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

const client = new CometD();
client.configure({
  url: `${address}/cometd/59.0`,
  requestHeaders: { Authorization: `OAuth ${token}` },
  appendMessageTypeToURL: false,
});
client.registerExtension("replay", {
  outgoing(message) {
    if (message.channel === "/meta/handshake") message.ext = { ...message.ext, replay: true };
    if (message.channel === "/meta/subscribe") message.ext = { ...message.ext, replay: { [channel]: replay } };
    return message;
  },
});

let heard = 0;
client.handshake((handshake) => {
  // Without a socket the first answer is a refusal; the client turns to long polling by itself.
  if (!handshake.successful) return;
  client.subscribe(
    channel,
    (message) => {
      say(message.data);
      heard += 1;
      if (heard === enough) client.disconnect(() => process.exit(0));
    },
    (reply) => say({ subscribed: reply.successful, error: reply.error }),
  );
});
