// The built module, unchanged, with a clock that can be set ahead, and a spool that fails on demand.
import * as built from "./index.js";
import { chance, chosen } from "./chosen.js";

export { default } from "./index.js";
export { RowCounter, TokenKeeper } from "./index.js";

const now = Date.now;
let ahead = 0;
let panicsAfter = Infinity;
const spool = { orders: [], chaos: null };

Date.now = () => {
  panicsAfter -= 1;
  // This error leaves the module in the same state as a panic.
  if (panicsAfter < 0) {
    panicsAfter = Infinity;
    throw new WebAssembly.RuntimeError("unreachable");
  }
  return now() + ahead;
};

// Alarms keep the real time.
function inRealTime(state) {
  const { storage } = state;
  const setAlarm = storage.setAlarm.bind(storage);
  storage.setAlarm = (time, ...rest) => setAlarm(Number(time) - ahead, ...rest);
  return state;
}

// What the objects of assistants have cost since `objects` was last asked for: requests, alarms, and rows. A value that is
// put and an alarm that is set are a row each, as Cloudflare charges them.
const nothing = () => ({ requests: 0, alarms: 0, read: 0, written: 0 });
let objects = nothing();

function counted(state) {
  const { storage } = state;
  const count = (name, column) => {
    const method = storage[name].bind(storage);
    storage[name] = (...parameters) => {
      objects[column] += 1;
      return method(...parameters);
    };
  };
  count("get", "read");
  ["put", "setAlarm", "deleteAll"].forEach((name) => count(name, "written"));
  const { sql } = storage;
  const exec = (...parameters) => {
    const cursor = sql.exec(...parameters);
    const rows = [...cursor.raw()];
    objects.read += cursor.rowsRead;
    objects.written += cursor.rowsWritten;
    return { raw: () => rows };
  };
  Object.defineProperty(storage, "sql", { value: { exec } });
  return state;
}

export class Conversation {
  constructor(state, env) {
    this.built = new built.Conversation(counted(inRealTime(state)), env);
  }

  fetch(request) {
    objects.requests += 1;
    return this.built.fetch(request);
  }

  alarm() {
    objects.alarms += 1;
    return this.built.alarm();
  }
}

export class Meter {
  constructor(state, env) {
    this.built = new built.Meter(counted(state), env);
  }

  fetch(request) {
    objects.requests += 1;
    return this.built.fetch(request);
  }
}

// The built object, which fails on demand.
export class Spool {
  constructor(state, env) {
    this.built = new built.Spool(inRealTime(state), env);
  }

  async fetch(request) {
    if (request.method === "PUT") return this.built.alarm();
    const body = await request.text();
    const how = chosen(spool, body) ?? chance(spool);
    if (how === "mute") {
      await this.built.fetch(new Request(request.url, { method: request.method, body }));
      await new Promise(() => {});
    }
    if (how === "refuse") throw new Error("injected: the spool refuses");
    if (how === "hang") await new Promise(() => {});
    if (typeof how === "number") await scheduler.wait(how);
    const answer = await this.built.fetch(new Request(request.url, { method: request.method, body }));
    if (how === "lose") throw new Error("injected: the answer is lost");
    return answer;
  }

  alarm() {
    return this.built.alarm();
  }
}

// A request sets { ahead, panics_after }: milliseconds, and the number of clock readings before one panics. It
// writes `mark` to both streams of the log. `spool` and `spool_chaos` are orders and probabilities as in faults.js, by
// the body of a request to the spool, and "mute" performs the request and never answers; `spool_alarm` names the account
// whose spool's alarm runs now, and `spool_ask` is a request to the default account's spool, whose answer is returned.
// `objects` asks what the objects of assistants have cost.
export const clock = {
  async fetch(request, env) {
    const order = await request.json();
    ahead = order.ahead ?? ahead;
    panicsAfter = order.panics_after ?? panicsAfter;
    if (order.mark !== undefined) {
      const line = JSON.stringify({ event: "mark", mark: order.mark });
      console.log(line);
      console.error(line);
    }
    if (order.spool) Object.assign(spool, { orders: order.spool, chaos: null });
    if (order.spool_chaos) spool.chaos = order.spool_chaos;
    const spools = env.SPOOL;
    if (order.spool_alarm) {
      await spools.get(spools.idFromName(order.spool_alarm)).fetch("https://spool/", { method: "PUT" });
    }
    if (order.spool_ask) {
      const body = JSON.stringify(order.spool_ask);
      return spools.get(spools.idFromName("default")).fetch("https://spool/", { method: "POST", body });
    }
    if (order.objects) {
      const costs = objects;
      objects = nothing();
      return Response.json(costs);
    }
    return new Response("ok");
  },
};
