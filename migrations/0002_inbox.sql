-- Each message and event that WeChat delivered, once. This row is the only one written before WeChat gets its response,
-- so the indexes only contain filed entries: filing happens after the response.
CREATE TABLE inbox (
  account     TEXT NOT NULL,
  create_time INTEGER NOT NULL, -- CreateTime
  openid      TEXT NOT NULL,    -- FromUserName, or OpenID if that names the user
  id          TEXT NOT NULL,    -- distinguishes entries of a user in the same second
  msg_id      TEXT,             -- MsgId; NULL for events
  type        TEXT NOT NULL,    -- MsgType
  event       TEXT,             -- Event in lower case; NULL for messages
  event_key   TEXT,             -- EventKey
  menu_id     TEXT,             -- MenuId
  opens       INTEGER,          -- seconds for which it opens the reply window
  received_at INTEGER NOT NULL,
  message     TEXT NOT NULL,    -- all fields as JSON
  reply       TEXT,             -- the passive reply as JSON
  rule        TEXT,             -- the rules that determined the reply
  outcome     TEXT NOT NULL,    -- replied, silent, relayed or failed
  took        INTEGER,          -- milliseconds until the response; NULL if the worker was interrupted
  filed       INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, create_time, openid, id)
) WITHOUT ROWID;

CREATE INDEX inbox_by_user ON inbox (account, openid, create_time, id) WHERE filed = 1;
CREATE INDEX inbox_by_msg_id ON inbox (account, msg_id) WHERE filed = 1 AND msg_id IS NOT NULL;

-- The CreateTime up to which every entry of the inbox has been filed.
CREATE TABLE filing (
  account TEXT PRIMARY KEY,
  up_to   INTEGER NOT NULL
) WITHOUT ROWID;

-- The state of each user, derived from the inbox.
CREATE TABLE follower (
  account         TEXT NOT NULL,
  openid          TEXT NOT NULL,
  followed_at     INTEGER,
  unfollowed_at   INTEGER,
  source          TEXT,    -- EventKey of the latest subscribe event
  last_message_at INTEGER,
  window_until    INTEGER, -- end of the reply window
  PRIMARY KEY (account, openid)
) WITHOUT ROWID;

-- Users who unfollowed and have not followed again.
CREATE INDEX follower_gone ON follower (account, unfollowed_at)
  WHERE unfollowed_at > COALESCE(followed_at, 0) AND unfollowed_at >= COALESCE(last_message_at, 0);

-- Events of each menu button per day. A day is the number of days since 1970 in Beijing time.
CREATE TABLE menu_event (
  account      TEXT NOT NULL,
  event_key    TEXT NOT NULL,
  event        TEXT NOT NULL,
  menu_id      TEXT NOT NULL, -- '' if WeChat names none
  day          INTEGER NOT NULL,
  received     INTEGER NOT NULL,
  replied      INTEGER NOT NULL,
  silent       INTEGER NOT NULL,
  relayed      INTEGER NOT NULL,
  failed       INTEGER NOT NULL,
  last_at      INTEGER NOT NULL,
  last_outcome TEXT NOT NULL,
  PRIMARY KEY (account, event_key, event, menu_id, day)
) WITHOUT ROWID;

-- Totals per day, with days as above.
CREATE TABLE daily_total (
  account    TEXT NOT NULL,
  day        INTEGER NOT NULL,
  messages   INTEGER NOT NULL,
  events     INTEGER NOT NULL,
  followed   INTEGER NOT NULL,
  unfollowed INTEGER NOT NULL,
  PRIMARY KEY (account, day)
) WITHOUT ROWID;

-- Customer-service messages that the worker sent to users.
CREATE TABLE sent (
  account TEXT NOT NULL,
  openid  TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  id      TEXT NOT NULL, -- random
  message TEXT NOT NULL, -- the customer-service message as JSON
  PRIMARY KEY (account, openid, sent_at, id)
) WITHOUT ROWID;

CREATE INDEX sent_by_time ON sent (account, sent_at);
