// Reads the message and answers with a constant. This is the cost of the runtime itself, the minimum for any worker.
const HEADERS = { "content-type": "application/xml; charset=utf-8" };

export default {
  async fetch(request, env) {
    await request.text();
    return new Response(env.CONSTANT, { headers: HEADERS });
  },
};
