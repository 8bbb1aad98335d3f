/** Recognises this product's own processes: they are never job parents, do not count, and are never victims. */
import { wordSet } from "./bun-options.ts";
import type { ProcessSample } from "./process.ts";
import { baseName } from "../../text/path.ts";
import { scriptOf } from "./script.ts";

/** Last what services of ours start: logs written and packed, history, the portable backend, and the count of jobs. */
const SCRIPTS = wordSet(`
  fix-runaway-bun bun-monitor-service bun-wrapper bunctl bunctl-daemon benchmark-runner bun-isolate
  bun-watchdog-log-writer bun-watchdog-log-packer bun-watchdog-history-writer bun-watchdog-reader
  bun-watchdog-tree-kill bun-watchdog-counter bun-watchdog-app-file bun-watchdog-app-specs bun-watchdog-measuring`);
/** As a source, or as built. */
const isScript = (name: string): boolean => /\.[jt]s$/u.test(name) && SCRIPTS.has(name.slice(0, -3));

/** The launchers in bin, which npm links into node_modules/.bin: sh runs them, or a Bun that waits for the program. */
const BINS = wordSet(
  "bun-watchdog fix-runaway-bun bun-monitor-service bun-wrapper bunctl benchmark-runner bun-isolate",
);

const isProgram = (name: string): boolean => isScript(name) || BINS.has(name);

/** Of the package, where they lie. */
const FOLDERS =
  /^(?:bin|scripts|dist|src\/(?:record|app-log\/log|history\/store|os\/portable|gate\/wrapper|config\/apps|manager\/daemon|http\/measuring))\/[^/]+$/u;

/** Whether a file of our package, named from its root, is one of those programs. */
export const isOurFile = (path: string): boolean => FOLDERS.test(path) && isProgram(baseName(path));

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
  return script !== null && isProgram(baseName(script));
}
