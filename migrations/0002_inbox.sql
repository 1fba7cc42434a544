-- What WeChat delivered, each message and event once. Its insertion is the one row that is written before
-- WeChat gets its answer; so the indexes hold only what has been filed, behind the answer.
CREATE TABLE inbox (
  account     TEXT NOT NULL,
  create_time INTEGER NOT NULL, -- CreateTime
  openid      TEXT NOT NULL,    -- FromUserName, or OpenID where that names the user
  id          TEXT NOT NULL,    -- tells apart what one sender sent in one second
  msg_id      TEXT,             -- MsgId; events have none
  type        TEXT NOT NULL,    -- MsgType
  event       TEXT,             -- Event in lowercase; messages have none
  event_key   TEXT,             -- EventKey
  menu_id     TEXT,             -- MenuId
  opens       INTEGER,          -- for how many seconds it lets us send customer-service messages
  received_at INTEGER NOT NULL,
  message     TEXT NOT NULL,    -- every field as JSON
  reply       TEXT,             -- the passive reply as JSON
  rule        TEXT,             -- what decided
  outcome     TEXT NOT NULL,    -- replied, silent, relayed or failed
  took        INTEGER,          -- milliseconds until the answer; unknown if the worker was cut off
  filed       INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account, create_time, openid, id)
) WITHOUT ROWID;

CREATE INDEX inbox_by_user ON inbox (account, openid, create_time, id) WHERE filed = 1;
CREATE INDEX inbox_by_msg_id ON inbox (account, msg_id) WHERE filed = 1 AND msg_id IS NOT NULL;

-- Up to which CreateTime everything in the inbox has been filed.
CREATE TABLE filing (
  account TEXT PRIMARY KEY,
  up_to   INTEGER NOT NULL
) WITHOUT ROWID;

-- What we know of a user from the inbox.
CREATE TABLE follower (
  account         TEXT NOT NULL,
  openid          TEXT NOT NULL,
  followed_at     INTEGER,
  unfollowed_at   INTEGER,
  source          TEXT,    -- EventKey of the latest subscribe
  last_message_at INTEGER,
  window_until    INTEGER, -- until when customer-service messages may be sent
  PRIMARY KEY (account, openid)
) WITHOUT ROWID;

-- Those who left and did not come back.
CREATE INDEX follower_gone ON follower (account, unfollowed_at)
  WHERE unfollowed_at > COALESCE(followed_at, 0) AND unfollowed_at >= COALESCE(last_message_at, 0);

-- Taps on each menu button by day; days begin at midnight in Beijing and count from 1970.
CREATE TABLE menu_event (
  account      TEXT NOT NULL,
  event_key    TEXT NOT NULL,
  event        TEXT NOT NULL,
  menu_id      TEXT NOT NULL, -- '' where WeChat names none
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

-- Everything by day, as above.
CREATE TABLE daily_total (
  account    TEXT NOT NULL,
  day        INTEGER NOT NULL,
  messages   INTEGER NOT NULL,
  events     INTEGER NOT NULL,
  followed   INTEGER NOT NULL,
  unfollowed INTEGER NOT NULL,
  PRIMARY KEY (account, day)
) WITHOUT ROWID;

-- What was sent to users through message/reply.
CREATE TABLE sent (
  account TEXT NOT NULL,
  openid  TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  id      TEXT NOT NULL, -- random
  message TEXT NOT NULL, -- the customer-service message as JSON
  PRIMARY KEY (account, openid, sent_at, id)
) WITHOUT ROWID;

CREATE INDEX sent_by_time ON sent (account, sent_at);
