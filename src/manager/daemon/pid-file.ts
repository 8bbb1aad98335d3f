/** The pid file of an app: at a place that its config names, for whoever looks there. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../../text/system-error.ts";

/** null = it runs no more. What cannot be written is told: no app fails for it. */
export function writePidFile(path: string, pid: number | null, onTrouble: (what: string) => void): void {
  try {
    if (pid === null) return rmSync(path, { force: true });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, String(pid));
  } catch (error) {
    onTrouble(`the pid file ${path} cannot be written: ${messageOf(error)}`);
  }
}
