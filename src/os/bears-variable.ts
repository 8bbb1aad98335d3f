/** Descent that the process tree does not show any more: a variable in the environment, which children inherit. */
import { readFileSync } from "node:fs";
import { orElse } from "../text/system-error.ts";

/** Started with `assignment` ("NAME=value") in its environment; false where that cannot be read. */
export function bearsVariable(pid: number, assignment: string): boolean {
  // proc_pid_environ(5). It is gone, somebody else's, or this system has no such files: nothing is known then
  const read = (): string => readFileSync(`/proc/${pid}/environ`, "utf8");
  return orElse("", read, "ENOENT", "ESRCH", "EACCES", "EPERM").split("\0").includes(assignment);
}
