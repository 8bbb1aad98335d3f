/**
 * A monitor as pid 1 of a container gets every orphan for a child, and nobody else takes their status: they would stay as
 * zombies. Which of its children it has started itself is spread over many rooms; but those Bun waits for at once. So what
 * is still a zombie some time later, with a turn of the event loop in between, was adopted.
 */
import { address, allocate, Errno, syscall } from "./ffi.ts";
import { readProcessTree } from "./contain/process-tree.ts";
import { ProcFiles } from "./proc-files.ts";

const WAIT4 = process.arch === "arm64" ? 260 : 61;
const WNOHANG = 1;
const LATER_MS = 250;

/** For as long as this process lives. */
export function reapAdopted(): void {
  const proc = new ProcFiles();
  const status = allocate(8);
  let before: ReadonlySet<string> = new Set();
  let timer: Timer | null = null;
  const look = (): void => {
    timer = null;
    const zombies = zombiesOf(proc, process.pid);
    for (const [key, pid] of zombies) if (before.has(key)) reap(pid, address(status));
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

function reap(pid: number, status: number): void {
  const result = syscall(WAIT4, pid, status, WNOHANG, 0);
  // ECHILD: Bun was faster
  if (result < 0 && result !== -Errno.ECHILD) throw new Error(`wait4(${pid}) failed: errno ${-result}`);
}
