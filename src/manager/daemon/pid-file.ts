/** The pid file of an app: at a place that its config names, for whoever looks there. */
import { rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createAnew, ensureDirectory } from "../../record/replace-file.ts";
import { messageOf } from "../../text/system-error.ts";
import { closing } from "../../trust/open.ts";

/** null = it runs no more. What cannot be written is told: no app fails for it. A link in its place is replaced, not followed. */
export function writePidFile(path: string, pid: number | null, onTrouble: (what: string) => void): void {
  try {
    if (pid === null) return rmSync(path, { force: true });
    ensureDirectory(dirname(path));
    closing(createAnew(path), (fd) => writeFileSync(fd, String(pid)));
  } catch (error) {
    onTrouble(`the pid file ${path} cannot be written: ${messageOf(error)}`);
  }
}
