/** Where a process works. */
import { ENTRY, type ProcFiles } from "./proc-files.ts";

/**
 * null: it may not be read, or there is nobody left to ask. A leader that has exited has no directory any more, and
 * its living threads work where it did.
 */
export function cwdOf(proc: ProcFiles, pid: number, isZombie: boolean): string | null {
  const own = proc.linkText(pid, ENTRY.cwd);
  if (own !== null || !isZombie) return own;
  const threads = proc.numbers(`${pid}/task`);
  if (typeof threads === "number") return null;
  return threads.reduce<string | null>(
    (found, thread) => found ?? (thread === pid ? null : proc.linkText(thread, ENTRY.cwd)),
    null,
  );
}
