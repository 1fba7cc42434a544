-- All versions of each account's settings. KV has the latest.
CREATE TABLE settings (
  account  TEXT NOT NULL,
  version  INTEGER NOT NULL,
  document TEXT NOT NULL,    -- JSON
  rules    INTEGER NOT NULL, -- number of rules
  author   TEXT NOT NULL,    -- the name of the API key
  change   TEXT NOT NULL,    -- the API call, such as rule/create
  made_at  INTEGER NOT NULL,
  PRIMARY KEY (account, version)
) WITHOUT ROWID;
