/** Whether a program made by `bun build --compile` was started as Bun itself: BUN_BE_BUN in its environment. */
import type { ProcFiles } from "./proc-files.ts";

/** Bun's own words for no; any other value makes it Bun. */
const ACTS_AS_BUN = /(?:^|\0)BUN_BE_BUN=(?!(?:0|false|no|off)?(?:\0|$))/;

const latin1 = new TextDecoder("latin1");

/** As it was when the program started: proc_pid_environ(5). Compiled where that may not be read. */
export function actingAs(proc: ProcFiles, pid: number): "bun" | "compiled" {
  const environment = proc.readAll(`${pid}/environ`);
  if (typeof environment === "number") return "compiled";
  return ACTS_AS_BUN.test(latin1.decode(environment)) ? "bun" : "compiled";
}
