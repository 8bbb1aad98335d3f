/** Who could have written a configuration file. It decides what gets killed, so for root this must be root. */
import { lstatSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { printable } from "./printable.ts";
import { fileProblem } from "./file-problem.ts";
import { ConfigError } from "./problem.ts";

const OTHERS_WRITE = 0o002;
const STICKY = 0o1000;

/**
 * Returns what to warn about. As root a file that everybody may write is refused, and one in a directory, at any height,
 * where everybody may exchange it (no sticky bit); so is a symbolic link that a third account made, for everybody.
 * @throws ConfigError
 */
export function checkTrust(path: string, stat: Stats, uid: number | null): string[] {
  if (uid === null) return [];
  refuseForeignLink(path, uid);
  if (uid === 0) refuseWorldWritable(path, stat);
  if (stat.uid === uid || stat.uid === 0) return [];
  return [`${printable(path, 300)} belongs to ${ownerName(stat.uid)}: its limits and rules are theirs.`];
}

function refuseForeignLink(path: string, uid: number): void {
  const link = lstatSync(path);
  if (!link.isSymbolicLink() || link.uid === uid || link.uid === 0) return;
  const message = `is a symbolic link made by ${ownerName(link.uid)}`;
  throw untrusted(path, message, "a file, or a link of your own");
}

function refuseWorldWritable(path: string, stat: Stats): void {
  if ((stat.mode & OTHERS_WRITE) !== 0) {
    throw untrusted(
      path,
      "may be written by every account, and root would follow it",
      `chmod o-w ${printable(path, 300)}`,
    );
  }
  let directory = dirname(realpathSync(path));
  for (;;) {
    const { mode } = statSync(directory);
    if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0) {
      const shown = printable(directory, 300);
      const message = `lies in ${shown}, where every account may exchange it, and root would follow it`;
      throw untrusted(path, message, `chmod o-w ${shown}`);
    }
    const parent = dirname(directory);
    if (parent === directory) return;
    directory = parent;
  }
}

const untrusted = (path: string, message: string, allowed: string): ConfigError =>
  new ConfigError([fileProblem("untrusted", path, message, allowed)]);

/** `uid 1000 (alice)`; the name is a courtesy, so an account database that cannot be read is none. */
function ownerName(uid: number): string {
  let accounts = "";
  try {
    accounts = readFileSync("/etc/passwd", "utf8");
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
  const line = accounts.split("\n").find((each) => each.split(":")[2] === String(uid));
  const name = line?.split(":")[0];
  return name === undefined ? `uid ${uid}` : `uid ${uid} (${printable(name)})`;
}
