// The least a worker can be that is bound to what ours is bound to, and asks it when it is posted to.
export default {
  async fetch(request, env) {
    if (request.method === "POST") await env.KV.get("rules:default");
    return new Response("hello");
  },
};
