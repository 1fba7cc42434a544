// What would cross into the module and back for each header and each step, done in one call. Headers are lines, a name
// and its value by turns. What throws a text ran out of its `timeout`, in milliseconds.

// Passes a request on: the answer's head has to come in time, and with it the body of one that says that it has at
// most `look` bytes; a longer one may take its time.
export function pass(method, url, headers, body, timeout, look) {
  return within(timeout, async (signal) => {
    const response = await send(method, url, headers, body, signal);
    const contentType = response.headers.get("content-type") ?? undefined;
    const length = response.headers.get("content-length") ?? undefined;
    const bytes = length <= look ? new Uint8Array(await response.arrayBuffer()) : undefined;
    return { response, status: response.status, contentType, length, bytes };
  });
}

// Asks for an answer of at most `limit` bytes, all of which has to come in time.
export function ask(method, url, headers, body, timeout, limit) {
  return within(timeout, async (signal) => {
    const response = await send(method, url, headers, body, signal);
    const retryAfter = response.headers.get("retry-after") ?? undefined;
    const isWanted = limit > 0 && response.body !== null;
    const bytes = isWanted ? await readAtMost(response.body, limit, 0) : new Uint8Array();
    if (bytes === undefined) {
      await response.body.cancel();
    }
    return { status: response.status, retryAfter, bytes };
  });
}

// The whole of a stream, or nothing if it has more than `limit` bytes, of which `spare` are read and forgotten: who
// still sends does not read an answer. The stream is left open, since a request whose body is cancelled has none.
export async function readAtMost(stream, limit, spare) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream.values({ preventCancel: true })) {
    length += chunk.length;
    if (length <= limit) {
      chunks.push(chunk);
    } else if (length > limit + spare) {
      return undefined;
    }
  }
  if (length > limit) {
    return undefined;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

export function respond(status, headers, body) {
  return new Response(body, { status, headers: pairs(headers) });
}

// A redirect would carry the token elsewhere.
function send(method, url, headers, body, signal) {
  return fetch(url, { method, headers: pairs(headers), body, redirect: "manual", signal });
}

async function within(timeout, work) {
  const controller = new AbortController();
  const { signal } = controller;
  // Otherwise the call would go on, and have its effect unseen.
  const timer = setTimeout(() => controller.abort(), timeout);
  try {
    return await work(signal);
  } catch (error) {
    throw signal.aborted ? `no answer within ${timeout} ms` : error;
  } finally {
    clearTimeout(timer);
  }
}

function pairs(lines) {
  const parts = lines.split("\n");
  const headers = {};
  for (let at = 0; at + 1 < parts.length; at += 2) {
    headers[parts[at]] = parts[at + 1];
  }
  return headers;
}
