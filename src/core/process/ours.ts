/** Recognises this product's own processes: they are never job parents, do not count, and are never victims. */
import type { ProcessSample } from "./process.ts";
import { baseName } from "../../text/path.ts";
import { scriptOf } from "./script.ts";

const SCRIPTS: ReadonlySet<string> = new Set([
  "fix-runaway-bun.ts",
  "bun-monitor-service.ts",
  "bun-wrapper.ts",
  "bunctl.ts",
  "benchmark-runner.ts",
  "bun-isolate.ts",
  // what a monitor starts to write its log and its history
  "bun-watchdog-log-writer.ts",
  "bun-watchdog-history-writer.ts",
  // what a manager of apps starts to compress their logs
  "bun-watchdog-log-packer.ts",
  // what the portable backend starts
  "bun-watchdog-reader.ts",
  "bun-watchdog-tree-kill.ts",
  // what the gate starts, as a source or as built
  "bun-watchdog-counter.ts",
  "bun-watchdog-counter.js",
]);

/** As npm links them into node_modules/.bin. */
const BINS: ReadonlySet<string> = new Set([
  "bun-watchdog",
  "fix-runaway-bun",
  "bun-monitor-service",
  "bun-wrapper",
  "bunctl",
  "bun-isolate",
]);

/** Of the package, where such scripts lie. */
const FOLDERS =
  /^(?:scripts|dist|src\/(?:record|app-log\/log|history\/store|os\/portable|gate\/wrapper))\/[^/]+$/u;

/** Whether a file of our package, named from its root, is one of those programs. */
export const isOurFile = (path: string): boolean => FOLDERS.test(path) && SCRIPTS.has(baseName(path));

/**
 * True when the script being *run* is one of ours, which is proven by where it lies (os/script-path.ts); a command that
 * merely mentions one (an editor, a test of it) is not. A launcher whose script is ours shows by its child only: see group.ts.
 */
export const isOurs = ({
  argv,
  runtime,
  isOurScript,
}: Pick<ProcessSample, "argv" | "runtime" | "isOurScript">): boolean =>
  runtime === "bun" && isOurScript === true && argv !== null && bearsOurName(argv);

/** Enough to be looked at, and no proof. */
export function bearsOurName(argv: readonly string[]): boolean {
  const script = scriptOf(argv);
  if (script === null) return false;
  const name = baseName(script);
  return SCRIPTS.has(name) || BINS.has(name);
}
