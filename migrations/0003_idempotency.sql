-- Sends through the gateway with an Idempotency-Key. The first response is kept for a day and returned to repeats.
CREATE TABLE sent_once (
  account         TEXT NOT NULL,
  idempotency_key TEXT NOT NULL, -- prefixed with the id of the API key, so that the keys of two programs do not collide
  request         TEXT NOT NULL, -- SHA-1 of the path and the body
  answer          TEXT,          -- WeChat's response; NULL while the first call runs, or if its outcome is unknown
  created_at      INTEGER NOT NULL,
  PRIMARY KEY (account, idempotency_key)
) WITHOUT ROWID;

CREATE INDEX sent_once_by_time ON sent_once (account, created_at);
