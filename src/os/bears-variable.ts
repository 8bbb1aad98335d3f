/** Descent that the process tree does not show any more: a variable in the environment, which children inherit. */
import { textAt } from "../trust/small-files.ts";

/** Started with `assignment` ("NAME=value") in its environment; false where that cannot be read. */
export function bearsVariable(pid: number, assignment: string): boolean {
  // proc_pid_environ(5). It is gone, somebody else's, or this system has no such files: nothing is known then
  const text = textAt(`/proc/${pid}/environ`, "ENOENT", "ESRCH", "EACCES", "EPERM");
  return text?.split("\0").includes(assignment) ?? false;
}
