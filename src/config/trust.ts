/** Who could have written a configuration file. It decides what gets killed, so for root this must be root. */
import type { Stats } from "node:fs";
import { distrust, nameOf } from "../trust/path.ts";
import { fileProblem } from "./file-problem.ts";
import { printable } from "./printable.ts";
import { ConfigError } from "./problem.ts";

/**
 * Returns what to warn about: a plain account may follow a file of another one, and is told whose it is.
 * @throws ConfigError for a path that may not be believed, see trust/path.ts
 */
export function checkTrust(path: string, stat: Stats, uid: number | null): string[] {
  if (uid === null) return [];
  const found = distrust(path, uid);
  if (found !== null)
    throw new ConfigError([
      fileProblem("untrusted", path, printable(found.why, 600), printable(found.next, 600)),
    ]);
  if (stat.uid === uid || stat.uid === 0) return [];
  return [
    `${printable(path, 300)} belongs to ${printable(nameOf(stat.uid))}: its limits and rules are theirs.`,
  ];
}
