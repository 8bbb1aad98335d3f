/** Who has a lock, as a process. */
import type { ProcessId } from "../core/process/process.ts";
import type { LockHolder } from "../os/lock.ts";
import { openControl } from "../os/select.ts";

/** The process that holds the lock; null = it has ended. 0 as its start: the lock does not tell, and who has the pid now is meant. */
export function holderNow({ pid, startTicks }: LockHolder): ProcessId | null {
  const id = openControl().identify(pid);
  return id !== null && (startTicks === 0 || startTicks === id.startTicks) ? id : null;
}
