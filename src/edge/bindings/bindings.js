// The bindings of wrangler.toml, each operation in one call with a `timeout` in milliseconds.

// Runs a statement; returns its rows and the number of rows it has written, as JSON.
export function rows(env, statement, timeout) {
  return within(timeout, "D1", async () => {
    const { results, meta } = await prepared(env, JSON.parse(statement)).all();
    return JSON.stringify([columns(results), meta.rows_written]);
  });
}

// Runs statements in one transaction; returns the number of rows of each, the rows of the first, the number of rows
// they have written, and the size of the database in bytes, as JSON.
export function transaction(env, statements, timeout) {
  return within(timeout, "D1", async () => {
    const batch = JSON.parse(statements).map((statement) => prepared(env, statement));
    const answers = await bound(env, "DB").batch(batch);
    const written = answers.reduce((sum, { meta }) => sum + meta.rows_written, 0);
    const counts = answers.map(({ results }) => results.length);
    return JSON.stringify([counts, columns(answers[0].results), written, answers.at(-1).meta.size_after]);
  });
}

export function readText(env, key, cacheTtl, timeout) {
  return within(timeout, "KV", async () => (await bound(env, "KV").get(key, { cacheTtl })) ?? undefined);
}

export function writeText(env, key, text, timeout) {
  return within(timeout, "KV", () => bound(env, "KV").put(key, text));
}

// The Durable Objects: what a timeout calls them, and where they should be. WeChat's API is in China.
const OBJECTS = {
  TOKEN_KEEPER: ["the keeper", { locationHint: "apac" }],
  ROW_COUNTER: ["the row counter"],
  SPOOL: ["the spool"],
  CONVERSATION: ["the conversation"],
  METER: ["the meter"],
};

export function askObject(env, binding, name, body, timeout) {
  const [what, options] = OBJECTS[binding];
  return within(timeout, what, async () => {
    const objects = bound(env, binding);
    const object = objects.get(objects.idFromName(name), options);
    const answer = await object.fetch("https://object/", { method: "POST", body });
    return answer.text();
  });
}

// Runs a statement in the database of a Durable Object; returns its rows as JSON.
export function storageRows(storage, statement) {
  const { sql, parameters } = JSON.parse(statement);
  return JSON.stringify([...storage.sql.exec(sql, ...parameters).raw()]);
}

// The names of the columns of one statement are different, and none is a number: their order is that of the statement.
function columns(results) {
  return results.map((row) => Object.values(row));
}

function prepared(env, { sql, parameters }) {
  return bound(env, "DB").prepare(sql).bind(...parameters);
}

function bound(env, name) {
  if (env[name] === undefined) {
    throw new Error(`the binding ${name} is missing in wrangler.toml`);
  }
  return env[name];
}

async function within(timeout, what, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not answer within ${timeout} ms`)), timeout);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
