/** What people count: jobs, and as one those that a task runner has started together (starter.ts). */
import type { History } from "./history.ts";
import type { Job } from "./job.ts";
import { processKey } from "./process.ts";
import type { JudgedJob } from "./verdict.ts";

/** Equal for jobs that count as one. What has lost its starter is nobody's work any more, and counts by itself. */
export function launchOf({ id, root }: Job, { processes }: History): string {
  const known = processes.get(processKey(root.id));
  const starter = known?.parent.pid === root.ppid ? known.starter : null;
  return starter === null ? id : `${starter.pid} ${starter.command ?? ""}`;
}

export const byLaunch = <Item extends Pick<JudgedJob, "launch">>(
  jobs: readonly Item[],
): readonly (readonly Item[])[] => [...Map.groupBy(jobs, ({ launch }) => launch).values()];

/** How many there are of those that take one of the maxConcurrentProcesses. */
export const countedLaunches = (jobs: readonly JudgedJob[]): number =>
  byLaunch(jobs.filter(({ counts }) => counts)).length;
