// A minimal worker with the same bindings as ours, which reads KV for POST requests.
export default {
  async fetch(request, env) {
    if (request.method === "POST") await env.KV.get("rules:default");
    return new Response("hello");
  },
};
