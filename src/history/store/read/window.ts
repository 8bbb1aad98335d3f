/** Which rows a report is about. */
import type { Database } from "bun:sqlite";
import type { LimitName } from "../../../core/judge/policy.ts";
import type { Period } from "../../report/period.ts";

export interface HistoryWindow extends Period {
  /** Absolute; null = all. */
  readonly project: string | null;
  /** It is a large part of the history: reading a whole table is then three times faster than going by the index. */
  readonly isWide: boolean;
}

export type Bindings = Record<string, string | number | null>;

export const bindings = ({ fromMs, toMs, project }: HistoryWindow): Bindings => ({
  fromMs,
  toMs,
  project,
  below: project === null || project.endsWith("/") ? project : `${project}/`,
});

/** Rows of the project or of a directory in it. Said only where it is asked for: an index may then do without the rows. */
const inProject = ({ project }: HistoryWindow): string =>
  project === null ? "" : " AND (project = $project OR substr(project, 1, length($below)) = $below)";

/** Rows of `kills`. */
export const happened = (window: HistoryWindow): string =>
  `at_ms >= $fromMs AND at_ms < $toMs${inProject(window)}`;

/** Rows of `exits`. A plus keeps SQLite from using the index: https://sqlite.org/optoverview.html#uplus */
export const ended = (window: HistoryWindow): string =>
  `${window.isWide ? "+" : ""}at_ms >= $fromMs AND at_ms < $toMs${inProject(window)}`;

/** Rows of `verdicts` that were going on at some time of the period. */
export const judged = (window: HistoryWindow): string =>
  `last_ms >= $fromMs AND first_ms < $toMs${inProject(window)}`;

/** Rows of `jobs` that were alive at some time of it. */
export const ran = (window: HistoryWindow): string =>
  `${window.isWide ? "+" : ""}seen_ms >= $fromMs AND began_ms < $toMs${inProject(window)}`;

/**
 * Of rows of `exits`: no rule spared their job. One that is spared is no measure: the exemption of a server ends when it is
 * orphaned, and then it is stopped rightly, however long others of it run. Such jobs are few, and read once.
 */
export const isSubjectTo = (limit: LimitName): string =>
  `job NOT IN (SELECT id FROM jobs WHERE exempt LIKE '%"${limit}"%')`;

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what a statement gives is known to whoever wrote it
export const all = <Row>(database: Database, sql: string, of: Bindings): readonly Row[] =>
  database.query<Row, Bindings>(sql).all(of);

/** The row of a statement that always has one. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as above
export function one<Row>(database: Database, sql: string, of: Bindings): Row {
  const [row] = all<Row>(database, sql, of);
  if (row === undefined) throw new Error(`the history gave no row for: ${sql}`);
  return row;
}

export const numberOf = (database: Database, from: string, of: Bindings): number =>
  one<{ n: number }>(database, `SELECT count(*) AS n FROM ${from}`, of).n;

/** A verdict and a stop that are this near to each other are about one thing. */
export const SOON_MS = 600_000;

/**
 * An episode of a runaway that nobody stopped. A stop belongs to it when it came while it lasted or soon after
 * it, and was for the same job or process: a whole job goes with its root.
 */
export const UNSTOPPED = `decision = 'runaway' AND NOT EXISTS (
  SELECT 1 FROM kills AS k WHERE k.at_ms >= first_ms AND k.at_ms <= last_ms + ${SOON_MS}
    AND (k.job = verdicts.job OR k.pid = verdicts.pid))`;

/** Whether anything was stopped, ended or over a limit in that directory or below it. */
export function knowsProject(database: Database, project: string): boolean {
  const window = { fromMs: 0, toMs: 0, project, isWide: false };
  const { below = null } = bindings(window);
  return ["kills", "exits", "verdicts"].some(
    (table) =>
      database
        .query(`SELECT 1 FROM ${table} WHERE TRUE${inProject(window)} LIMIT 1`)
        .get({ $project: project, $below: below }) !== null,
  );
}
