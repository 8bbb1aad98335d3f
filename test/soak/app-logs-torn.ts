/**
 * Whoever writes log files is KILLed at one of its writes, or in the middle of it, and then at the next, until a run needs
 * fewer. Nothing is lost and nothing is written twice.
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { openAppLogs } from "../../src/app-log/app-logs.ts";
import { DATE_FORMAT, faultsOf, logged, logPolicy, numberedLine } from "../support/app-logs.ts";
import { withTemporary } from "../support/temporary.ts";

const fixture = join(import.meta.dir, "../fixtures/app-log/killed-at.ts");
const LINES = 60;

const instancesIn = (directory: string): ReturnType<typeof logged>[] => {
  const small = { maxBytes: 5_000, combined: join(directory, "logs/all.log") };
  const own = logPolicy(directory, "own", small);
  const shared = logPolicy(directory, "shared", { maxBytes: 5_000 });
  const dated = logPolicy(directory, "dated", { maxBytes: 5_000, dateFormat: DATE_FORMAT });
  return [
    logged("own", own),
    ...[0, 1].map((number) => logged("shared", shared, number)),
    ...[0, 1].map((number) => logged("dated", dated, number)),
  ];
};

/** Spools with lines in them that nobody has read. */
async function fill(directory: string): Promise<void> {
  const state = join(directory, "state");
  const logs = openAppLogs({ directory: state });
  for (const instance of instancesIn(directory)) logs.open(instance).release();
  await logs[Symbol.asyncDispose]();
  for (const { key } of instancesIn(directory))
    for (const stream of ["out", "err"]) {
      const lines = Array.from({ length: LINES }, (_, at) => numberedLine(`${key}.${stream}`, at));
      appendFileSync(join(state, "spools", `${key}.${stream}`), `${lines.join("\n")}\n`);
    }
}

const expected = (...names: readonly string[]): Record<string, number> =>
  Object.fromEntries(names.map((name) => [name, LINES]));

function faults(directory: string): readonly string[] {
  const path = (name: string): string => join(directory, "logs", name);
  return [
    ...faultsOf(path("own-out.log"), expected("test-own-0.out")),
    ...faultsOf(path("own-err.log"), expected("test-own-0.err")),
    ...faultsOf(path("all.log"), expected("test-own-0.out", "test-own-0.err")),
    ...faultsOf(path("shared-out.log"), expected("test-shared-0.out", "test-shared-1.out")),
    ...faultsOf(path("dated-out.log"), expected("test-dated-0.out", "test-dated-1.out"), true),
    ...faultsOf(path("dated-err.log"), expected("test-dated-0.err", "test-dated-1.err"), true),
  ];
}

export interface TornReport {
  readonly kills: number;
  readonly faults: readonly string[];
}

/** `step`: 1 = each write in turn. */
export async function tornRounds(first: number, step: number): Promise<TornReport> {
  const found: string[] = [];
  for (let at = first, kills = 0; ; at += step)
    for (const moment of ["before", "half"] as const) {
      const left = await killedAt(at, moment);
      if (left === null) return { kills, faults: found };
      kills++;
      found.push(...left.map((fault) => `${moment} write ${at}: ${fault}`));
    }
}

/** null: it does not write that often. */
const killedAt = (at: number, moment: "before" | "half"): Promise<readonly string[] | null> =>
  withTemporary(async (directory) => {
    await fill(directory);
    const state = join(directory, "state");
    const argv = [process.execPath, fixture, state, String(at), moment];
    const { stdout } = Bun.spawnSync(argv, { stderr: "inherit" });
    if (stdout.toString().includes("done")) return null;
    const logs = openAppLogs({ directory: state });
    await logs[Symbol.asyncDispose]();
    return faults(directory);
  });
