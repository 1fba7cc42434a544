-- API keys: the secret itself is shown once and never stored, only its SHA-256.
CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  scopes     TEXT NOT NULL, -- JSON array
  account    TEXT NOT NULL,
  created_at INTEGER NOT NULL, -- Unix seconds, like every time here
  expires_at INTEGER,
  revoked_at INTEGER
) WITHOUT ROWID;

-- Which version of a document is the newest: KV may still show an older one.
CREATE TABLE published (
  document TEXT PRIMARY KEY,
  version  INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO published (document, version) VALUES ('api_keys', 0);

-- In the same transaction as the change, so that none is ever left unpublished.
CREATE TRIGGER api_key_made AFTER INSERT ON api_key BEGIN
  UPDATE published SET version = version + 1 WHERE document = 'api_keys';
END;

CREATE TRIGGER api_key_changed AFTER UPDATE ON api_key BEGIN
  UPDATE published SET version = version + 1 WHERE document = 'api_keys';
END;
