-- The outbox of an entry, as a JSON array in the entry's own row.
ALTER TABLE inbox ADD COLUMN follow TEXT;

-- Deliveries that have not succeeded yet: a webhook to notify (notify) or to ask (respond), or a message to send to
-- the user (send). A row is deleted when its delivery succeeds, and becomes dead when the worker stops retrying.
CREATE TABLE delivery (
  account     TEXT NOT NULL,
  id          TEXT NOT NULL,    -- webhook-id
  openid      TEXT NOT NULL,    -- with the next two columns: the entry that it belongs to
  create_time INTEGER NOT NULL,
  entry       TEXT NOT NULL,
  webhook     TEXT NOT NULL,    -- '' for a message to the user
  mode        TEXT NOT NULL,    -- notify, respond or send
  message     TEXT,             -- a customer-service message as JSON
  state       TEXT NOT NULL,    -- pending or dead
  attempts    INTEGER NOT NULL, -- number of attempts started
  under_way   INTEGER NOT NULL, -- 1 while an attempt is running
  due_at      INTEGER NOT NULL, -- when to attempt, or when a running attempt counts as interrupted
  made_at     INTEGER NOT NULL,
  error       TEXT,             -- error of the last attempt
  PRIMARY KEY (account, id)
) WITHOUT ROWID;

CREATE INDEX delivery_due ON delivery (account, due_at) WHERE state = 'pending';
CREATE INDEX delivery_by_user ON delivery (account, openid);
CREATE INDEX delivery_by_time ON delivery (account, made_at, id);

-- Replies that arrived too late, kept for the user's next message.
CREATE TABLE kept (
  account TEXT NOT NULL,
  openid  TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  id      TEXT NOT NULL, -- the delivery's id and a number
  reply   TEXT NOT NULL, -- JSON
  PRIMARY KEY (account, openid, made_at, id)
) WITHOUT ROWID;

CREATE INDEX kept_by_time ON kept (account, made_at);
