/** Pid 1 of a container gets every orphan for a child, and nobody else takes their status: they would stay as zombies. */
import { Errno, syscall } from "./ffi.ts";
import { isOwnChild } from "./contain/own-children.ts";
import { childrenOf } from "./contain/subreaper.ts";
import { ProcFiles } from "./proc-files.ts";

const WAIT4 = process.arch === "arm64" ? 260 : 61;
const WNOHANG = 1;

/** For as long as this process lives. What Bun has started is waited for by Bun. */
export function reapOrphans(): void {
  const proc = new ProcFiles();
  const reap = (): void => {
    for (const pid of childrenOf(proc, process.pid)) {
      if (isOwnChild(pid)) continue;
      const result = syscall(WAIT4, pid, 0, WNOHANG, 0);
      if (result < 0 && result !== -Errno.ECHILD) throw new Error(`wait4(${pid}) failed: errno ${-result}`);
    }
  };
  process.on("SIGCHLD", reap);
  reap();
}
