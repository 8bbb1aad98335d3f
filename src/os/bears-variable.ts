/** Descent that the process tree does not show any more: a variable in the environment, which children inherit. */
import { readFileSync } from "node:fs";

/** proc_pid_environ(5). It is gone, somebody else's, or this system has no such files: nothing is known then. */
const EXPECTED: ReadonlySet<unknown> = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);

/** Started with `assignment` ("NAME=value") in its environment; false where that cannot be read. */
export function bearsVariable(pid: number, assignment: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(assignment);
  } catch (error) {
    if (error instanceof Error && "code" in error && EXPECTED.has(error.code)) return false;
    throw error;
  }
}
