/**
 * A manager of apps that somebody has started inside of a launched job descends from it, and its apps do too. It is no part of
 * the job all the same: it looks after itself, and after them.
 */
import { isOurScript, scriptPath } from "../../script-path.ts";
import { readText } from "../files/files.ts";

// oxlint-disable-next-line no-control-regex -- a command line has a NUL behind each word
const COMMAND = /\/(?:bunctl\.ts|bunctl-daemon\.js)\0daemon\0run\0(?:--resurrect\0)?$/u;

/** It runs `bunctl daemon run` of a package of ours. */
export function isManager(pid: number): boolean {
  const text = readText(`/proc/${pid}/cmdline`);
  if (typeof text === "number" || !COMMAND.test(text)) return false;
  const argv = text.split("\0").slice(0, -1);
  return isOurScript(argv, scriptPath(argv, "/"));
}
