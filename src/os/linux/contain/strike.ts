/** The last resort where no group can be killed at a stroke: SIGKILL to each member that is found, until none is. */
import type { ProcessId } from "../../../core/process/process.ts";
import { openHandle } from "../pin/pidfd.ts";
import { isAlive } from "../proc/process-id.ts";

const SIGKILL = 9;
/** A program that forks faster than this cannot be caught by looking at one process after the other. */
const ROUNDS = 100;
const BETWEEN_ROUNDS_MS = 2;
/** A process whose parent dies between two readings is in neither of them. */
const QUIET_ROUNDS = 3;

/** Whether nobody is left. Does not wait for anything that takes long. */
export function strike(members: () => readonly ProcessId[]): boolean {
  for (let round = 0, quiet = 0; round < ROUNDS; round++) {
    const living = members().filter(({ pid }) => pid > 1 && pid !== process.pid);
    quiet = living.length === 0 ? quiet + 1 : 0;
    if (quiet === QUIET_ROUNDS) return true;
    for (const id of living) kill(id);
    Bun.sleepSync(BETWEEN_ROUNDS_MS);
  }
  return false;
}

/** Held, then asked who it is: nobody who has the pid by now is meant. */
function kill(id: ProcessId): void {
  const handle = openHandle(id.pid);
  if (typeof handle === "number") return;
  if (isAlive(id)) handle.signal(SIGKILL);
  handle.close();
}
