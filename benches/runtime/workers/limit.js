// What reading a message and answering it costs the runtime itself: no worker can be cheaper.
const HEADERS = { "content-type": "application/xml; charset=utf-8" };

export default {
  async fetch(request, env) {
    await request.text();
    return new Response(env.CONSTANT, { headers: HEADERS });
  },
};
