/** How many Bun processes of this account run outside the gate, at most: a look at names, 0.2 ms for 100 processes. */
import { bearsOurName } from "../../../core/process/ours.ts";
import { JOB_VARIABLE } from "../../../core/process/slot.ts";
import { isOurScript, scriptPath } from "../../script-path.ts";
import { cwdOf } from "../proc/directory.ts";
import { systemError } from "../pin/pidfd.ts";
import type { ProcFiles } from "../proc/proc-files.ts";
import { ENTRY } from "../proc/proc-files.ts";

const BUN = /\/(?:bun|bunx)(?:\.exe|-profile|-debug)?$/;
const MARKED = `\0${JOB_VARIABLE}=`;

/** A job has at least one process: where this many would fit, nothing has to be sampled. `self` is not counted. */
export function countUngatedBun(proc: ProcFiles, self: number): number {
  const pids = proc.numbers(".");
  if (typeof pids === "number") throw systemError("Listing /proc", pids);
  return pids.filter((pid) => pid !== self && isUngatedBun(proc, pid)).length;
}

/** What cannot be read belongs to another account, or has ended. */
function isUngatedBun(proc: ProcFiles, pid: number): boolean {
  if (!BUN.test(proc.linkText(pid, ENTRY.exe) ?? "")) return false;
  const environment = proc.wholeText(`${pid}/environ`);
  if (environment === null || `\0${environment}`.includes(MARKED)) return false;
  const argv = proc.wholeText(`${pid}/cmdline`) ?? "";
  return argv !== "" && !isOneOfOurs(proc, pid, argv.split("\0").slice(0, -1));
}

/** Where its script lies is looked up only for who bears one of our names. */
const isOneOfOurs = (proc: ProcFiles, pid: number, argv: readonly string[]): boolean =>
  bearsOurName(argv) && isOurScript(argv, scriptPath(argv, cwdOf(proc, pid, false)));
