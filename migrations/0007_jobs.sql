-- The progress of the scheduled jobs, as one row of JSON: for each job, when its current round through the accounts
-- started, and which account is next.
CREATE TABLE job_progress (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  progress TEXT NOT NULL
);
