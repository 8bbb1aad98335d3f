/** Who takes part in the demo, the limits they live under (those of a real project, in seconds instead of minutes), and their folder. */
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
import { packageFile } from "../trust/package-file.ts";

export interface Member {
  readonly file: string;
  readonly role: "runaway" | "innocent";
  /** For the screen: what it does, and what is expected to become of it. */
  readonly does: string;
  readonly expected: string;
  /** Between `bun` and the file. */
  readonly flags: readonly string[];
}

const member =
  (role: Member["role"]) =>
  (file: string, does: string, expected: string, flags: readonly string[] = []): Member => ({
    file,
    role,
    does,
    expected,
    flags,
  });
const [runaway, innocent] = [member("runaway"), member("innocent")];

export const CAST: readonly Member[] = [
  runaway("endless-loop.ts", "burns a core, gets nowhere", "the CPU limit"),
  runaway("leak.ts", "keeps all the memory it takes", "the memory limit"),
  runaway("deaf.ts", "hangs, and ignores SIGTERM", "the timeout, SIGKILL"),
  runaway("family.ts", "replaces children that die", "the timeout, all four"),
  innocent("server.ts", "a bun --hot server, meant to stay", "a server is spared", ["--hot"]),
  innocent("worker.ts", "bundles a project all the time", "its rule allows a minute"),
];

/** `.kiro/bun-process-config.json` of the demo's folder. */
export const LIMITS = {
  maxConcurrentProcesses: 10,
  maxCpuUsagePercent: 80,
  maxMemoryUsageMB: 200,
  processTimeoutMs: 18_000,
  monitoringIntervalMs: 500,
  cpuHoldMs: 5_000,
  killGraceMs: 2_000,
  armTicks: 0,
  rules: [
    {
      name: "the worker may take a minute",
      match: { name: String.raw`^worker\.ts$` },
      processTimeoutMs: 60_000,
    },
  ],
} as const;

/** From the start of the watchdog; what is not over by then has failed. The slowest machine seen took 25 s. */
export const LONGEST_MS = 60_000;

/** Everything in a directory of this name is ours to remove. */
const PREFIX = "bun-watchdog-demo-";

/** Gone, with everything in it, when disposed. */
export function makeFolder(): Disposable & { readonly path: string } {
  // as /proc/PID/cwd shows it: scope "project" compares the two
  const path = realpathSync(mkdtempSync(join(tmpdir(), PREFIX)));
  const programs = packageFile("examples/demo");
  for (const file of ["bounds.ts", ...CAST.map((each) => each.file)]) {
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
