// The worker's door. A message of WeChat's takes one call into the module, which answers at once if it can; the
// generated entry would cost more than that work does. Everything else takes the generated entry, which also starts
// the module anew after a panic.
import Generated, { TokenKeeper } from "generated";

export { TokenKeeper };

const { receive } = Generated.prototype;
// Larger bodies are read by the module, within its own limits. WeChat's messages have some hundred bytes.
const SMALL = 65_536;
// The answer to a POST is kept by nobody, so that no header has to forbid it.
const XML = { headers: { "content-type": "application/xml; charset=utf-8" } };

export default {
  fetch(request, env, context) {
    const { url } = request;
    if (request.method === "POST" && url.startsWith("/callback", url.indexOf("/", 8)) && isSmall(request)) {
      return answer(url, request, env, context);
    }
    return new Generated(context, env).fetch(request);
  },
  queue: (batch, env, context) => new Generated(context, env).queue(batch),
  scheduled: (event, env, context) => new Generated(context, env).scheduled(event),
};

function isSmall(request) {
  const length = request.headers.get("content-length");
  return length !== null && length <= SMALL;
}

async function answer(url, request, env, context) {
  const body = new Uint8Array(await request.arrayBuffer());
  const state = globalThis.__worker_init_state;
  if (state.criticalError) {
    return new Generated(context, env).fetch(new Request(url, { method: "POST", headers: request.headers, body }));
  }
  try {
    const answer = receive(url, body, env, context);
    if (typeof answer === "string") {
      return answer.startsWith("<") ? new Response(answer, XML) : new Response(answer);
    }
    // A caller that hangs up ends nothing half-way.
    context.waitUntil(answer);
    return await answer;
  } catch (error) {
    // Refusals are answers: what throws is a panic, and leaves the module in the middle of something.
    state.criticalError = true;
    throw error;
  }
}
