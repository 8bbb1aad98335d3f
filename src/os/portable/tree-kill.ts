/**
 * tree-kill, where it can do no harm. It walks down from a pid by one ps per process and then signals by pid alone:
 * between the two a pid may pass to a stranger, a protected child may turn up, and the first EPERM leaves all the rest.
 *
 * So it is asked only for a process that stands still by our SIGSTOP, and whose every descendant does too (or has ended
 * under it) and is pinned to die: what stands still starts nobody and reaps nobody, so neither the tree nor a pid in it
 * can change under the walk. A subreaper could still be given an orphan of a stranger's in these 50 ms; Bun never is one
 * unless native code makes it so. Every target also gets its own SIGKILL through its own pin, so nothing hangs on what
 * tree-kill leaves out.
 */
import { PLAIN_ENV } from "./ps.ts";
import { ownCommand } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";

const PROGRAM = "src/os/portable/bun-watchdog-tree-kill.ts";
const LIMIT_MS = 5_000;

/** Returns when it has ended. Whether it did anything shows in the processes. */
export const killTree = (pid: number): void => {
  Bun.spawnSync(ownCommand(programFile(PROGRAM), String(pid)), {
    cwd: "/",
    env: PLAIN_ENV,
    stdio: ["ignore", "ignore", "ignore"],
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
};
