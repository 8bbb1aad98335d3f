/** Pid 1 of a container gets every orphan for a child, and nobody else takes their status: they would stay as zombies. */
import { isOwnChild, takeStatus } from "../contain/own-children.ts";
import { readProcessTree } from "../contain/process-tree.ts";
import { childrenOf } from "../contain/subreaper.ts";
import { ProcFiles } from "../proc/proc-files.ts";

/** For as long as this process lives. What Bun has started is waited for by Bun. */
export function reapOrphans(): void {
  const proc = new ProcFiles();
  const reap = (): void => {
    for (const pid of childrenOf(proc, process.pid)) if (!isOwnChild(pid)) takeStatus(pid);
  };
  process.on("SIGCHLD", reap);
  reap();
}

const LATER_MS = 250;

/**
 * For as long as this process lives, where it is a monitor. Which of its children it has started itself is spread over
 * many rooms; but those Bun waits for at once. So what is still a zombie some time later, with a turn of the event loop in
 * between, was adopted.
 */
export function reapAdopted(): void {
  const proc = new ProcFiles();
  let before: ReadonlySet<string> = new Set();
  let timer: Timer | null = null;
  const look = (): void => {
    timer = null;
    const zombies = zombiesOf(proc, process.pid);
    for (const [key, pid] of zombies) if (before.has(key)) takeStatus(pid);
    before = new Set(zombies.keys());
    if (zombies.size > 0) later();
  };
  const later = (): void => {
    timer ??= setTimeout(look, LATER_MS).unref();
  };
  process.on("SIGCHLD", later);
  later();
}

function zombiesOf(proc: ProcFiles, parent: number): ReadonlyMap<string, number> {
  const zombies = [...readProcessTree(proc)].filter(([, { ppid, ended }]) => ended && ppid === parent);
  return new Map(zombies.map(([pid, { startTicks }]) => [`${pid}:${startTicks}`, pid]));
}
