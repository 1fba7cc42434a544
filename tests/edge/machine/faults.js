// Stands between the worker and what it is bound to: fails on demand, and counts D1's rows.
//
// An order is { on, skip, times, how }: the requests whose body contains `on`, from the one after `skip` on,
// `times` of them. How: "refuse" does nothing and says so; "lose" does it and says that it failed;
// "hang" never answers; a number is the milliseconds to wait before doing it.
// Chaos is { refuse, lose, slow, wait }: how likely each is, and how long slow is.

let orders = [];
let chaos = null;
let meter = [];
let requests = 0;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/control/")) return control(pathname, request);
    const body = await request.text();
    requests += 1;
    const how = chosen(body) ?? chance();
    if (how === "refuse") return failure("injected: it refuses");
    if (how === "hang") await new Promise(() => {});
    if (typeof how === "number") await scheduler.wait(how);
    const answer = await env.BEHIND.fetch(request.url, { method: request.method, headers: request.headers, body });
    const text = await answer.text();
    count(body, text);
    return how === "lose" ? failure("injected: the answer is lost") : new Response(text, answer);
  },
};

async function control(pathname, request) {
  switch (pathname) {
    case "/control/orders":
      orders = await request.json();
      chaos = null;
      return new Response("ok");
    case "/control/chaos":
      chaos = await request.json();
      return new Response("ok");
    case "/control/meter": {
      const report = { requests, meter };
      meter = [];
      requests = 0;
      return Response.json(report);
    }
    default:
      return new Response("no such control", { status: 404 });
  }
}

function chosen(body) {
  for (const order of orders) {
    if (!body.includes(order.on)) continue;
    if (order.skip > 0) {
      order.skip -= 1;
    } else if (order.times > 0) {
      order.times -= 1;
      return order.how;
    }
  }
  return null;
}

function chance() {
  if (!chaos) return null;
  let left = Math.random();
  if ((left -= chaos.refuse) < 0) return "refuse";
  if ((left -= chaos.lose) < 0) return "lose";
  if ((left -= chaos.slow) < 0) return chaos.wait;
  return null;
}

// In D1's shape; to a queue any status but 200 says the same.
function failure(error) {
  return Response.json({ success: false, error }, { status: 500 });
}

function count(body, text) {
  // A soak needs no meter, and would fill the memory with it.
  if (chaos || meter.length >= 1000) return;
  try {
    const statements = [JSON.parse(body)].flat();
    const results = [JSON.parse(text)].flat();
    results.forEach(({ meta }, index) => {
      if (meta) meter.push({ sql: statements[index]?.sql, read: meta.rows_read, written: meta.rows_written });
    });
  } catch {
    // What is no JSON is not D1's.
  }
}
