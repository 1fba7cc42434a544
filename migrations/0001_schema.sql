-- A database of an unreleased version has other tables under the same names. The path of json_extract is the only text
-- that a statement can put into D1's error.
SELECT CASE WHEN EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name IN ('filing', 'follower')) THEN
  json_extract('{}', 'This database belongs to an unreleased version of mp-worker: create a new one') END;

-- The version of the schema, which healthz reports.
CREATE TABLE schema_version (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL
);

INSERT INTO schema_version (id, version) VALUES (1, 1);

-- Rows that are written and overwritten to see whether the database accepts anything.
CREATE TABLE probe (
  id      INTEGER PRIMARY KEY,
  at      INTEGER NOT NULL,
  padding BLOB
);

-- API keys. The secret is shown once; only its SHA-256 is stored. A key is read by its id at most once a minute by each
-- isolate, after the id has proved that the worker made it.
CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  scopes     TEXT NOT NULL, -- JSON array
  account    TEXT NOT NULL,
  made_by    TEXT,          -- the key that created it; NULL for the root key
  created_at INTEGER NOT NULL, -- Unix seconds, as all times in this database
  expires_at INTEGER,
  revoked_at INTEGER,
  copied     INTEGER NOT NULL DEFAULT 0 -- 1 if its copy in KV is as new as this row
) WITHOUT ROWID;

CREATE INDEX api_key_by_account ON api_key (account, created_at);
CREATE INDEX api_key_uncopied ON api_key (id) WHERE copied = 0;

-- When each key was last used, to the hour: apart from the keys, which only change when somebody changes them.
CREATE TABLE api_key_use (
  id      TEXT PRIMARY KEY,
  used_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What is stored of the sessions that a key signed in for: one row for each key.
CREATE TABLE session (
  key_id TEXT PRIMARY KEY,           -- '' for the root key
  ended  TEXT NOT NULL DEFAULT '{}', -- JSON object: the sessions that were signed out, each with the time until which its cookie could be valid
  ticket TEXT                        -- the id of the latest login ticket, until it is used
) WITHOUT ROWID;

CREATE TRIGGER api_key_deleted AFTER DELETE ON api_key BEGIN
  DELETE FROM api_key_use WHERE id = OLD.id;
  DELETE FROM session WHERE key_id = OLD.id;
END;

-- What WeChat delivered: each message and event once. One D1 call stores it, before WeChat gets its answer.
CREATE TABLE inbox (
  account     TEXT NOT NULL,
  openid      TEXT NOT NULL,    -- FromUserName, or OpenID if that names the user
  create_time INTEGER NOT NULL, -- CreateTime
  id          TEXT NOT NULL,    -- distinguishes what a user sent in the same second
  msg_id      TEXT,             -- MsgId; NULL for events
  type        TEXT NOT NULL,    -- MsgType
  event       TEXT,             -- Event in lowercase; NULL for messages
  event_key   TEXT,             -- EventKey
  menu_id     TEXT,             -- MenuId
  opens       INTEGER,          -- seconds for which it opens the reply window
  received_at INTEGER NOT NULL,
  message     TEXT NOT NULL,    -- every field as JSON
  reply       TEXT,             -- the passive reply as JSON
  rule        TEXT,             -- the rules that chose the reply
  backend     TEXT,             -- the backend that is asked, or that answered
  kept        TEXT,             -- the kept answer that it was answered with
  outcome     TEXT NOT NULL,    -- what the user saw
  errcode     INTEGER,          -- WeChat's, if it refused a message to the user
  settled     INTEGER NOT NULL DEFAULT 0, -- 1 if it had no answer, and somebody has dealt with it since
  decided_ms  INTEGER,          -- milliseconds until the answer was known; NULL while a backend is being asked
  PRIMARY KEY (account, openid, create_time, id)
) WITHOUT ROWID;

-- Covers what statistics read, since D1 charges rows and not columns.
CREATE INDEX inbox_by_time ON inbox (account, create_time, openid, id, event, event_key, menu_id, outcome, rule, backend,
  decided_ms, kept);
CREATE INDEX inbox_by_msg_id ON inbox (account, msg_id) WHERE msg_id IS NOT NULL;

-- Unanswered messages.
CREATE INDEX inbox_open ON inbox (account, create_time, openid, id, outcome)
  WHERE event IS NULL AND settled = 0
    AND outcome IN ('unanswered', 'held', 'asked', 'failed', 'refused', 'unknown');

-- What events and WeChat's API said about each user. Messages do not write it.
CREATE TABLE user (
  account       TEXT NOT NULL,
  openid        TEXT NOT NULL,
  followed_at   INTEGER,
  unfollowed_at INTEGER,
  source        TEXT, -- EventKey of the latest subscribe event
  remark        TEXT,
  tags          TEXT, -- JSON array: the ids of the tags, as WeChat last said
  PRIMARY KEY (account, openid)
) WITHOUT ROWID;

-- How far the users of each account are synchronised with WeChat.
CREATE TABLE user_sync (
  account     TEXT PRIMARY KEY,
  state       TEXT NOT NULL,    -- running, done or failed
  -- list: those whom WeChat lists are compared; rest: those whom it did not list are asked about, if there are any
  stage       TEXT NOT NULL DEFAULT 'list',
  next_openid TEXT NOT NULL,    -- after whom it goes on
  done        INTEGER NOT NULL, -- number of users that were compared
  total       INTEGER NOT NULL, -- number of followers, as WeChat last said
  started_at  INTEGER NOT NULL,
  compared_at INTEGER NOT NULL DEFAULT 0, -- when users were last compared
  error       TEXT              -- why it failed, or why its last turn did, which is repeated
) WITHOUT ROWID;

-- Users whom nothing answers automatically, since a person does.
CREATE TABLE paused (
  account TEXT NOT NULL,
  openid  TEXT NOT NULL,
  until   INTEGER NOT NULL,
  by      TEXT NOT NULL, -- who paused, as the sender of sent
  PRIMARY KEY (account, openid)
) WITHOUT ROWID;

-- Counts of what was received, by hour, once an hour is closed.
CREATE TABLE hourly (
  account TEXT NOT NULL,
  kind    TEXT NOT NULL,    -- total, rule, backend, time (response times), menu or scene
  hour    INTEGER NOT NULL, -- hours since 1970
  key     TEXT NOT NULL,    -- what is counted: the event ('' for messages), the rules, the backend and so on
  outcome TEXT NOT NULL,    -- '' for kind time
  n       INTEGER NOT NULL,
  last_at INTEGER NOT NULL, -- CreateTime of the latest
  PRIMARY KEY (account, kind, hour, key, outcome)
) WITHOUT ROWID;

-- The sums of the hours of a day in Beijing.
CREATE TABLE daily (
  account TEXT NOT NULL,
  kind    TEXT NOT NULL,
  day     INTEGER NOT NULL, -- days since 1970 in Beijing
  key     TEXT NOT NULL,
  outcome TEXT NOT NULL,
  n       INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (account, kind, day, key, outcome)
) WITHOUT ROWID;

-- How far hours are closed and days are summed.
CREATE TABLE figures (
  account         TEXT PRIMARY KEY,
  hours_up_to     INTEGER NOT NULL, -- the latest closed hour
  days_up_to      INTEGER NOT NULL, -- the latest summed day
  kept_from       INTEGER NOT NULL, -- the earliest hour that may be closed again: all of its entries are still stored
  recounted_in    INTEGER NOT NULL DEFAULT 0, -- the hour of the clock in which late hours were last closed again
  recounted_up_to INTEGER NOT NULL DEFAULT 0  -- the latest of those that were
) WITHOUT ROWID;

-- Closed hours to close again, because an entry of theirs arrived or changed since.
CREATE TABLE late_hour (
  account TEXT NOT NULL,
  hour    INTEGER NOT NULL,
  PRIMARY KEY (account, hour)
) WITHOUT ROWID;

-- What arrives late is noted by a statement of its own (inbox::note_late), since SQLite compiles a trigger with every insert.
CREATE TRIGGER updated_late AFTER UPDATE OF outcome, rule, backend, decided_ms ON inbox
  WHEN EXISTS (SELECT 1 FROM figures
    WHERE account = NEW.account AND NEW.create_time / 3600 BETWEEN kept_from AND hours_up_to)
BEGIN
  INSERT INTO late_hour (account, hour) VALUES (NEW.account, NEW.create_time / 3600) ON CONFLICT DO NOTHING;
END;

-- Messages sent to users through WeChat's API, and what WeChat said.
CREATE TABLE sent (
  account TEXT NOT NULL,
  openid  TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  id      TEXT NOT NULL, -- random, after the milliseconds: the order of those sent in one second
  kind    TEXT NOT NULL, -- custom or template
  message TEXT NOT NULL, -- the request as JSON
  sender  TEXT NOT NULL, -- key:..., rule:... or backend:...
  errcode INTEGER,       -- 0 if WeChat accepted it; NULL if it did not answer
  PRIMARY KEY (account, openid, sent_at, id)
) WITHOUT ROWID;

CREATE INDEX sent_by_time ON sent (account, sent_at);

-- Sends through the gateway with an Idempotency-Key: the answer of the first one, kept for a day.
CREATE TABLE sent_once (
  account         TEXT NOT NULL,
  idempotency_key TEXT NOT NULL, -- prefixed with the id of the API key, so that the keys of two programs do not collide
  request         TEXT NOT NULL, -- SHA-1 of the path and the body
  answer          TEXT,          -- WeChat's; NULL while the first call is running, and empty if its outcome is unknown
  created_at      INTEGER NOT NULL,
  owner           TEXT NOT NULL, -- random: the call that has the key
  PRIMARY KEY (account, idempotency_key)
) WITHOUT ROWID;

CREATE INDEX sent_once_by_time ON sent_once (account, created_at);

-- The versions of an account's settings; KV has the newest.
CREATE TABLE settings (
  account  TEXT NOT NULL,
  version  INTEGER NOT NULL,
  document TEXT NOT NULL,    -- JSON
  rules    INTEGER NOT NULL, -- number of rules
  author   TEXT NOT NULL,    -- the name of the API key
  author_id TEXT,            -- its id; NULL for the root key and for the worker itself
  change   TEXT NOT NULL,    -- the API call, such as rule/create
  made_at  INTEGER NOT NULL,
  PRIMARY KEY (account, version)
) WITHOUT ROWID;

-- The menus of an account as its operator edits them: the newest version is the draft, unless it is published. Versions
-- that were published are kept, the others only until the next one.
CREATE TABLE menu_version (
  account   TEXT NOT NULL,
  version   INTEGER NOT NULL,
  menus     TEXT NOT NULL,    -- JSON array
  replies   TEXT NOT NULL,    -- JSON array: the replies to taps that are published with the menus
  author    TEXT NOT NULL,    -- the name of the API key that saved or published it
  made_at   INTEGER NOT NULL,
  published INTEGER NOT NULL, -- 1 if WeChat has got it
  PRIMARY KEY (account, version)
) WITHOUT ROWID;

-- Who is publishing the menus of an account: one at a time, since WeChat keeps a conditional menu that is created twice
-- twice. A row that was left behind counts for three minutes.
CREATE TABLE menu_publication (
  account  TEXT NOT NULL PRIMARY KEY,
  claim    TEXT NOT NULL,    -- random
  author   TEXT NOT NULL,    -- the name of the API key
  began_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What has yet to be done because of an entry: a backend to tell (notify) or to ask (respond), or a message to send to
-- the user (send). A row is deleted when it is done, and becomes dead when it is given up.
CREATE TABLE delivery (
  account     TEXT NOT NULL,
  id          TEXT NOT NULL,    -- webhook-id
  openid      TEXT NOT NULL,    -- with the next two columns: the entry it belongs to
  create_time INTEGER NOT NULL,
  entry       TEXT NOT NULL,
  position    INTEGER NOT NULL, -- the order of the messages of one entry
  backend     TEXT NOT NULL,    -- '' for a message of the rules to the user
  mode        TEXT NOT NULL,    -- notify, respond or send
  message     TEXT,             -- a customer-service message as JSON
  state       TEXT NOT NULL,    -- pending or dead
  attempts    INTEGER NOT NULL, -- number of attempts begun
  under_way   INTEGER NOT NULL, -- 1 while an attempt is running
  claim       TEXT,             -- random, of the latest claim of a message to the user
  due_at      INTEGER NOT NULL, -- when to try, or when a running attempt counts as interrupted
  made_at     INTEGER NOT NULL,
  error       TEXT,             -- error of the last attempt
  failures    TEXT,             -- JSON array: the last failed attempts, with the beginning of what the backend answered
  PRIMARY KEY (account, id)
) WITHOUT ROWID;

-- What is due, by kind, since a message to a user is begun alone; also the order of delivery/list.
CREATE INDEX delivery_due ON delivery (account, state, mode, under_way, due_at, id, backend);
CREATE INDEX delivery_by_user ON delivery (account, openid, create_time, entry, position);

-- Answers for a user's next message: those of backends that came too late, and those that a person left.
CREATE TABLE kept (
  account     TEXT NOT NULL,
  openid      TEXT NOT NULL,
  made_at     INTEGER NOT NULL,
  id          TEXT NOT NULL, -- the delivery's id and a number, or a random one
  reply       TEXT NOT NULL, -- JSON
  backend     TEXT,          -- NULL if a person left it
  create_time INTEGER,       -- with the next column: the entry that it answers
  entry       TEXT,
  used        INTEGER NOT NULL DEFAULT 0, -- 1 once an entry is stored with it, until the entry that it answers says so
  PRIMARY KEY (account, openid, made_at, id)
) WITHOUT ROWID;

CREATE INDEX kept_by_time ON kept (account, made_at);

-- An entry that is stored with a kept answer uses it up. The entry that it answers is changed by a second call
-- (inbox::settle_used): SQLite would compile that update, with its triggers, for every message that is stored.
CREATE TRIGGER kept_used AFTER INSERT ON inbox WHEN NEW.kept IS NOT NULL BEGIN
  UPDATE kept SET used = 1 WHERE account = NEW.account AND openid = NEW.openid AND id = NEW.kept;
END;

-- An entry whose user got another reply after all gives the kept answer back.
CREATE TRIGGER kept_returned AFTER UPDATE OF kept ON inbox WHEN OLD.kept IS NOT NULL AND NEW.kept IS NULL BEGIN
  UPDATE kept SET used = 0 WHERE account = OLD.account AND openid = OLD.openid AND id = OLD.kept;
  INSERT INTO kept (account, openid, made_at, id, reply, backend)
    SELECT OLD.account, OLD.openid, OLD.received_at, OLD.kept, OLD.reply, OLD.backend WHERE NOT EXISTS (
      SELECT 1 FROM kept WHERE account = OLD.account AND openid = OLD.openid AND id = OLD.kept)
    ON CONFLICT DO NOTHING;
END;

-- The latest requests to each callback URL, for the set-up page: the last server address verification that succeeded, the
-- last that failed, the last delivery that was refused; and when the page was last open.
CREATE TABLE callback_attempt (
  account TEXT NOT NULL,
  kind    TEXT NOT NULL, -- verified, not_verified, refused or watched
  at      INTEGER NOT NULL,
  step    TEXT NOT NULL, -- the step that failed, or answer
  skew    INTEGER,       -- seconds between its timestamp and our clock
  took_ms INTEGER,
  PRIMARY KEY (account, kind)
) WITHOUT ROWID;

-- QR codes with a name, at most 1,000 of an account.
CREATE TABLE qrcode (
  account    TEXT NOT NULL,
  scene      TEXT NOT NULL,
  name       TEXT NOT NULL,
  url        TEXT,          -- its content; NULL if it was created elsewhere
  expires_at INTEGER,       -- NULL if it is permanent, or was created elsewhere
  made_by    TEXT NOT NULL, -- the name of the API key that named it
  made_at    INTEGER NOT NULL,
  PRIMARY KEY (account, scene)
) WITHOUT ROWID;

-- The day's quota of customer-service messages, as WeChat last said.
CREATE TABLE quota (
  account     TEXT PRIMARY KEY,
  at          INTEGER NOT NULL,
  used        INTEGER NOT NULL,
  daily_limit INTEGER NOT NULL
) WITHOUT ROWID;

-- What WeChat lets each account do, as its answers show.
CREATE TABLE capability (
  account TEXT PRIMARY KEY,
  learned TEXT NOT NULL -- JSON object: by group of calls its state (yes or no), since when, and WeChat's errcode
) WITHOUT ROWID;

-- Changes that were made through the API or refused, for 90 days. Names no user, and has no text.
CREATE TABLE audit (
  account    TEXT NOT NULL,
  at         INTEGER NOT NULL,
  request_id TEXT NOT NULL,
  key_id     TEXT,          -- NULL for the root key
  key_name   TEXT NOT NULL,
  call       TEXT NOT NULL, -- such as rule/create
  object     TEXT,          -- the id of what was changed
  ok         INTEGER NOT NULL,
  PRIMARY KEY (account, at, request_id)
) WITHOUT ROWID;

-- Where the scheduled jobs stand, as one row of JSON: for each job when its round through the accounts began, and
-- the account whose turn is next.
CREATE TABLE job_progress (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  progress TEXT NOT NULL
);
