// A proxy between the worker and its bindings that fails on demand and counts. Each binding has an entry point; all of
// them share this module's state.
//
// POST /{binding}/orders sets a list of { on, skip, times, how }. An order applies to the requests whose text contains
// `on`: it skips `skip` of them, then applies to `times`. The text is the body for D1, and the method and the URL for KV
// and the internet. How: "refuse" returns an error, and { error } one with this text; "lose" performs the request and
// returns an error; { size_after } performs it, and D1 says that the database has this size; "hang" never answers, and "mute" performs the request and never answers; a number is the delay in milliseconds before the request, even if the caller
// has hung up.
// POST /{binding}/chaos sets { refuse, lose, slow, wait }: the probability of each, and the milliseconds of slow.
// POST /budget sets { queries, subrequests }, the numbers of D1 statements and of other requests that pass; the rest
// are refused. It returns the numbers since the last call in the same form.
// POST /d1/meter returns { under_way, meter }: the number of unfinished requests, and the costs since the last call.

import { chance, chosen } from "./chosen.js";

const none = { queries: 0, subrequests: 0 };
let budget = { queries: Infinity, subrequests: Infinity };
let asked = { ...none };
let meter = [];
let calls = 0;

const faults = Object.fromEntries(
  ["d1", "kv", "internet"].map((binding) => [binding, { orders: [], chaos: null, underWay: 0 }]),
);

const statement = async (request) => {
  const body = await request.text();
  return { text: body, init: { method: request.method, headers: request.headers, body } };
};
const key = async (request) => {
  const body = request.method === "GET" ? undefined : await request.arrayBuffer();
  return { text: `${request.method} ${request.url}`, init: { method: request.method, headers: request.headers, body } };
};
// Bodies of any size pass through as streams.
const exchange = (request) => ({ text: `${request.method} ${request.url}`, init: request });

const unbroken = (error) => Response.json({ success: false, error }, { status: 500 });
const broken = (error) => {
  throw new Error(error);
};

export const d1 = entryPoint("d1", statement, unbroken, count);
export const kv = entryPoint("kv", key, unbroken);
export const internet = entryPoint("internet", exchange, broken);

function entryPoint(name, read, fail, look = () => {}) {
  return {
    async fetch(request, env, context) {
      const fault = faults[name];
      const { text, init } = await read(request);
      const how = isSpent(name, text) ? "refuse" : (chosen(fault, text) ?? chance(fault));
      if (how === "refuse") return fail("injected: it refuses");
      if (how?.error) return fail(how.error);
      if (how === "hang") await new Promise(() => {});
      const pass = async () => {
        fault.underWay += 1;
        try {
          if (typeof how === "number") await scheduler.wait(how);
          const answer = await env[name].fetch(request.url, init);
          if (name === "internet") return answer;
          const body = how?.size_after ? await resized(answer, how.size_after) : await answer.arrayBuffer();
          look(fault, text, body);
          return new Response(body, answer);
        } finally {
          fault.underWay -= 1;
        }
      };
      const passed = pass();
      context.waitUntil(passed);
      const answer = await passed;
      if (how === "mute") await new Promise(() => {});
      return how === "lose" ? fail("injected: the answer is lost") : answer;
    },
  };
}

export default {
  async fetch(request) {
    const order = await request.json();
    const [, name, what] = new URL(request.url).pathname.split("/");
    if (name === "budget") {
      const report = asked;
      asked = { ...none };
      budget = order;
      return Response.json(report);
    }
    const fault = faults[name];
    if (what === "orders") {
      fault.orders = order;
      fault.chaos = null;
    } else if (what === "chaos") {
      fault.chaos = order;
    } else if (what === "meter") {
      const report = { under_way: fault.underWay, meter };
      meter = [];
      return Response.json(report);
    } else {
      return new Response("no such control", { status: 404 });
    }
    return Response.json({});
  },
};

async function resized(answer, size_after) {
  const results = await answer.json();
  for (const { meta } of [results].flat()) meta.size_after = size_after;
  return new TextEncoder().encode(JSON.stringify(results));
}

function isSpent(name, text) {
  const [kind, count] = name === "d1" ? ["queries", [JSON.parse(text)].flat().length] : ["subrequests", 1];
  asked[kind] += count;
  return asked[kind] > budget[kind];
}

function count({ chaos }, text, body) {
  // A long test with chaos does not read the meter, which would fill the memory.
  if (chaos || meter.length >= 1000) return;
  try {
    const statements = [JSON.parse(text)].flat();
    const results = [JSON.parse(new TextDecoder().decode(body))].flat();
    calls += 1;
    results.forEach(({ meta }, index) => {
      if (meta) meter.push({ sql: statements[index]?.sql, call: calls, read: meta.rows_read, written: meta.rows_written });
    });
  } catch {
    // Only JSON bodies have costs.
  }
}
