// A webhook backend: repeats what a user writes.
//
// npm install standardwebhooks
// WEBHOOK_SECRET=whsec_... PORT=3000 node node.mjs

import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
// By webhook-id, so that a repeated request is not handled again. Several processes need one store for all.
const answers = new Map();

/** Your own part: what to reply. An empty object is silence. */
async function answer(event) {
  const { MsgType, Content } = event.message;
  if (MsgType !== 'text') return {};
  return { reply: { msgtype: 'text', text: { content: `收到：${Content}` } } };
}

async function answerOnce(id, event) {
  if (!answers.has(id)) answers.set(id, answer(event));
  if (answers.size > 10_000) answers.delete(answers.keys().next().value);
  return answers.get(id).catch((error) => {
    answers.delete(id);
    throw error;
  });
}

async function respond(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let event;
  try {
    // The signature is over the bytes as they came: verify first, parse afterwards.
    event = webhook.verify(Buffer.concat(chunks), request.headers);
  } catch {
    return [401, { error: 'bad signature' }];
  }
  return [200, await answerOnce(request.headers['webhook-id'], event)];
}

const server = createServer(async (request, response) => {
  const [status, body] = await respond(request).catch(() => [500, { error: 'failed' }]);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
// Only this machine can reach it: TLS is the business of a reverse proxy in front.
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
