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

// The last event of a model's answer, after which some providers leave the connection open: OpenAI's, and Dify's.
const LAST_EVENT = /^data: ?(\[DONE\]|.*[{,] ?"event": ?"message_end")/;

// Sends a request and reads an answer of at most `limit` bytes, all of which has to arrive in time; an event stream ends
// with its last event. If the limit is 0, nothing is read but the first 512 bytes of a failure.
export function ask(method, url, headers, body, timeout, limit) {
  return within(timeout, async (signal) => {
    const response = await send(method, url, headers, body, signal);
    const retryAfter = response.headers.get("retry-after") ?? undefined;
    if (limit === 0 && !response.ok && response.body !== null) {
      const { head, rest } = await beginning(response.body, 512, Infinity);
      await rest?.cancel();
      return { status: response.status, retryAfter, bytes: head.slice(0, 512) };
    }
    const isWanted = limit > 0 && response.body !== null;
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    const isLast = isStream ? endOfEvents() : undefined;
    const bytes = isWanted ? await readAtMost(response.body, limit, 0, isLast) : new Uint8Array();
    if (bytes === undefined || (isWanted && isStream)) {
      await response.body.cancel();
    }
    return { status: response.status, retryAfter, bytes };
  });
}

// Begins to download a file: its first bytes, at least `look` of them, and if there are more, the whole body as a
// stream, which breaks beyond `limit` bytes.
export function download(url, headers, timeout, look, limit) {
  return within(timeout, async (signal) => {
    const response = await send("GET", url, headers, undefined, signal);
    const { head, rest } = await beginning(response.body ?? new Blob().stream(), look, limit);
    return { status: response.status, bytes: head, rest };
  });
}

// The texts of a form as a query, and its file with its size, its first bytes and its name.
export async function readForm(body, contentType) {
  const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
  const given = form.get("file");
  const texts = [...form].filter(([, value]) => typeof value === "string");
  const file = given instanceof File ? given : undefined;
  const head = await file?.slice(0, 16).arrayBuffer();
  return {
    query: new URLSearchParams(texts).toString(),
    file,
    size: file?.size ?? 0,
    head: new Uint8Array(head ?? 0),
    name: file?.name ?? "",
  };
}

// Sends a file as the part `media` of a form, whose other part is `description` unless it is empty.
export function upload(url, headers, file, name, contentType, description, timeout, limit) {
  const form = new FormData();
  form.append("media", new File([file], name, { type: contentType }));
  if (description !== "") {
    form.append("description", description);
  }
  return ask("POST", url, headers, form, timeout, limit);
}

// Reads a whole stream; undefined if it has more than `limit` bytes. Up to `spare` more are read and discarded, since a
// client that still sends does not read the answer. The stream is not cancelled: that would end the request. Nothing is
// read after a chunk that `isLast` says is the last one.
export async function readAtMost(stream, limit, spare, isLast = () => false) {
  const chunks = [];
  let length = 0;
  for await (const chunk of stream.values({ preventCancel: true })) {
    length += chunk.length;
    if (length <= limit) {
      chunks.push(chunk);
    } else if (length > limit + spare) {
      return undefined;
    }
    if (isLast(chunk)) {
      break;
    }
  }
  if (length > limit) {
    return undefined;
  }
  return joined(chunks, length);
}

// A function that says whether a chunk has the end of the line with the last event.
function endOfEvents() {
  const decoder = new TextDecoder("latin1");
  let line = "";
  return (chunk) => {
    const lines = (line + decoder.decode(chunk)).split("\n");
    line = lines.pop();
    return lines.some((line) => LAST_EVENT.test(line));
  };
}

function joined(chunks, length) {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

// Reads a stream of at most `limit` bytes. A longer one is returned as a stream with the same content.
export async function readShort(stream, limit) {
  const { head, rest } = await beginning(stream, limit, Infinity);
  return rest ?? head;
}

// The first bytes of a stream, and if it has more than `look` bytes, a stream with the same content, which breaks beyond
// `limit` bytes.
async function beginning(stream, look, limit) {
  const reader = stream.getReader();
  const chunks = [];
  let length = 0;
  while (length <= look) {
    const { done, value } = await reader.read();
    if (done) {
      return { head: joined(chunks, length) };
    }
    chunks.push(value);
    length += value.length;
  }
  const head = joined(chunks, length);
  let passed = 0;
  const rest = new ReadableStream({
    async pull(controller) {
      const { done, value } = chunks.length > 0 ? { done: false, value: chunks.shift() } : await reader.read();
      passed += done ? 0 : value.length;
      if (done) {
        controller.close();
      } else if (passed > limit) {
        controller.error(new Error(`the file has more than ${limit} bytes`));
        await reader.cancel();
      } else {
        controller.enqueue(value);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { head, rest };
}

// Replaces every occurrence of a secret with asterisks, as many as it has bytes, also across chunks.
export function concealing(stream, secrets, length) {
  const needles = secrets.split("\n").map((secret) => new TextEncoder().encode(secret));
  const longest = Math.max(...needles.map((needle) => needle.length));
  let kept = new Uint8Array();
  const concealed = stream.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        const bytes = joined([kept, chunk], kept.length + chunk.length);
        needles.forEach((needle) => conceal(bytes, needle));
        const end = Math.max(0, bytes.length - longest + 1);
        kept = bytes.slice(end);
        controller.enqueue(bytes.subarray(0, end));
      },
      flush: (controller) => controller.enqueue(kept),
    }),
  );
  return length === "" ? concealed : concealed.pipeThrough(new FixedLengthStream(Number(length)));
}

function conceal(bytes, needle) {
  for (let at = bytes.indexOf(needle[0]); at !== -1; at = bytes.indexOf(needle[0], at + 1)) {
    if (needle.every((byte, index) => bytes[at + index] === byte)) {
      bytes.fill(42, at, at + needle.length);
    }
  }
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
