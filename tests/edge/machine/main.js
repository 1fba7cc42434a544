// The built module, unchanged, with a clock that can be set ahead.
export { default } from "./index.js";
export * from "./index.js";

const now = Date.now;
let ahead = 0;
let panicsAfter = Infinity;

Date.now = () => {
  panicsAfter -= 1;
  // This error leaves the module in the same state as a panic.
  if (panicsAfter < 0) {
    panicsAfter = Infinity;
    throw new WebAssembly.RuntimeError("unreachable");
  }
  return now() + ahead;
};

// A request sets { ahead, panics_after }: milliseconds, and the number of clock readings before one panics. It
// writes `mark` to both streams of the log.
export const clock = {
  async fetch(request) {
    const order = await request.json();
    ahead = order.ahead ?? ahead;
    panicsAfter = order.panics_after ?? panicsAfter;
    if (order.mark !== undefined) {
      const line = JSON.stringify({ event: "mark", mark: order.mark });
      console.log(line);
      console.error(line);
    }
    return new Response("ok");
  },
};
