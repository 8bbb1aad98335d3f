/**
 * The monitor is KILLed at random moments of recording its kills, over and over, on one history. After each time the
 * database is whole, and every kill that the journal has is in it.
 */
import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import { runCli, scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { Random } from "../support/random.ts";
import { startFixture, until } from "../support/ready.ts";

export interface HistoryKillReport {
  readonly rounds: number;
  /** Intents in the journal at the end; each is a row of `kills`. */
  readonly kills: number;
  /** Rounds in which something was written and not yet in the main file when the monitor died. */
  readonly diedWithLog: number;
  /** One line per violation, with its round. */
  readonly damaged: readonly string[];
  readonly missing: readonly string[];
}

/** A monitor writes half a second after a kill, and its outcome comes later than that. */
const LATEST_MS = 1_200;

const config = {
  maxConcurrentProcesses: 100,
  processTimeoutMs: 300,
  monitoringIntervalMs: 100,
  killGraceMs: 50,
  armTicks: 0,
  breaker: { maxKillsPerMinute: 10_000 },
};

const FIXTURES = ["z06-term-then-loop.ts", "z07-ignores-signals.ts", "z10-own-session.ts"] as const;

interface Round {
  readonly diedWithLog: boolean;
  readonly damage: string | null;
  readonly missing: readonly string[];
}

/** The moments and the victims follow from `seed`. */
export async function historyKillRounds(rounds: number, seed: number): Promise<HistoryKillReport> {
  requireNamespace();
  const random = new Random(seed);
  using project = scratchProject(config);
  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) results.push(await playRound(project, random));
  return {
    rounds,
    kills: intents(project).length,
    diedWithLog: results.filter(({ diedWithLog }) => diedWithLog).length,
    damaged: results.flatMap(({ damage }, round) => (damage === null ? [] : [`round ${round}: ${damage}`])),
    missing: results.flatMap(({ missing }, round) => missing.map((what) => `round ${round}: ${what}`)),
  };
}

async function playRound(project: Project, random: Random): Promise<Round> {
  await using cleanUp = new AsyncDisposableStack();
  const files = Array.from({ length: random.whole(1, 3) }, () => random.pick(FIXTURES));
  const waitMs = random.whole(0, LATEST_MS);
  const before = intents(project).length;
  const monitor = cleanUp.use(await startMonitor(project, ["--yes"]));
  const zoo = resolve(import.meta.dir, "../fixtures/zoo");
  const fixtures = files.map((file) => startFixture([process.execPath, join(zoo, file)]));
  for (const fixture of await Promise.all(fixtures)) cleanUp.use(fixture);
  await until(() => intents(project).length > before, 10_000, 5);
  await Bun.sleep(waitMs);
  await monitor.kill();
  const path = project.state("history.db");
  const diedWithLog = existsSync(`${path}-wal`);
  return { diedWithLog, damage: damageOf(path), missing: await missingFrom(project) };
}

const intents = (project: Project): readonly WatchdogEvent[] =>
  project.events().filter(({ type }) => type === "intent");

/** In SQLite's words; null when there is none. */
function damageOf(path: string): string | null {
  // died before its first write
  if (!existsSync(path)) return null;
  using database = new Database(path);
  const answer = database.query<{ integrity_check: string }, []>("PRAGMA integrity_check").all();
  const words = answer.map((row) => row.integrity_check).join("; ");
  return words === "ok" ? null : words;
}

/** Asked as a user does: what the journal has and the export has not. */
async function missingFrom(project: Project): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await runCli(
    ["history", "export", "--json", "--table", "kills"],
    project,
  );
  if (exitCode !== 0) return [`the export ended with ${exitCode}: ${stderr}`];
  const { kills }: { kills: { step: string; endedMs: number | null; evidence: string }[] } =
    JSON.parse(stdout);
  const byStep = new Map(kills.map((kill) => [kill.step, kill]));
  return project.events().flatMap((event) => {
    if (event.type === "intent")
      return byStep.get(event.stepId)?.evidence === event.evidence ? [] : [`the intent of ${event.stepId}`];
    if (event.type === "outcome")
      return byStep.get(event.stepId)?.endedMs === event.atMs ? [] : [`the outcome of ${event.stepId}`];
    return [];
  });
}
