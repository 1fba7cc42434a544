// The worker's entry: one call into the module for each request, with its body if that is short. The entry that
// worker-build generates costs more than WeChat's messages do; it serves the cron trigger, and restarts the module after
// a panic.
import Generated, { Conversation, Meter, RowCounter, Spool, TokenKeeper } from "generated";

export { Conversation, Meter, RowCounter, Spool, TokenKeeper };

const { serve } = Generated.prototype;
// In bytes. Larger bodies are read by the module, within its own limits, or pass through; WeChat's messages have some
// hundred bytes.
const SMALL = 65_536;
// The headers of an answer, by the number of its kind: `AnswerKind` in src/callback/delivery.rs. No cache keeps the
// answer to a POST.
const HEADERS = [
  { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", "x-content-type-options": "nosniff" },
  { "content-type": "text/plain; charset=utf-8" },
  { "content-type": "application/xml; charset=utf-8" },
];

export default {
  async fetch(request, env, context) {
    const { method } = request;
    const body = method === "POST" && isSmall(request) ? new Uint8Array(await request.arrayBuffer()) : undefined;
    const state = globalThis.__worker_init_state;
    if (state.criticalError) {
      new Generated(context, env);
    }
    try {
      let answer = serve(request, request.url, method, body, env, context);
      if (answer instanceof Promise) {
        // A caller that disconnects interrupts nothing.
        context.waitUntil(answer);
        answer = await answer;
      }
      return answer instanceof Uint8Array ? new Response(answer.subarray(1), { headers: HEADERS[answer[0]] }) : answer;
    } catch (error) {
      // Errors are answers: what throws is a panic, after which the module is not to be used again.
      state.criticalError = true;
      throw error;
    }
  },
  scheduled: (event, env, context) => new Generated(context, env).scheduled(event),
};

function isSmall(request) {
  const length = request.headers.get("content-length");
  return length !== null && length <= SMALL;
}
