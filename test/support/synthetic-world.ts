/**
 * A machine that never was: jobs begin, work, run away and are stopped, day and night, as looks and events. What the
 * seed says happens, so two runs are the same week.
 */
import type { Seen } from "../../src/history/chronicle/rows.ts";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import type { TargetOutcome } from "../../src/core/plan/outcome.ts";
import { processKey } from "../../src/core/process/process.ts";
import { aProcess, GB, MB } from "./build.ts";
import { Random } from "./random.ts";
import { isRunaway, verdictsOn, worst, type Member, type Running } from "./synthetic-job.ts";
import { PROGRAMS, type Program } from "./synthetic-programs.ts";

export interface SyntheticOptions {
  readonly seed: number;
  /** Bun processes by day; at night fewer. */
  readonly processes: number;
  readonly days: number;
  /** When it ends, Unix epoch ms. */
  readonly endMs: number;
  readonly intervalMs: number;
}

export interface Moment {
  readonly seen: Seen;
  /** What was done about it, oldest first; the next look comes after it. */
  readonly events: readonly WatchdogEvent[];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const FIRST_PID = 2_000;
const MOST_PIDS = 4_000_000;

/** The moments of `days` days, oldest first, one per interval. */
export function* syntheticWorld(options: SyntheticOptions): Generator<Moment> {
  const world = new SyntheticWorld(options);
  const startMs = options.endMs - options.days * DAY_MS;
  for (let atMs = startMs; atMs < options.endMs; atMs += options.intervalMs) yield world.moment(atMs);
}

class SyntheticWorld {
  readonly #options: SyntheticOptions;
  readonly #random: Random;
  readonly #totalWeight = PROGRAMS.reduce((sum, { weight }) => sum + weight, 0);
  readonly #keys = new Set<string>();
  readonly #ids = new Set<string>();
  #running: Running[] = [];
  #processes = 0;
  #pid = FIRST_PID;
  /** An hour before it begins: start ticks count from there. */
  readonly #bootMs: number;

  constructor(options: SyntheticOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#bootMs = options.endMs - options.days * DAY_MS - HOUR_MS;
  }

  moment(atMs: number): Moment {
    for (const job of this.#running) if (atMs >= job.endsMs) this.#end(job);
    this.#running = this.#running.filter(({ judged }) => this.#ids.has(judged.job.id));
    const wanted = this.#options.processes * share(atMs);
    while (this.#processes < wanted) this.#start(atMs);
    let memoryBytes = 0;
    for (const job of this.#running) memoryBytes += this.#live(job, atMs);
    const events = this.#running.flatMap((job) => (isRunaway(job) ? this.#stop(job, atMs) : []));
    return {
      seen: {
        atMs,
        monotonicMs: atMs - this.#options.endMs + this.#options.days * DAY_MS,
        machine: { availableBytes: Math.max(GB, 128 * GB - memoryBytes) },
        judgement: { jobs: this.#running.map(({ judged }) => judged) },
        history: { processes: this.#keys, jobs: this.#ids },
      },
      events,
    };
  }

  #pick(): Program {
    let at = this.#random.next() * this.#totalWeight;
    for (const each of PROGRAMS) if ((at -= each.weight) < 0) return each;
    throw new Error("no weight is left");
  }

  #start(atMs: number): void {
    const program = this.#pick();
    const beganMs = atMs - this.#random.whole(0, this.#options.intervalMs - 1);
    const members = Array.from({ length: this.#random.whole(...program.members) }, () =>
      this.#member(program, beganMs),
    );
    const root = members[0]?.sample;
    if (root === undefined) throw new Error(`${program.argv.join(" ")} has no member`);
    const { fault } = program;
    const isFaulty = fault !== null && this.#random.whole(1, fault.oneIn) === 1;
    const job: Running = {
      judged: {
        job: {
          id: processKey(root.id),
          root,
          members: members.map(({ sample }) => sample),
          ageMs: 0,
          orphanOf: null,
          generation: 0,
          after: null,
        },
        owner: null,
        project: null,
        harmOnly: false,
        protectedBecause: null,
        told: [],
        isLoose: false,
        exempt: program.exempt.map((limit) => ({ limit, rule: "synthetic" })),
        counts: !program.exempt.includes("concurrency"),
        launch: processKey(root.id),
        processes: members.map(({ judged }) => judged),
      },
      program,
      members,
      fault: isFaulty ? fault.rule : null,
      beganMs,
      endsMs: isFaulty ? Infinity : beganMs + this.#random.whole(...program.lifeMs),
    };
    this.#ids.add(job.judged.job.id);
    this.#processes += members.length;
    this.#running.push(job);
  }

  #member(program: Program, startTimeMs: number): Member {
    this.#pid = this.#pid >= MOST_PIDS ? FIRST_PID : this.#pid + this.#random.whole(1, 9);
    const sample = aProcess({
      pid: this.#pid,
      startTicks: Math.floor((startTimeMs - this.#bootMs) / 10),
      argv: program.argv,
      kind: program.kind,
      cwd: program.project,
      startTimeMs,
      ageMs: 0,
      memoryBytes: 30 * MB,
    });
    this.#keys.add(processKey(sample.id));
    return {
      sample,
      judged: { process: sample, cpuPercent: null, verdicts: [] },
      restBytes: this.#random.whole(...program.memoryMb) * MB,
    };
  }

  #end({ judged, members }: Running): void {
    this.#ids.delete(judged.job.id);
    for (const { sample } of members) this.#keys.delete(processKey(sample.id));
    this.#processes -= members.length;
  }

  /** One interval of work; the memory it has then. */
  #live(job: Running, atMs: number): number {
    const { intervalMs } = this.#options;
    const ageMs = atMs - job.beganMs;
    job.judged.job.ageMs = ageMs;
    let sum = 0;
    job.members.forEach(({ sample, judged, restBytes }, index) => {
      const isFaulty = job.fault !== null && index === 0;
      const before = sample.memoryBytes ?? 0;
      const leak = isFaulty && job.fault === "memory" ? 8 * MB * (intervalMs / 1_000) : 0;
      const settled = Math.min(restBytes, before + restBytes * 0.3);
      sample.memoryBytes = Math.round(leak > 0 ? before + leak : settled);
      const percent =
        isFaulty && job.fault === "cpu"
          ? 100
          : Math.min(100, job.program.cpuPercent * this.#random.next() * 2);
      const usedMs = (Math.min(intervalMs, ageMs - sample.ageMs) * percent) / 100;
      sample.cpuMs += Math.round(usedMs / 10) * 10;
      judged.cpuPercent = sample.ageMs === 0 ? null : percent;
      sample.ageMs = ageMs;
      judged.verdicts = isFaulty ? verdictsOn(job, sample, ageMs) : [];
      sum += sample.memoryBytes;
    });
    return sum;
  }

  #stop(job: Running, atMs: number): readonly WatchdogEvent[] {
    const verdict = worst(job);
    const root = job.judged.job.root;
    if (verdict === undefined) return [];
    const stepId = `${job.judged.job.id}@${atMs}`;
    const victim = { id: root.id, command: root.command };
    const tookMs = this.#random.whole(30, 5_200);
    const remains = this.#random.chance(0.02);
    const outcomes = job.members.map(({ sample }, index): TargetOutcome => ({
      id: sample.id,
      startTimeMs: sample.startTimeMs,
      command: sample.command,
      result: remains && index === 0 ? { outcome: "uninterruptible", where: "state D" } : { outcome: "gone" },
      signals: tookMs > 5_000 ? ["SIGTERM", "SIGSTOP", "SIGKILL"] : ["SIGTERM"],
      tookMs,
    }));
    this.#end(job);
    return [
      {
        type: "intent",
        atMs: atMs + 40,
        stepId,
        victim,
        targets: job.members.map(({ sample }) => ({ id: sample.id, command: sample.command })),
        rule: verdict.rule,
        evidence: verdict.evidence,
        signal: "SIGTERM",
        limit: verdict.limit,
        value: verdict.value,
        jobId: job.judged.job.id,
        kind: root.kind,
        cwd: root.cwd,
      },
      { type: "outcome", atMs: atMs + 40 + tookMs, stepId, victim, rule: verdict.rule, outcomes, left: [] },
    ];
  }
}

/** Of the processes by day: office hours, a long evening, few at night and at the weekend. UTC, so that it is the same everywhere. */
function share(atMs: number): number {
  const at = new Date(atMs);
  const hour = at.getUTCHours();
  const isWeekend = at.getUTCDay() % 6 === 0;
  if (hour < 7 || hour >= 23) return 0.8;
  return isWeekend || hour >= 19 ? 0.9 : 1;
}
