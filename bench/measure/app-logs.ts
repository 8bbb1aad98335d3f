/** What it costs to bring lines from an app to its log file, and how long they take. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { openAppLogs } from "../../src/app-log/app-logs.ts";
import { TUNING } from "../../src/host/runtime-tuning.ts";
import { QUIET } from "../../src/manager/daemon/detach.ts";
import { logged, logPolicy } from "../../test/support/app-logs.ts";
import { until } from "../../test/support/ready.ts";
import { startChild } from "../../test/support/sampling.ts";
import { atMost, type Measurement } from "../section.ts";
import { compile } from "../support/native.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { median } from "../support/statistics.ts";
import { digits, ms } from "../support/units.ts";

const fixture = (name: string): string => join(import.meta.dir, "../fixtures", name);
const LINE_BYTES = 200;

interface Taken {
  readonly cpuMs: number;
  readonly latenciesMs: readonly number[];
  readonly tookMs: number;
}

type Kind = "latency" | "burst";

/** One app that writes so many lines, and a follower of its own. */
async function take(kind: Kind, lines: number): Promise<Taken> {
  using scratch = scratchDirectory();
  const state = join(scratch.path, "state");
  const policy = logPolicy(scratch.path, "app", { maxBytes: 1e12 });
  const logs = openAppLogs({ directory: state });
  const { streams, release } = logs.open(logged("app", policy));
  await logs[Symbol.asyncDispose]();
  const ticker = compile("ticker", scratch.path);
  if ("missing" in ticker) throw new Error(ticker.missing);
  const writer = { latency: [ticker.path], burst: [process.execPath, fixture("log-writer.ts")] }[kind];
  const env = { PATH: process.env["PATH"] ?? "", ...QUIET, ...TUNING };
  await using follower = startChild([process.execPath, fixture("log-follower.ts"), state, kind], { env });
  await until(() => follower.lines.includes("ready"));
  // what a first line costs is not what a line costs
  const write = (count: number): Bun.Subprocess =>
    Bun.spawn([...writer, String(count)], { stdio: ["ignore", ...streams] });
  const path = policy.out ?? "";
  const written = (): number => (existsSync(path) ? statSync(path).size / LINE_BYTES : 0);
  const warmUp = 200;
  await write(warmUp).exited;
  await until(() => written() >= warmUp);
  follower.kill("SIGUSR1");
  const startedMs = performance.now();
  await write(lines).exited;
  await until(() => written() >= warmUp + lines, 60_000, 5);
  const tookMs = performance.now() - startedMs;
  release();
  follower.kill("SIGTERM");
  await until(() => follower.lines.length > 1);
  return { ...JSON.parse(follower.lines.at(-1) ?? ""), tookMs };
}

/** What a program in C takes that reads a pipe and appends to a file: nothing is kept there for who dies. */
async function relay(lines: number): Promise<readonly number[]> {
  using scratch = scratchDirectory();
  const [ticker, relayed] = [compile("ticker", scratch.path), compile("relay", scratch.path)];
  if ("missing" in ticker || "missing" in relayed) return [];
  const line = '"$1" "$2" | "$3" "$4"';
  const words = [ticker.path, String(lines), relayed.path, join(scratch.path, "log")];
  const both = Bun.spawn(["sh", "-c", line, "sh", ...words], { stdout: "pipe" });
  return (await both.stdout.text()).trim().split("\n").map(Number);
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;

export const appLogs: Measurement = async ({ smoke, progress }) => {
  const [lines, burst, runs] = smoke ? [100, 2_000, 1] : [3_000, 200_000, 5];
  progress(`${lines} lines, one at a time`);
  const { latenciesMs } = await take("latency", lines);
  const bareMs = await relay(lines);
  const bursts: Taken[] = [];
  for (let run = 0; run < runs; run++) {
    progress(`${burst} lines at once, ${run + 1} of ${runs}`);
    bursts.push(await take("burst", burst));
  }
  const cpuMs = median(bursts.map((each) => each.cpuMs));
  const perSecond = median(bursts.map((each) => (burst / each.tookMs) * 1_000));
  const [p50, p99] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
  return {
    title: "Logs of apps",
    tables: [
      {
        caption: `Lines of ${LINE_BYTES} bytes from one app to its log file`,
        columns: ["what", "measured"],
        rows: [
          ["from the app's write to the end of ours, p50", ms(p50)],
          ["… p99", ms(p99)],
          ["the same through a pipe and a program in C, p50", ms(quantile(bareMs, 0.5))],
          ["… p99", ms(quantile(bareMs, 0.99))],
          [`CPU of the manager for ${digits(burst)} lines`, ms(cpuMs)],
          ["lines a second, one write each", digits(perSecond)],
        ],
        notes: [
          "One line every 2 ms, from a program in C; then all of them as fast as the app can write. The follower runs alone in its process, with the manager's settings of Bun.",
        ],
      },
    ],
    bars: smoke
      ? []
      : [
          atMost("a line's way to its file, p99", 0.3, p99, ms),
          atMost("CPU for 200,000 lines", 100, cpuMs, ms),
        ],
  };
};
