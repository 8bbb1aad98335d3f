/**
 * Ten apps write numbered lines while whoever follows their output is KILLed at random moments. Afterwards each line is in
 * its log file once, in order, byte by byte: in files of one app, in a shared one, in one with dates, and over rotations.
 */
import { join } from "node:path";
import { openAppLogs } from "../../src/app-log/app-logs.ts";
import type { LogPolicy } from "../../src/core/app/app-spec.ts";
import {
  DATE_FORMAT,
  faultsOf,
  logged,
  logPolicy,
  startFollower,
  writerCommand,
} from "../support/app-logs.ts";
import { Random } from "../support/random.ts";
import { until } from "../support/ready.ts";
import { withTemporary } from "../support/temporary.ts";

export interface AppLogReport {
  readonly lines: number;
  readonly kills: number;
  readonly faults: readonly string[];
}

export interface AppLogLoad {
  readonly seconds: number;
  readonly perSecond: number;
  readonly killEveryMs: number;
}

const WRITERS = 10;
const LEAST_KILLS = 3;
const [SHARED, DATED] = ["shared", "dated"] as const;
/** Which file a writer's lines go to: its own, or one of two that several share. */
const appOf = (writer: number): string => (writer < 4 ? `own${writer}` : writer < 8 ? SHARED : DATED);

const policyOf = (directory: string, app: string): LogPolicy =>
  logPolicy(directory, app, {
    // often put aside, and often in the middle of a batch
    maxBytes: 300_000,
    keep: 10_000,
    dateFormat: app === DATED ? DATE_FORMAT : null,
    combined: app === "own3" ? join(directory, "logs", "own3-all.log") : null,
  });

export const appLogRounds = (load: AppLogLoad, seed: number): Promise<AppLogReport> =>
  withTemporary(async (directory) => {
    const random = new Random(seed);
    const state = join(directory, "state");
    const count = Math.floor((load.seconds * load.perSecond) / WRITERS);
    const writers = await startWriters(directory, state, count, load.perSecond / WRITERS);
    let kills = 0;
    const isRunning = (): boolean => writers.some((child) => child.exitCode === null);
    // a loaded machine starts few followers in that time, and what the writers have left is followed, too
    while (isRunning() || kills < LEAST_KILLS) {
      await using follower = startFollower(state);
      await until(() => follower.lines.length > 0);
      await Bun.sleep(random.whole(0, 2 * load.killEveryMs));
      // as one whose disk takes its time: it hangs in a write, and the apps do not
      if (random.chance(0.5)) {
        follower.kill("SIGSTOP");
        await Bun.sleep(random.whole(0, load.killEveryMs / 2));
        follower.kill("SIGCONT");
        await Bun.sleep(random.whole(0, load.killEveryMs / 10));
      }
      kills++;
    }
    const logs = openAppLogs({ directory: state });
    for (let writer = 0; writer < WRITERS; writer++) await logs.close(keyOf(writer));
    await logs[Symbol.asyncDispose]();
    return { lines: count * WRITERS, kills, faults: allFaults(directory, count) };
  });

const keyOf = (writer: number): string => logged(appOf(writer), logPolicy("/", ""), writer).key;

/** Nobody follows them yet. */
async function startWriters(
  directory: string,
  state: string,
  count: number,
  perSecond: number,
): Promise<readonly Bun.Subprocess[]> {
  const logs = openAppLogs({ directory: state });
  const children = Array.from({ length: WRITERS }, (_, writer) => {
    const app = appOf(writer);
    const { streams, release } = logs.open(logged(app, policyOf(directory, app), writer));
    const argv = writerCommand(`w${writer}`, count, perSecond);
    const child = Bun.spawn(argv, { stdio: ["ignore", ...streams] });
    release();
    return child;
  });
  await logs[Symbol.asyncDispose]();
  return children;
}

function allFaults(directory: string, count: number): readonly string[] {
  const byApp = Map.groupBy(
    Array.from({ length: WRITERS }, (_, writer) => writer),
    appOf,
  );
  const faults = [...byApp].flatMap(([app, writers]) => {
    const policy = policyOf(directory, app);
    const expected = Object.fromEntries(writers.map((writer) => [`w${writer}`, count]));
    const paths = [policy.out, policy.combined].filter((path) => path !== null);
    return paths.flatMap((path) => faultsOf(path, expected, app === DATED));
  });
  return faults.slice(0, 20);
}
