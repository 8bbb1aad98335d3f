/** How a run ends that has a test file of some kind in it, and what is left: for bun-isolate and for Bun's own runners alike. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestReport } from "../../src/core/tests/report.ts";
import { environmentIn, place, scriptPath } from "./isolate.ts";
import { SUITE_MEMORY } from "./isolate-suite.ts";
import { living } from "./mechanisms.ts";
import { hasCode } from "./proc.ts";
import { until } from "./ready.ts";
import { withTemporary } from "./temporary.ts";

export interface SuiteRunner {
  readonly name: string;
  readonly argv: readonly string[];
  /** The harness's own: what takes longer does not end. */
  readonly limitMs: number;
}

export const HARNESS_MS = 15_000;

const RESULTS = "results.json";
/** `timeout`: for one file. */
export const ours = (timeout: string, limitMs = HARNESS_MS): SuiteRunner => ({
  name: "bun-isolate test",
  argv: [
    "sh",
    scriptPath,
    ...`test --results ${RESULTS} --timeout ${timeout} --memory ${SUITE_MEMORY}`.split(" "),
  ],
  limitMs,
});
export const RUNNERS: readonly SuiteRunner[] = [
  ours("5s"),
  { name: "bun test", argv: [process.execPath, "test"], limitMs: HARNESS_MS },
  { name: "bun test --parallel", argv: [process.execPath, "test", "--parallel=2"], limitMs: HARNESS_MS },
];

/** Runs after the file in question, in the same run. */
const OTHER = "z-other.test.ts";
const OTHER_RAN = "other-ran";
const SOURCE = `import { test } from "bun:test";\ntest("other", () => { require("node:fs").writeFileSync("${OTHER_RAN}", ""); });\n`;

/** What holds more does not end either. */
export const HARNESS_BYTES = 1_500 * 1_024 ** 2;
const LOOK_MS = 10;

export interface SeenEnd {
  /** "exit 1", or why the harness has ended it. */
  readonly ending: string;
  readonly ranOther: boolean;
  /** Processes that are alive after its end. */
  readonly left: number;
  /** Of bun-isolate only. */
  readonly verdict: string | null;
  /** The most that the runner's own process held at one moment: anonymous memory, and all of it. */
  readonly anonBytes: number;
  readonly peakBytes: number;
}

function memoryOf(pid: number): { readonly anonBytes: number; readonly peakBytes: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const of = (key: string): number =>
      Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1] ?? 0) * 1_024;
    return { anonBytes: of("RssAnon"), peakBytes: of("VmHWM") };
  } catch (error) {
    // it ended meanwhile
    if (!hasCode(error, "ENOENT", "ESRCH")) throw error;
    return { anonBytes: 0, peakBytes: 0 };
  }
}

const kill = (pid: number): void => {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
};

export const seeEnd = (runner: SuiteRunner, name: string, source: string): Promise<SeenEnd> =>
  withTemporary(async (folder) => {
    place(folder, { [name]: source, [OTHER]: SOURCE });
    const before = living();
    const news = (): readonly number[] => [...living()].filter((pid) => !before.has(pid));
    const startedMs = performance.now();
    const child = Bun.spawn([...runner.argv], {
      cwd: folder,
      env: environmentIn(folder),
      stdio: ["ignore", "ignore", "ignore"],
    });
    let [anonBytes, peakBytes] = [0, 0];
    let ended: string | null = null;
    while (child.exitCode === null && child.signalCode === null) {
      const memory = memoryOf(child.pid);
      anonBytes = Math.max(anonBytes, memory.anonBytes);
      peakBytes = Math.max(peakBytes, memory.peakBytes);
      if (performance.now() - startedMs > runner.limitMs) ended ??= "does not end";
      if (news().some((pid) => memoryOf(pid).anonBytes > HARNESS_BYTES)) ended ??= "grows without end";
      if (ended !== null) for (const pid of news()) kill(pid);
      await Bun.sleep(LOOK_MS);
    }
    await until(() => news().length === 0, 2_000);
    const left = ended === null ? news().length : 0;
    for (const pid of news()) kill(pid);
    return {
      ending: ended ?? (child.signalCode === null ? `exit ${child.exitCode}` : `died of ${child.signalCode}`),
      ranOther: existsSync(join(folder, OTHER_RAN)),
      left,
      verdict: verdictIn(folder, name),
      anonBytes,
      peakBytes,
    };
  });

function verdictIn(folder: string, name: string): string | null {
  const path = join(folder, RESULTS);
  if (!existsSync(path)) return null;
  const report: TestReport = JSON.parse(readFileSync(path, "utf8"));
  return report.files.find(({ file }) => file === name)?.verdict ?? "none";
}
