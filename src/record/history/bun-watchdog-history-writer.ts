/**
 * The hand on the history, in a process of its own: a disk that hangs, a file that is locked or that somebody has
 * prepared stalls this one, never a tick. One request on its input, one answer on its output.
 */
import type { UnendedJob } from "../../core/chronicle/jobs.ts";
import type { Rows } from "../../core/chronicle/rows.ts";
import { HistoryWriter } from "./writer.ts";

export interface HistoryRequest {
  readonly path: string;
  readonly journalPath: string;
  /** null: only the unended jobs are asked for. */
  readonly rows: readonly Rows[] | null;
}

export interface HistoryAnswer {
  /** What the last monitor left as living. */
  readonly unended: readonly UnendedJob[];
  /** Why the rows are not written; null = they are. */
  readonly trouble: string | null;
  /** What became of a damaged file. */
  readonly said: readonly string[];
}

function carryOut({ path, journalPath, rows }: HistoryRequest): HistoryAnswer {
  const said: string[] = [];
  using writer = new HistoryWriter({ path, journalPath, complain: (what) => said.push(what) });
  const unended = rows === null ? writer.unended() : [];
  for (const each of rows ?? []) writer.add(each);
  for (let isDone = rows === null; !isDone;) isDone = writer.flush();
  const { trouble } = writer;
  return { unended, trouble, said: said.filter((what) => trouble === null || !what.includes(trouble)) };
}

void Bun.stdin.json().then((request: HistoryRequest) => console.log(JSON.stringify(carryOut(request))));
