-- Where the scheduled jobs stand, as one row of JSON: for each job when its round through the accounts began, and
-- the account whose turn is next.
CREATE TABLE job_progress (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  progress TEXT NOT NULL
);
