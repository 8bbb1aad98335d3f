/** The demo's folder: a project of its own with the programs and their limits in it. */
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LIMITS, PROGRAM_FILES } from "./cast.ts";

/** Everything in a directory of this name is ours to remove. */
const PREFIX = "bun-watchdog-demo-";

export interface Folder extends Disposable {
  readonly path: string;
}

/** Gone, with everything in it, when disposed. */
export function makeFolder(): Folder {
  // as /proc/PID/cwd shows it: scope "project" compares the two
  const path = realpathSync(mkdtempSync(join(tmpdir(), PREFIX)));
  const programs = join(import.meta.dir, "programs");
  for (const file of PROGRAM_FILES) {
    copyFileSync(join(programs, file), join(path, file));
    // a package may be installed read-only
    chmodSync(join(path, file), 0o600);
  }
  mkdirSync(join(path, ".kiro"), { mode: 0o700 });
  writeFileSync(join(path, ".kiro", "bun-process-config.json"), `${JSON.stringify(LIMITS, null, 2)}\n`);
  // the search for other configuration files ends at a repository
  mkdirSync(join(path, ".git"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** These would change the play: the watchdog's own variables, and git's, by which it recognises that a hook called it. */
const OTHERS = /^(?:BUN_WATCHDOG_|GIT_|BUN_OPTIONS$|GITHUB_STEP_SUMMARY$)/u;

/** No settings of the person who looks take part: their home directory is the folder. */
export function environmentIn(folder: string): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !OTHERS.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, ".config"),
    XDG_STATE_HOME: "",
  };
}
