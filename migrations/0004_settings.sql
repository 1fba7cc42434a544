-- What an account's operator decided, version by version; KV holds the newest.
CREATE TABLE settings (
  account  TEXT NOT NULL,
  version  INTEGER NOT NULL,
  document TEXT NOT NULL,    -- JSON
  rules    INTEGER NOT NULL, -- how many it has
  author   TEXT NOT NULL,    -- the name of the API key
  change   TEXT NOT NULL,    -- the call, such as rule/create
  made_at  INTEGER NOT NULL,
  PRIMARY KEY (account, version)
) WITHOUT ROWID;
