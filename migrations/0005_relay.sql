-- What follows from an entry beyond our own books, as a JSON array; stored with it in the one row.
ALTER TABLE inbox ADD COLUMN follow TEXT;

-- What is still to be done: a webhook to tell (notify) or to ask (respond), or a message to the user (send).
-- A row goes when it is done; what could not be done stays as dead.
CREATE TABLE delivery (
  account     TEXT NOT NULL,
  id          TEXT NOT NULL,    -- webhook-id
  openid      TEXT NOT NULL,    -- with the next two: the entry it follows from
  create_time INTEGER NOT NULL,
  entry       TEXT NOT NULL,
  webhook     TEXT NOT NULL,    -- '' for a message to the user
  mode        TEXT NOT NULL,    -- notify, respond or send
  message     TEXT,             -- a customer-service message as JSON
  state       TEXT NOT NULL,    -- pending or dead
  attempts    INTEGER NOT NULL, -- begun
  under_way   INTEGER NOT NULL, -- 1 from the beginning of an attempt to its end
  due_at      INTEGER NOT NULL, -- when to try, or when an attempt counts as cut off
  made_at     INTEGER NOT NULL,
  error       TEXT,             -- of the last attempt
  PRIMARY KEY (account, id)
) WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (account, due_at) WHERE state = 'pending';
CREATE INDEX delivery_by_user ON delivery (account, openid);
CREATE INDEX delivery_by_time ON delivery (account, made_at, id);

-- Answers that came too late, for the user's next message to fetch.
CREATE TABLE kept (
  account TEXT NOT NULL,
  openid  TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  id      TEXT NOT NULL, -- of the delivery, with a number
  reply   TEXT NOT NULL, -- JSON
  PRIMARY KEY (account, openid, made_at, id)
) WITHOUT ROWID;

CREATE INDEX kept_by_time ON kept (account, made_at);
