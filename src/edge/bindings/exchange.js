// Each function does in one call what would otherwise cross between JavaScript and the module for each header. Headers
// are lines, names and values in turn. A text is thrown when a `timeout`, in milliseconds, is exceeded.

// Forwards a request. The answer's head has to arrive in time, and with it the body if it is announced with at most
// `look` bytes; a longer one may arrive later.
export function pass(method, url, headers, body, timeout, look) {
  return within(timeout, async (signal) => {
    const response = await send(method, url, headers, body, signal);
    const contentType = response.headers.get("content-type") ?? undefined;
    const length = response.headers.get("content-length") ?? undefined;
    const bytes = length <= look ? new Uint8Array(await response.arrayBuffer()) : undefined;
    return { response, status: response.status, contentType, length, bytes };
  });
}

// Sends a request and reads an answer of at most `limit` bytes, all of which has to arrive in time.
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

// Reads a whole stream; undefined if it has more than `limit` bytes. Up to `spare` more are read and discarded, since a
// client that still sends does not read the answer. The stream is not cancelled: that would end the request.
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

// A redirect would send the token to another host.
function send(method, url, headers, body, signal) {
  return fetch(url, { method, headers: pairs(headers), body, redirect: "manual", signal });
}

async function within(timeout, work) {
  const controller = new AbortController();
  const { signal } = controller;
  // Without this the call would continue and take effect unnoticed.
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
