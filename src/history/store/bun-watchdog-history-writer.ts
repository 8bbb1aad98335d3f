/**
 * The hand on the history, in a process of its own: a disk that hangs, a file that is locked or that somebody has
 * prepared stalls this one, never a tick. One request on its input, one answer on its output. It opens the history, takes
 * over what the journal says, writes the rows that it was given, and closes it.
 */
import type { Database } from "bun:sqlite";
import type { UnendedJob } from "../chronicle/jobs.ts";
import type { JobRow, Rows } from "../chronicle/rows.ts";
import { orElse, messageOf } from "../../text/system-error.ts";
import { importJournal } from "./import-journal.ts";
import { inodeAt, isDamage, openOrFail, setAside } from "./open.ts";
import { writeRows } from "./write-event.ts";

export interface HistoryRequest {
  readonly path: string;
  readonly journalPath: string;
  /** null: only the unended jobs are asked for. */
  readonly rows: readonly Rows[] | null;
}

export interface HistoryAnswer {
  readonly unended: readonly UnendedJob[];
  /** Why the rows are not written; null = they are. */
  readonly trouble: string | null;
  readonly said: readonly string[];
}

/** Throws for nothing that a disk may do: full, locked, unreadable, gone. Damage may show only while it is written. */
export function writeHistory(request: HistoryRequest): HistoryAnswer {
  const { path } = request;
  const said: string[] = [];
  for (let isFirst = true; ; isFirst = false) {
    const inode = inodeAt(path);
    try {
      return { unended: write(request, inode), trouble: null, said };
    } catch (error) {
      const trouble = messageOf(error);
      if (!isFirst || !isDamage(error)) return { unended: [], trouble, said };
      // a directory that takes no new names keeps it where it is
      const aside = orElse(null, () => setAside(path, inode, Date.now()));
      const what = `the history ${path} is damaged (${trouble}) and was put aside as ${aside}`;
      if (aside !== null) said.push(`${what}; a new one begins, with the kills that the journal has`);
    }
  }
}

/** The rows last: what was not written as a whole is written again. */
function write({ path, journalPath, rows }: HistoryRequest, inode: number | null): readonly UnendedJob[] {
  // made with the first rows: a monitor's start does not wait for a disk
  if (rows === null && inode === null) return [];
  using database = openOrFail(path);
  importJournal(database, journalPath);
  if (rows === null) return readUnended(database);
  database.transaction(() => rows.forEach((each) => writeRows(database, each))).immediate();
  return [];
}

/** A monitor on a machine with more would be in other trouble. */
const MOST_JOBS = 10_000;

/** The kill's row is there when the monitor died before it could look again: it says what became of the job. */
const UNENDED = `
SELECT id, began_ms AS beganMs, seen_ms AS seenMs, ended_ms AS endedMs, ended_by AS endedBy, project, command, kind, exempt,
  processes, memory_bytes AS memoryBytes, cpu_ms AS cpuMs,
  (SELECT rule FROM kills WHERE job = jobs.id AND at_ms >= began_ms ORDER BY at_ms DESC LIMIT 1) AS stoppedFor
FROM jobs WHERE ended_ms IS NULL ORDER BY id LIMIT ${MOST_JOBS}`;

type Stored = Omit<JobRow, "exempt"> & Pick<UnendedJob, "stoppedFor"> & { readonly exempt: string };

const readUnended = (database: Database): readonly UnendedJob[] =>
  database
    .query<Stored, []>(UNENDED)
    .all()
    .map(({ stoppedFor, exempt, ...rest }) => ({
      row: Object.assign(rest, { exempt: JSON.parse(exempt) }),
      stoppedFor,
    }));

if (import.meta.main)
  void Bun.stdin.json().then((request: HistoryRequest) => console.log(JSON.stringify(writeHistory(request))));
