/**
 * `bun run soak`: the long versions of what `npm test` plays with a few rounds. Everything that kills runs inside PID
 * namespaces. Exit 1 on any violation.
 *
 *     bun run soak [--only statistics,power] [--reuse 1000] [--zoo 200] [--monitor 50] [--history 100] [--gate 20] [--logs 60] [--manager 600] [--fuzz 10000] [--dashboard 1000] [--pm2 1] [--setup 40] [--isolate 1] [--statistics 200] [--power 50] [--street 1] [--install 1] [--mutants 1] [--seed n]
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { repository } from "../support/launch.ts";
import { namespaceUnavailable, runInNamespace } from "../support/namespace.ts";
import type { AppLogReport } from "./app-logs.ts";
import type { FloodReport } from "./app-logs-flood.ts";
import type { TornReport } from "./app-logs-torn.ts";
import type { HistoryKillReport } from "./history-kill.ts";
import type { DashboardFlood } from "./dashboard.ts";
import type { GateReport } from "./gate.ts";
import type { IsolateReport } from "./isolate.ts";
import type { FuzzReport } from "./manager-fuzz.ts";
import type { ManagerReport } from "./manager.ts";
import type { MonitorKillReport } from "./monitor-kill.ts";
import type { PartName } from "./part.ts";
import type { Pm2Report } from "./pm2.ts";
import type { ReuseReport } from "./pid-reuse.ts";
import type { SetupReport } from "./setup.ts";
import type { StatisticsReport } from "./statistics.ts";
import { randomZooRounds } from "./random-zoo.ts";

const PART_LIMIT_MS = 3_600_000;

/** Runs one part inside a namespace and returns its report. */
async function inside<Report>(part: PartName, rounds: number, seed: number): Promise<Report> {
  const { exitCode, stdout, stderr } = await runInNamespace(
    [process.execPath, join(repository, "test/soak/part.ts"), part, String(rounds), String(seed)],
    { cwd: repository, limitMs: PART_LIMIT_MS },
  );
  const report = stdout.split("\n").findLast((line) => line.startsWith("{"));
  if (report === undefined) throw new Error(`${part} ended with ${exitCode}\n${stdout}${stderr}`);
  return JSON.parse(report);
}

const list = (violations: readonly string[]): void => {
  for (const violation of violations) console.log(`  ${violation}`);
};

async function pidReuse(rounds: number, seed: number): Promise<boolean> {
  const report = await inside<ReuseReport>("pid-reuse", rounds, seed);
  console.log(
    `pid reuse      ${report.rounds} rounds, ${report.forcedReuses} forced (${report.sameTick} with the same start tick): ${report.wrongKills} wrong kills`,
  );
  return (
    report.wrongKills === 0 && report.refused === report.rounds && report.forcedReuses > report.rounds / 2
  );
}

async function randomZoo(rounds: number, seed: number): Promise<boolean> {
  let done = 0;
  const onRound = (): void => {
    done += 1;
    if (done % 20 === 0 && done < rounds) console.log(`               round ${done} of ${rounds}`);
  };
  const report = await randomZooRounds(rounds, seed, { onRound });
  console.log(
    `random zoo     ${report.rounds} rounds, ${report.rowsPlayed} runaways, ${report.twinsPlayed} bystanders: ` +
      `${report.survivors.length} unstated survivors, ${report.bystandersKilled.length} bystanders killed`,
  );
  const violations = [...report.survivors, ...report.bystandersKilled, ...report.trouble];
  list([...violations, ...report.journals]);
  return violations.length === 0;
}

async function monitorKill(rounds: number, seed: number): Promise<boolean> {
  const report = await inside<MonitorKillReport>("monitor-kill", rounds, seed);
  const violations = [report.frozen, report.noStart, report.unexplained, report.survivors];
  console.log(
    `monitor KILLed ${report.rounds} times, ${report.diedFrozen} amid a freeze, ${report.guardsKilled} with its guard: ` +
      `${report.frozen.length} stayed frozen, ${report.noStart.length} starts failed, ${report.unexplained.length} deaths unexplained, ${report.survivors.length} survivors`,
  );
  list(violations.flat());
  return violations.every((lines) => lines.length === 0);
}

async function historyKill(rounds: number, seed: number): Promise<boolean> {
  const report = await inside<HistoryKillReport>("history-kill", rounds, seed);
  console.log(
    `history        monitor KILLed ${report.rounds} times while it records, ${report.kills} kills: ` +
      `${report.damaged.length} times damaged, ${report.missing.length} records missing`,
  );
  const violations = [...report.damaged, ...report.missing];
  list(violations);
  return violations.length === 0;
}

const SLOTS = 3;

async function gate(rounds: number, seed: number): Promise<boolean> {
  const report = await inside<GateReport>("gate", rounds, seed);
  const naive = await inside<Pick<GateReport, "most" | "looks">>("naive-gate", 1, seed);
  console.log(
    `gate           ${report.rounds} rounds, ${report.wrappers} wrappers on ${SLOTS} slots, ${report.killed} KILLed: at most ${report.most} jobs at once ` +
      `(${report.looks} looks), ${report.failed.length} failed, ${report.unfair.length} out of order, ${report.lostSlots} slots lost; naive gate: ${naive.most} jobs at once`,
  );
  list([...report.failed, ...report.unfair]);
  const violations = report.failed.length + report.unfair.length + report.lostSlots;
  return violations === 0 && report.most <= SLOTS && naive.most > SLOTS;
}

/** More than may wait. */
const FLOOD_MB = 1_300;

async function appLogs(seconds: number, seed: number): Promise<boolean> {
  const report = await inside<AppLogReport>("app-logs", seconds, seed);
  console.log(
    `app logs       ${report.lines} lines of 10 apps in ${seconds} s, their follower KILLed ${report.kills} times: ${report.faults.length} lost, twice or altered`,
  );
  const torn = await inside<TornReport>("app-logs-torn", 1, seed);
  console.log(
    `               KILLed at each of its writes in turn, ${torn.kills} times: ${torn.faults.length} lost, twice or altered`,
  );
  const flood = await inside<FloodReport>("app-logs-flood", FLOOD_MB, seed);
  console.log(
    `               ${flood.lines} lines while nobody follows and the log file takes none: ${flood.lost} lost and counted, ${flood.grownMb} MB of memory, ${flood.faults.length} faults`,
  );
  const faults = [...report.faults, ...torn.faults, ...flood.faults];
  list(faults);
  return faults.length === 0;
}

async function manager(seconds: number, seed: number): Promise<boolean> {
  const report = await inside<ManagerReport>("manager", seconds, seed);
  const { apps, crashes, kills, requests, silences, runs, lines, doubles, wrong, orphans, lost } = report;
  console.log(
    `manager        ${apps} apps for ${seconds} s, ${crashes} crashes, ${kills} times KILLed, ${requests} requests (${silences} times no answer within 3 s), ${lines} lines of ${runs} processes: ` +
      `${doubles.length} double instances, ${orphans.length} orphans, ${lost.length} lines lost or altered, ${wrong.length} states wrong`,
  );
  const violations = [...doubles, ...orphans, ...lost, ...wrong];
  list(violations);
  return violations.length === 0;
}

async function fuzz(messages: number, seed: number): Promise<boolean> {
  const { answered, closed, faults } = await inside<FuzzReport>("manager-fuzz", messages, seed);
  console.log(
    `               ${messages} malformed messages, ${answered} answered, ${closed} closed: ${faults.length} faults`,
  );
  list(faults);
  return faults.length === 0;
}

/** More followers than are taken, and longer than a connection may be silent. */
async function dashboard(bodies: number, seed: number): Promise<boolean> {
  const report = await inside<DashboardFlood>("dashboard", bodies, seed);
  const { followed, refused, ticks, faults } = report;
  console.log(
    `dashboard      ${bodies} malformed bodies (${JSON.stringify(report.bodies)}), ${followed} followers and ${refused} refused, slow and silent readers, ` +
      `${ticks} ticks of the watch meanwhile: ${faults.length} faults`,
  );
  list(faults);
  return faults.length === 0;
}

async function isolateTests(_: number, seed: number): Promise<boolean> {
  const report = await inside<IsolateReport>("isolate", 1, seed);
  const { packages, files, ways, unlike, unsteady } = report;
  console.log(
    `isolate        ${files} test files of ${packages} packages in ${ways} ways each: ${unlike.length} counted unlike plain bun test; ` +
      `${unsteady.length} that it does not count alike itself`,
  );
  list([...unlike, ...unsteady.map((file) => `unsteady: ${file}`)]);
  return unlike.length === 0;
}

/** More than so many of all are too many false verdicts, and fewer than so many of the true ones too few. */
const [MOST_WRONG, LEAST_FOUND] = [0.1, 0.8];

/** A program compared with itself. */
async function statistics(rounds: number, seed: number): Promise<boolean> {
  console.log(`statistics     ${rounds} comparisons, about 10 s each on a machine at rest …`);
  const report = await inside<StatisticsReport>("statistics", rounds, seed);
  tellStatistics("of a program with itself", report);
  return report.wrong.length <= MOST_WRONG * rounds;
}

/** A program compared with one that has a tenth more to do. */
async function power(rounds: number, seed: number): Promise<boolean> {
  console.log(`power          ${rounds} comparisons, about 10 s each on a machine at rest …`);
  const report = await inside<StatisticsReport>("power", rounds, seed);
  tellStatistics("with a program that has 10 % more to do", report);
  return (report.verdicts.slower ?? 0) >= LEAST_FOUND * rounds;
}

function tellStatistics(what: string, report: StatisticsReport): void {
  const { comparisons, verdicts, byCpuTime, ratio, noisy, wrong } = report;
  const counts = Object.entries(verdicts).map(([verdict, count]) => `${count} ${verdict}`);
  console.log(
    `               ${comparisons} comparisons ${what}: ${counts.join(", ")}; median ${ratio.toFixed(3)} times, ` +
      `${byCpuTime} by CPU time; the machine was noisy in ${noisy}`,
  );
  list(wrong);
}

async function pm2(_: number, seed: number): Promise<boolean> {
  const { files, known, unexplained, stale, habits, unlike } = await inside<Pm2Report>("pm2", 1, seed);
  console.log(
    `beside PM2     ${files} config files: ${known} known differences, ${unexplained.length} others; ${habits} habits, ${unlike.length} that PM2 has otherwise`,
  );
  const faults = [...unexplained, ...stale.map((row) => `explains nothing: ${row}`), ...unlike];
  list(faults);
  return faults.length === 0;
}

async function setup(shapes: number, seed: number): Promise<boolean> {
  const report = await inside<SetupReport>("setup", shapes, seed);
  console.log(
    `setup          ${report.shapes} shapes, KILLed ${report.kills} times, ${report.disks} disks with room for a part (${report.refused} runs refused): ${report.faults.length} faults`,
  );
  list(report.faults);
  return report.faults.length === 0;
}

/** A program of its own, which prints its own lines; a second round would say the same. */
const program = (path: string) => async (): Promise<boolean> => {
  const child = Bun.spawn([process.execPath, "run", path], {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
  });
  return (await child.exited) === 0;
};

/** What is played, and how many rounds of it where nobody says. */
const PARTS: Readonly<Record<string, readonly [(rounds: number, seed: number) => Promise<boolean>, number]>> =
  {
    reuse: [pidReuse, 1_000],
    monitor: [monitorKill, 50],
    history: [historyKill, 100],
    gate: [gate, 20],
    zoo: [randomZoo, 200],
    logs: [appLogs, 60],
    manager: [manager, 600],
    fuzz: [fuzz, 10_000],
    dashboard: [dashboard, 1_000],
    pm2: [pm2, 1],
    // all that there are
    setup: [setup, 40],
    isolate: [isolateTests, 1],
    statistics: [statistics, 200],
    power: [power, 50],
    street: [program("test/street/run.ts"), 1],
    install: [program("test/soak/install.ts"), 1],
    mutants: [program("test/mutants/run.ts"), 1],
  };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: Object.fromEntries(
      [...Object.keys(PARTS), "seed", "only"].map((name) => [name, { type: "string" }] as const),
    ),
  });
  const { seed: seedText = Date.now() % 1_000_000_000, only } = values;
  const chosen = only === undefined ? Object.keys(PARTS) : only.split(",");
  const unknown = chosen.find((name) => !Object.hasOwn(PARTS, name));
  const unavailable =
    unknown === undefined
      ? namespaceUnavailable()
      : `there is no part "${unknown}". There are ${Object.keys(PARTS).join(", ")}`;
  if (unavailable !== null) {
    console.error(`The soak cannot be played: ${unavailable}`);
    return 1;
  }
  const seed = Number(seedText);
  console.log(`seed ${seed}`);
  let clean = true;
  for (const [name, [play, usual]] of Object.entries(PARTS)) {
    const rounds = Number(values[name] ?? usual);
    if (chosen.includes(name) && rounds > 0) clean = (await play(rounds, seed)) && clean;
  }
  console.log(clean ? "no violation" : "VIOLATIONS, see above; --seed repeats them");
  return clean ? 0 : 1;
}

process.exitCode = await main();
