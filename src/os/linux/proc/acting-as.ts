/** Whether a program made by `bun build --compile` was started as Bun itself: BUN_BE_BUN in its environment. */
import type { ProcFiles } from "./proc-files.ts";

/** Bun's own words for no; any other value makes it Bun. */
const ACTS_AS_BUN = /(?:^|\0)BUN_BE_BUN=(?!(?:0|false|no|off)?(?:\0|$))/;

/** As it was when the program started: proc_pid_environ(5). Compiled where that may not be read. */
export function actingAs(proc: ProcFiles, pid: number): "bun" | "compiled" {
  return ACTS_AS_BUN.test(proc.wholeText(`${pid}/environ`) ?? "") ? "bun" : "compiled";
}
