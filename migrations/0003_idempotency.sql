-- Sends through the gateway that named an Idempotency-Key: the answer of the first, kept for a day.
CREATE TABLE sent_once (
  account         TEXT NOT NULL,
  idempotency_key TEXT NOT NULL, -- with the API key's id in front, so that two keys do not meet
  request         TEXT NOT NULL, -- SHA-1 of the path and the body
  answer          TEXT,          -- WeChat's; none while the first is under way, or if it did not say how it ended
  created_at      INTEGER NOT NULL,
  PRIMARY KEY (account, idempotency_key)
) WITHOUT ROWID;

CREATE INDEX sent_once_by_time ON sent_once (account, created_at);
