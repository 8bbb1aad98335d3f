/** The groups' names say whose they are: a job that left no record behind is found by them. */
import { launcherOf } from "../../../core/process/slot.ts";

const PREFIX = "bun-watchdog-";

export const groupName = (jobId: string): string => `${PREFIX}${jobId}`;

/** null: not a group of ours. */
export const jobOfGroup = (name: string): string | null => {
  const jobId = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : "";
  return launcherOf(jobId) === null ? null : jobId;
};
