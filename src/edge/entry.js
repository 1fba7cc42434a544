// The worker's door: one call into the module for each request, its body in hand if it is short. The generated entry
// would cost more than WeChat's messages do; it is left to the queue and the cron trigger, and starts the module anew
// after a panic.
import Generated, { TokenKeeper } from "generated";

export { TokenKeeper };

const { serve } = Generated.prototype;
// Larger bodies are read by the module, within its own limits, or pass through. WeChat's messages have some hundred
// bytes.
const SMALL = 65_536;
// The answer to a POST is kept by nobody, so that no header has to forbid it.
const XML = { headers: { "content-type": "application/xml; charset=utf-8" } };
const SUCCESS = { headers: { "content-type": "text/plain; charset=utf-8" } };
const ECHO = {
  headers: {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  },
};

export default {
  async fetch(request, env, context) {
    const { method } = request;
    const body = method === "POST" && isSmall(request) ? new Uint8Array(await request.arrayBuffer()) : undefined;
    const state = globalThis.__worker_init_state;
    if (state.criticalError) {
      new Generated(context, env);
    }
    try {
      const answer = serve(request, request.url, method, body, env, context);
      if (answer instanceof Uint8Array) {
        return new Response(answer, kind(method, answer));
      }
      // A caller that hangs up ends nothing half-way.
      context.waitUntil(answer);
      return await answer;
    } catch (error) {
      // Refusals are answers: what throws is a panic, and leaves the module in the middle of something.
      state.criticalError = true;
      throw error;
    }
  },
  queue: (batch, env, context) => new Generated(context, env).queue(batch),
  scheduled: (event, env, context) => new Generated(context, env).scheduled(event),
};

function isSmall(request) {
  const length = request.headers.get("content-length");
  return length !== null && length <= SMALL;
}

// What WeChat gets is its echo, a reply, or "success".
function kind(method, answer) {
  if (method === "GET") {
    return ECHO;
  }
  return answer[0] === "<".charCodeAt(0) ? XML : SUCCESS;
}
