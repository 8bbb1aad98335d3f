/**
 * For somebody who runs `bun scripts/…` himself, not by their first lines: the same program again, as ours are started. The
 * pid, the streams and the directory stay. What that first Bun loaded before our first line is gone with it.
 */
import { keptAside, OWN_FLAGS, RESTARTED } from "../../../trust/own-bun.ts";
import { execve } from "./exec.ts";
import { inheritedDescriptors } from "./inherited.ts";
import { argumentBefore, initialEnvironment } from "../proc/this-process.ts";

/** Does not return where it works. Where it does not, nothing has changed: the program goes on as it is. */
export function restartClean(): void {
  const env = initialEnvironment();
  if (env[RESTARTED] === String(process.pid)) return;
  const { execPath } = process;
  const args = process.argv.slice(2);
  // Bun takes a "--" right behind the script for itself, and the arguments do not show it
  const dashes = argumentBefore(args.length) === "--" ? ["--"] : [];
  // not process.env: Bun has put the folder's .env into that
  const clean = { ...keptAside(env), [RESTARTED]: String(process.pid) };
  const argv = [execPath, ...OWN_FLAGS, Bun.main, ...dashes, ...args];
  execve(execPath, argv, clean, inheritedDescriptors());
}
