/** Which rows a report is about. */
export interface Period {
  /** Unix epoch ms. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

export interface Window extends Period {
  /** Absolute; null = all. */
  readonly project: string | null;
}

export type Bindings = Record<string, string | number | null>;

/** For the conditions below. */
export const bindings = ({ fromMs, toMs, project }: Window): Bindings => ({
  fromMs,
  toMs,
  project,
  below: project === null || project.endsWith("/") ? project : `${project}/`,
});

/** Rows of the project or of a directory in it. */
export const IN_PROJECT =
  "($project IS NULL OR project = $project OR substr(project, 1, length($below)) = $below)";

export const KILLED = `at_ms >= $fromMs AND at_ms < $toMs AND ${IN_PROJECT}`;
/** Those that were going on at some time of the period. */
export const JUDGED = `last_ms >= $fromMs AND first_ms < $toMs AND ${IN_PROJECT}`;
export const RAN = `seen_ms >= $fromMs AND began_ms < $toMs AND ${IN_PROJECT}`;
export const ENDED = `at_ms >= $fromMs AND at_ms < $toMs AND ${IN_PROJECT}`;

/**
 * An episode of a runaway that nobody stopped. A stop belongs to it when it came while it lasted or within a grace after
 * it, and was for the same job or process: a whole job goes with its root.
 */
export const UNSTOPPED = `decision = 'runaway' AND NOT EXISTS (
  SELECT 1 FROM kills k WHERE k.at_ms >= first_ms AND k.at_ms <= last_ms + 600000
    AND (k.job = verdicts.job OR k.pid = verdicts.pid))`;
