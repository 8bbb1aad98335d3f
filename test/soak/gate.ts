/**
 * Many wrappers at once on a few slots, some of them KILLed at random moments. An observer that knows nothing of the
 * gate counts the jobs that run at once; the naive gate, count and start, runs in the same harness for contrast.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensureRuntimeDirectory } from "../../src/os/runtime-directory.ts";
import type { Observed } from "../fixtures/gate/observer.ts";
import { repository, scratchProject, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { allPids, readStat } from "../support/proc.ts";
import { Random } from "../support/random.ts";
import { until } from "../support/ready.ts";

/** Of all rounds together. */
export interface GateReport {
  readonly rounds: number;
  readonly wrappers: number;
  readonly killed: number;
  readonly looks: number;
  /** Jobs at one instant, by the observer. */
  readonly most: number;
  /** Wrappers that were not KILLed and did not end with 0, or whose job never began. */
  readonly failed: readonly string[];
  /** Jobs that began while too many of those who came before still waited. */
  readonly unfair: readonly string[];
  /** Slots that were not there for the next launches. */
  readonly lostSlots: number;
}

export interface GateOptions {
  readonly wrappers: number;
  readonly slots: number;
  readonly kills: number;
}

const fixture = (name: string): string => resolve(import.meta.dir, "../fixtures/gate", name);
const WRAPPER = join(repository, "scripts/bun-wrapper.ts");
/** Long enough for several looks of the observer. */
const JOB_MS = 60;
const PATIENCE_MS = 400_000;

/** The harness itself runs on Bun: it is not to be counted. */
const config = (slots: number): Record<string, unknown> => ({
  maxConcurrentProcesses: slots,
  maxMemoryUsageMB: null,
  gate: { countUngated: false, waitMs: null },
});

type Start = (marker: string, log: string) => readonly string[];

const throughOurs: Start = (marker, log) => [WRAPPER, fixture("job.ts"), marker, log, String(JOB_MS)];

export async function gateRounds(
  rounds: number,
  seed: number,
  options: GateOptions = { wrappers: 200, slots: 3, kills: 20 },
): Promise<GateReport> {
  requireNamespace();
  const random = new Random(seed);
  const results: GateReport[] = [];
  for (let round = 0; round < rounds; round++) results.push(await playRound(options, random, round));
  return results.reduce(together);
}

const together = (a: GateReport, b: GateReport): GateReport => ({
  rounds: a.rounds + b.rounds,
  wrappers: a.wrappers + b.wrappers,
  killed: a.killed + b.killed,
  looks: a.looks + b.looks,
  most: Math.max(a.most, b.most),
  failed: [...a.failed, ...b.failed],
  unfair: [...a.unfair, ...b.unfair],
  lostSlots: a.lostSlots + b.lostSlots,
});

/** How many jobs at once a gate lets through that counts and then starts. */
export async function naiveRound({
  wrappers,
  slots,
}: GateOptions): Promise<Pick<GateReport, "most" | "looks">> {
  requireNamespace();
  using project = scratchProject(config(slots));
  const start: Start = (marker, log) => [
    fixture("naive.ts"),
    String(slots),
    marker,
    fixture("job.ts"),
    marker,
    log,
    String(JOB_MS),
  ];
  return (await play(project, "naive-job", start, { wrappers, kills: 0, slots }, new Random(0))).observed;
}

async function playRound(options: GateOptions, random: Random, round: number): Promise<GateReport> {
  using project = scratchProject(config(options.slots));
  const marker = `gate-job-${round}`;
  const { observed, ended, began } = await play(project, marker, throughOurs, options, random);
  const survivors = ended.filter(({ killed }) => !killed);
  return {
    rounds: 1,
    wrappers: options.wrappers,
    killed: ended.length - survivors.length,
    looks: observed.looks,
    most: observed.most,
    failed: survivors.flatMap(({ pid, code, error }) =>
      code === 0 && began.includes(pid)
        ? []
        : [`round ${round}: wrapper ${pid} ended with ${code}: ${error}`],
    ),
    unfair: unfairStarts(began, observed, ended, options).map((line) => `round ${round}: ${line}`),
    lostSlots: options.slots - (await freeSlots(project, options.slots)),
  };
}

interface Ended {
  readonly pid: number;
  readonly code: number;
  readonly killed: boolean;
  readonly error: string;
}

async function play(
  project: Project,
  marker: string,
  start: Start,
  { wrappers, kills }: GateOptions,
  random: Random,
): Promise<{ observed: Observed; ended: readonly Ended[]; began: readonly number[] }> {
  const log = join(project.directory, "began");
  writeFileSync(log, "");
  const tickets = join(ensureRuntimeDirectory(process.getuid?.() ?? 0), "gate-user", "tickets");
  mkdirSync(tickets, { recursive: true, mode: 0o700 });
  const observer = Bun.spawn([process.execPath, fixture("observer.ts"), marker, tickets], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const output = new Response(observer.stdout).text();
  const killed = new Set<number>();
  const children = Array.from({ length: wrappers }, () =>
    Bun.spawn([process.execPath, ...start(marker, log)], {
      cwd: project.directory,
      env: { ...process.env, ...project.env },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    }),
  );
  const ended = children.map(async ({ pid, exited, stderr }): Promise<Ended> => {
    const [code, error] = await Promise.all([exited, new Response(stderr).text()]);
    return { pid, code, killed: killed.has(pid), error: error.trim() };
  });
  const began = (): readonly number[] => readFileSync(log, "utf8").split("\n").filter(Boolean).map(Number);
  // spread over the whole round: one after every so many jobs, of which there are as many as are not KILLed
  for (let kill = 1; kill <= kills; kill++) {
    await until(() => began().length >= (kill * (wrappers - kills)) / (kills + 1), PATIENCE_MS);
    await Bun.sleep(random.whole(0, JOB_MS));
    const living = children.filter(({ pid, exitCode }) => exitCode === null && !killed.has(pid));
    if (living.length === 0) break;
    const victim = random.pick(living);
    killed.add(victim.pid);
    victim.kill("SIGKILL");
  }
  const all = await Promise.all(ended);
  await until(() => jobs(marker) === 0, PATIENCE_MS);
  observer.kill("SIGTERM");
  await observer.exited;
  const observed: Observed = JSON.parse((await output).trim().split("\n").at(-1) ?? "{}");
  return { observed, ended: all, began: began() };
}

const jobs = (marker: string): number =>
  allPids().filter((pid) => {
    const stat = readStat(pid);
    if (stat === null || stat.state === "Z") return false;
    return readFileSyncIfThere(`/proc/${pid}/cmdline`).includes(`job.ts\0${marker}`);
  }).length;

const readFileSyncIfThere = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH"))
      return "";
    throw error;
  }
};

/**
 * Who was admitted before and has not yet said so holds one of the other slots: at most that many with a lower number
 * may begin later. Wrappers that never had a ticket found a slot at once.
 */
function unfairStarts(
  began: readonly number[],
  { tickets }: Observed,
  ended: readonly Ended[],
  { slots }: GateOptions,
): readonly string[] {
  const killed = new Set(ended.filter((each) => each.killed).map(({ pid }) => pid));
  const order = began.flatMap((pid) => {
    const number = tickets[pid];
    return number === undefined || killed.has(pid) ? [] : [{ pid, number }];
  });
  return order.flatMap(({ pid, number }, at) => {
    const overtaken = order.slice(at + 1).filter((later) => later.number < number).length;
    return overtaken < slots
      ? []
      : [`ticket ${number} (wrapper ${pid}) began before ${overtaken} earlier ones`];
  });
}

/** Starts one job per slot, and counts those that run at once. */
async function freeSlots(project: Project, slots: number): Promise<number> {
  const log = join(project.directory, "free");
  writeFileSync(log, "");
  const holders = Array.from({ length: slots }, () =>
    Bun.spawn([process.execPath, WRAPPER, "--wait=0s", fixture("job.ts"), "free", log, "600000"], {
      cwd: project.directory,
      env: { ...process.env, ...project.env },
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  const began = (): number => readFileSync(log, "utf8").split("\n").filter(Boolean).length;
  await until(() => began() + holders.filter(({ exitCode }) => exitCode !== null).length >= slots, 60_000);
  const free = began();
  for (const holder of holders) holder.kill("SIGTERM");
  await Promise.all(holders.map(({ exited }) => exited));
  return free;
}
