/** Where a process works. */
import { ENTRY, type ProcFiles } from "./proc-files.ts";

const DELETED = " (deleted)";

/**
 * null: it may not be read, or there is nobody left to ask. A leader that has exited has no directory any more, and
 * its living threads work where it did.
 */
export function workingDirectory(proc: ProcFiles, pid: number, isZombie: boolean): string | null {
  const own = linkOf(proc, pid);
  if (own !== null || !isZombie) return own;
  const threads = proc.numbers(`${pid}/task`);
  if (typeof threads === "number") return null;
  return threads.reduce<string | null>(
    (found, thread) => found ?? (thread === pid ? null : linkOf(proc, thread)),
    null,
  );
}

function linkOf(proc: ProcFiles, pid: number): string | null {
  const length = proc.link(pid, ENTRY.cwd);
  if (length < 0) return null;
  const path = proc.text(length);
  return path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : path;
}
