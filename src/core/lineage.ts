/**
 * Jobs that go on in another process. A hydra has a new pid every 60 ms (Z13), so no single process of it ever
 * reaches an age; what goes on is the command, started again by nobody: its parent is a reaper.
 */
import type { History, JobMemory } from "./history.ts";
import type { ProcessSample } from "./process.ts";

/** What a process runs: equal for two runs of one command in one place. */
export const signatureOf = ({
  argv,
  cwd,
  command,
}: Pick<ProcessSample, "argv" | "cwd" | "command">): string => [cwd ?? "", ...(argv ?? [command])].join("\0");

/** Equal for a process and its successor. Each generation of a detached one leads a session of its own. */
export function twinOf(process: ProcessSample): string {
  const session = process.sid === process.id.pid ? "own" : String(process.sid);
  return `${session}\0${signatureOf(process)}`;
}

/**
 * The vanished job that `process`, new and without a parent in view, continues; null = none, it begins one.
 * The second run of a command in a shell is not a continuation: its parent is the shell, not a reaper.
 */
export function continues(
  process: ProcessSample,
  vanished: ReadonlyMap<string, JobMemory>,
  reapers: History["reapers"],
): JobMemory | null {
  if (!reapers.has(process.ppid)) return null;
  const twin = twinOf(process);
  for (const job of vanished.values()) if (job.root.twin === twin) return job;
  return null;
}
