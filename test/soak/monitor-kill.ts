/**
 * The monitor is KILLed at random moments of its kills, sometimes together with the guard that is to thaw what it
 * froze. Afterwards nothing stays frozen, the next start works, and the journal explains every death (I4, I5, I9).
 */
import { resolve } from "node:path";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import { scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { allPids } from "../support/proc.ts";
import { isAlive, readStat, startFixture, until, type Fixture, type Started } from "../support/ready.ts";
import { Random } from "../support/random.ts";

export interface MonitorKillReport {
  readonly rounds: number;
  /** Rounds in which somebody was frozen when the monitor died. */
  readonly diedFrozen: number;
  readonly guardsKilled: number;
  /** One line per violation, with its round. */
  readonly frozen: readonly string[];
  readonly noStart: readonly string[];
  readonly unexplained: readonly string[];
  /** Runaways that the second monitor did not end either. */
  readonly survivors: readonly string[];
}

const GRACE_MS = 150;
/**
 * From the intent to the last SIGKILL takes the grace and some tens of ms; some of the moments come after all of it.
 * The freeze itself takes a few ms: moments after its announcement hit it.
 */
const MOMENTS = [
  { after: "intent", latestMs: GRACE_MS + 250 },
  { after: "freezing", latestMs: 15 },
] as const;

const config = {
  maxConcurrentProcesses: 100,
  processTimeoutMs: 500,
  monitoringIntervalMs: 100,
  killGraceMs: GRACE_MS,
  cpuHoldMs: 10_000,
  armTicks: 0,
  breaker: { maxKillsPerMinute: 1_000 },
};

const FIXTURES = [
  "z06-term-then-loop.ts",
  "z07-ignores-signals.ts",
  "z10-own-session.ts",
  "z12-forker.ts",
] as const;

interface Round {
  readonly diedFrozen: boolean;
  readonly guardKilled: boolean;
  readonly frozen: readonly Started[];
  readonly startProblem: string | null;
  readonly unexplained: readonly Started[];
  readonly survivors: readonly Started[];
}

/** The moments and the victims follow from `seed`. */
export async function monitorKillRounds(
  rounds: number,
  seed: number,
  onRound: () => void = () => {},
): Promise<MonitorKillReport> {
  requireNamespace();
  const random = new Random(seed);
  const results: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    results.push(await playRound(random));
    onRound();
  }
  const lines = (of: (result: Round) => readonly Started[]): string[] =>
    results.flatMap((result, round) => of(result).map(({ pid }) => `round ${round}: pid ${pid}`));
  return {
    rounds,
    diedFrozen: results.filter(({ diedFrozen }) => diedFrozen).length,
    guardsKilled: results.filter(({ guardKilled }) => guardKilled).length,
    frozen: lines(({ frozen }) => frozen),
    noStart: results.flatMap(({ startProblem }, round) =>
      startProblem === null ? [] : [`round ${round}: ${startProblem}`],
    ),
    unexplained: lines(({ unexplained }) => unexplained),
    survivors: lines(({ survivors }) => survivors),
  };
}

async function playRound(random: Random): Promise<Round> {
  using project = scratchProject(config);
  await using cleanUp = new AsyncDisposableStack();
  const files = Array.from({ length: random.whole(1, 2) }, () => random.pick(FIXTURES));
  const moment = random.pick(MOMENTS);
  const waitMs = random.whole(0, moment.latestMs);
  const killGuard = random.chance(0.3);

  const monitor = cleanUp.use(await startMonitor(project, ["--yes"]));
  const fixtures = await Promise.all(files.map((file) => bringUp(file)));
  for (const fixture of fixtures) cleanUp.use(fixture);
  const known = fixtures.flatMap(({ pids }) => pids);

  await until(() => has(project, moment.after), 10_000, 1);
  await Bun.sleep(waitMs);
  const guards = killGuard ? childrenOf(monitor.pid) : [];
  // the guard first: it thaws the moment the monitor is gone
  for (const pid of guards) process.kill(pid, "SIGKILL");
  const dead = monitor.kill();
  const diedFrozen = frozenAmong(everybody(known, fixtures)).length > 0;
  await dead;

  // with the guard dead too, the next start is what thaws
  if (guards.length === 0) await until(() => frozenAmong(everybody(known, fixtures)).length === 0, 3_000, 10);
  const frozenBefore = guards.length === 0 ? frozenAmong(everybody(known, fixtures)) : [];
  const second = await startMonitor(project, ["--yes"]).catch((error: unknown) => String(error));
  if (typeof second === "string") {
    return {
      ...empty,
      diedFrozen,
      guardKilled: guards.length > 0,
      frozen: frozenBefore,
      startProblem: second,
    };
  }
  cleanUp.use(second);
  await until(() => everybody(known, fixtures).every((one) => !isAlive(one)), 10_000, 20);
  const code = await second.stop();
  const left = everybody(known, fixtures).filter(isAlive);
  return {
    diedFrozen,
    guardKilled: guards.length > 0,
    frozen: [...frozenBefore, ...frozenAmong(left)],
    startProblem: code === 0 ? null : `the second monitor ended with ${code}: ${second.output()}`,
    unexplained: known.filter((one) => !isAlive(one) && !isExplained(one, project)),
    survivors: left,
  };
}

const empty: Pick<Round, "unexplained" | "survivors"> = { unexplained: [], survivors: [] };

const bringUp = (file: string): Promise<Fixture> =>
  startFixture([process.execPath, resolve(import.meta.dir, "../fixtures/zoo", file)]);

const has = (project: Project, type: WatchdogEvent["type"]): boolean =>
  project.events().some((event) => event.type === type);

/** What was announced, and what it has started since. */
function everybody(known: readonly Started[], fixtures: readonly Fixture[]): readonly Started[] {
  const sessions = new Set(fixtures.map(({ session }) => session));
  const found = allPids().flatMap((pid) => {
    const stat = readStat(pid);
    return stat !== null && sessions.has(stat.sid) ? [{ pid, startTicks: stat.startTicks }] : [];
  });
  return [...known, ...found];
}

const frozenAmong = (processes: readonly Started[]): readonly Started[] =>
  processes.filter((one) => isAlive(one) && readStat(one.pid)?.state === "T");

const childrenOf = (pid: number): number[] => allPids().filter((child) => readStat(child)?.ppid === pid);

/** Named before it died: as a target of an intent, or in what was written before it was frozen. */
function isExplained({ pid, startTicks }: Started, project: Project): boolean {
  return project.events().some((event) => {
    if (event.type !== "intent" && event.type !== "freezing") return false;
    return event.targets.some(({ id }) => id.pid === pid && id.startTicks === startTicks);
  });
}
