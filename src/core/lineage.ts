/**
 * Jobs that go on in another process. A hydra has a new pid every 60 ms (Z13), so no single process of it ever
 * reaches an age; what goes on is the command, started again by nobody: its parent is a reaper.
 */
import type { History, JobMemory } from "./history.ts";
import type { ProcessSample } from "./process.ts";

/** One generation of a hydra lives this long: its next may be born a moment after a look that found nobody. */
const BETWEEN_GENERATIONS_MS = 250;

/** Start times are counted in clock ticks and rounded down: a process may look that much older than it is. */
const TICK_MS = 10;

/** What a process runs: equal for two runs of one command in one place. */
export const signatureOf = ({
  argv,
  cwd,
  command,
}: Pick<ProcessSample, "argv" | "cwd" | "command">): string => [cwd ?? "", ...(argv ?? [command])].join("\0");

/**
 * Equal for a process and its successor. Each generation of a detached one leads a session of its own. Without a known
 * session nobody is a successor.
 */
export function twinOf(process: ProcessSample): string {
  const { sid, id } = process;
  const session = sid === id.pid ? "own" : sid === null ? `unknown, of ${id.pid}` : String(sid);
  return `${session}\0${signatureOf(process)}`;
}

/**
 * The vanished job that `process`, new and without a parent in view, continues; null = none, it begins one.
 * The second run of a command in a shell is not a continuation: its parent is the shell, not a reaper. Nor is one
 * that began when the first was known to be gone: a person or a timer started it again, and it has its own time.
 */
export function continues(
  process: ProcessSample,
  vanished: ReadonlyMap<string, JobMemory>,
  reapers: History["reapers"],
  nowMs: number,
): JobMemory | null {
  if (!reapers.has(process.ppid)) return null;
  const twin = twinOf(process);
  const bornMs = nowMs - process.ageMs;
  for (const job of vanished.values()) {
    if (bornMs <= endedMs(job, nowMs) && job.root.twin === twin) return job;
  }
  return null;
}

/** Who was born later has nothing to do with it. */
const endedMs = ({ stoppedMs, missingSinceMs }: JobMemory, nowMs: number): number =>
  stoppedMs === undefined ? (missingSinceMs ?? nowMs) + BETWEEN_GENERATIONS_MS : stoppedMs - TICK_MS;
