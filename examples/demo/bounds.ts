/**
 * What keeps the programs of the demo harmless, whatever happens to who started them: they have the last place in the
 * queue for the CPU, and leave after a minute and a half or as soon as their folder is gone.
 */
import { existsSync } from "node:fs";
import { setPriority } from "node:os";

const LONGEST_MS = 90_000;
const LOOK_EVERY_MS = 250;
const LAST_IN_THE_QUEUE = 10;

const folder = process.cwd();

export const mustLeave = (): boolean => performance.now() > LONGEST_MS || !existsSync(folder);

/** For programs that come back to their event loop. It also keeps them running. */
export function stayBounded(): void {
  setPriority(LAST_IN_THE_QUEUE);
  setInterval(() => {
    if (mustLeave()) process.exit(0);
  }, LOOK_EVERY_MS);
}

/** The demo waits for this line. */
export const announce = (...pids: readonly number[]): void => console.log("ready", process.pid, ...pids);
