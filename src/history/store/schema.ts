/** The tables of the history. Times are Unix epoch ms, memory is bytes, CPU is ms of one core or percent of one. */

/** Goes up with every change of a table; `PRAGMA user_version` of the file says which one it has. */
export const SCHEMA_VERSION = 1;

/**
 * `ticks`: one row per minute, later per hour. `jobs`, `exits`: what a person launched, and each Bun process that
 * ended; `ended_by` is "itself", "unseen" (nobody watched) or the rule it was stopped for. `verdicts`: an episode of one
 * process over one limit. The columns of these four are explained in history/chronicle/rows.ts. `kills`, `events`: what the journal
 * says, see import-journal.ts. `marks`: how far that has been read. `outbox`: not used any more, see alert/deliver/outbox.ts.
 */
export const TABLES = `
CREATE TABLE ticks (
  at_ms INTEGER PRIMARY KEY,
  span_ms INTEGER NOT NULL,
  looks INTEGER NOT NULL,
  processes INTEGER NOT NULL,
  jobs INTEGER NOT NULL,
  counted INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  cpu_percent REAL NOT NULL,
  cpu_percent_max REAL NOT NULL,
  available_bytes INTEGER
) STRICT;

CREATE TABLE jobs (
  id TEXT NOT NULL,
  began_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  ended_by TEXT,
  project TEXT,
  command TEXT NOT NULL,
  kind TEXT NOT NULL,
  exempt TEXT NOT NULL,
  processes INTEGER NOT NULL,
  memory_bytes INTEGER,
  cpu_ms INTEGER NOT NULL,
  PRIMARY KEY (id, began_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_seen ON jobs (seen_ms);
CREATE INDEX jobs_living ON jobs (id) WHERE ended_ms IS NULL;

CREATE TABLE exits (
  pid INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  job TEXT NOT NULL,
  project TEXT,
  command TEXT NOT NULL,
  kind TEXT NOT NULL,
  age_ms INTEGER NOT NULL,
  memory_bytes INTEGER,
  cpu_ms INTEGER NOT NULL,
  ended_by TEXT NOT NULL,
  PRIMARY KEY (pid, start_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX exits_at ON exits (at_ms);

CREATE TABLE verdicts (
  pid INTEGER NOT NULL,
  start_ms INTEGER NOT NULL,
  rule TEXT NOT NULL,
  first_ms INTEGER NOT NULL,
  last_ms INTEGER NOT NULL,
  job TEXT NOT NULL,
  project TEXT,
  command TEXT NOT NULL,
  decision TEXT NOT NULL,
  limit_value REAL NOT NULL,
  value REAL,
  evidence TEXT NOT NULL,
  PRIMARY KEY (pid, start_ms, rule, first_ms)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_last ON verdicts (last_ms);

CREATE TABLE kills (
  step TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  rule TEXT NOT NULL,
  limit_value REAL,
  value REAL,
  evidence TEXT NOT NULL,
  pid INTEGER NOT NULL,
  job TEXT,
  project TEXT,
  command TEXT NOT NULL,
  kind TEXT,
  targets INTEGER NOT NULL,
  survivors INTEGER,
  outcomes TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX kills_at ON kills (at_ms);

CREATE TABLE events (
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  event TEXT NOT NULL,
  PRIMARY KEY (at_ms, type, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE marks (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  payload TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_ms INTEGER NOT NULL,
  delivered_ms INTEGER
) STRICT, WITHOUT ROWID;
`;
