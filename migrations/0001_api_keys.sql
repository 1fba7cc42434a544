-- API keys. The secret is shown once; only its SHA-256 is stored.
CREATE TABLE api_key (
  id         TEXT PRIMARY KEY,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  scopes     TEXT NOT NULL, -- JSON array
  account    TEXT NOT NULL,
  created_at INTEGER NOT NULL, -- Unix seconds, like all times in this database
  expires_at INTEGER,
  revoked_at INTEGER
) WITHOUT ROWID;

-- The latest version of each document. KV may still have an older one.
CREATE TABLE published (
  document TEXT PRIMARY KEY,
  version  INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO published (document, version) VALUES ('api_keys', 0);

-- Triggers run in the transaction of the change, so that no change stays unpublished.
CREATE TRIGGER api_key_made AFTER INSERT ON api_key BEGIN
  UPDATE published SET version = version + 1 WHERE document = 'api_keys';
END;

CREATE TRIGGER api_key_changed AFTER UPDATE ON api_key BEGIN
  UPDATE published SET version = version + 1 WHERE document = 'api_keys';
END;
