/** `bun-watchdog-tree-kill.ts <pid>`: SIGKILL to a process and its descendants. Asked by tree-kill.ts, which says when. */
import treeKill from "tree-kill";

const pid = Number(process.argv[2]);
if (!Number.isSafeInteger(pid) || pid <= 1)
  throw new Error(`Refused to kill pid ${process.argv[2]}. This is a bug.`);
treeKill(pid, "SIGKILL", (error) => {
  // EPERM: one of them is another account's
  if (error !== undefined) process.exitCode = 1;
});
