/**
 * Forced pid reuse: a bystander gets the pid of a target, before the pin or during the grace, often with the same
 * start tick and the same executable. It must never get a signal.
 *
 * Needs to be root in its own PID namespace: /proc/sys/kernel/ns_last_pid says which pid comes next.
 */
import { writeFileSync } from "node:fs";
import type { ProcessSample, Snapshot } from "../../src/core/process/process.ts";
import { terminate } from "../../src/kill/terminate.ts";
import { type KillPorts, killPorts, sampleOf, stepFor } from "../support/kill.ts";
import { Random } from "../support/random.ts";
import { isAlive, readStat, type Started, until } from "../support/ready.ts";

export interface ReuseReport {
  readonly rounds: number;
  /** Rounds in which the bystander really had the target's pid. */
  readonly forcedReuses: number;
  /** Of these, with the same start tick as well: pid and start time alone cannot tell them apart. */
  readonly sameTick: number;
  /** Bystanders that are dead or stopped. */
  readonly wrongKills: number;
  /** Rounds that ended with the target named as gone or as somebody else. */
  readonly refused: number;
}

type When = "before the pin" | "at once" | "in the grace";
const WHEN: readonly When[] = ["before the pin", "at once", "in the grace"];

interface Round {
  readonly forced: boolean;
  readonly sameTick: boolean;
  readonly wrong: boolean;
  readonly refused: boolean;
}

/** Runs `rounds` rounds whose kinds follow from `seed`; the same seed gives the same sequence. */
export async function pidReuseRounds(rounds: number, seed: number): Promise<ReuseReport> {
  using ports = killPorts();
  const random = new Random(seed);
  const results: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    results.push(await playRound(ports, random.pick(WHEN), random.chance(0.5)));
  }
  const count = (what: keyof Round): number => results.filter((result) => result[what]).length;
  return {
    rounds,
    forcedReuses: count("forced"),
    sameTick: count("sameTick"),
    wrongKills: count("wrong"),
    refused: count("refused"),
  };
}

async function playRound(ports: KillPorts, when: When, sameProgram: boolean): Promise<Round> {
  await using target = start(bunThatWaits("target"));
  const before = await sampled(ports, target.pid, when === "at once" ? 0 : 30);
  const sample = sampleOf(before, target.pid);
  const bystanderProgram = sameProgram ? bunThatWaits("bystander") : ["sleep", "1000"];
  // keeps the grace from ending early, so that SIGKILL is still to come when the pid changes hands
  await using deaf = start(["sh", "-c", "trap '' TERM; exec sleep 1000"]);
  await until(() => readStat(deaf.pid)?.comm === "sleep", 5_000, 1);

  const step = { ...stepFor(before, target.pid), targets: [sample, deafSample(ports, sample, deaf.pid)] };
  const act = () => terminate(step, ports, { graceMs: 40, settleMs: 0, mayKill: () => true, before });
  const acting = when === "in the grace" ? act() : null;
  if (acting === null) target.kill("SIGKILL");
  await target.exited;
  await using bystander = startAs(target.pid, bystanderProgram);
  const started = { pid: bystander.pid, startTicks: readStat(bystander.pid)?.startTicks ?? 0 };
  const outcome = await (acting ?? act());

  const result = outcome.outcomes.find(({ id }) => id.pid === sample.id.pid)?.result.outcome;
  const forced = bystander.pid === target.pid;
  return {
    forced,
    sameTick: forced && started.startTicks === sample.id.startTicks,
    wrong: !lives(started),
    refused: result === "gone" || result === "identity-changed",
  };
}

/** The first snapshot in which the process is at least this old. */
const sampled = async (ports: KillPorts, pid: number, ageMs: number): Promise<Snapshot> => {
  let snapshot = ports.sampler.sample();
  while (sampleOf(snapshot, pid).ageMs < ageMs) {
    await Bun.sleep(5);
    snapshot = ports.sampler.sample();
  }
  return snapshot;
};

const lives = (bystander: Started): boolean => isAlive(bystander) && readStat(bystander.pid)?.state !== "T";

const bunThatWaits = (name: string): string[] => [process.execPath, "-e", "setInterval(() => {}, 1e6)", name];

const deafSample = (ports: KillPorts, like: ProcessSample, pid: number): ProcessSample => {
  const id = ports.control.identify(pid);
  if (id === null) throw new Error(`pid ${pid} is gone`);
  return { ...like, id, runtime: "other", command: "sleep 1000", argv: ["sleep", "1000"], ageMs: 1_000 };
};

interface Running extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<number>;
  kill(signal: NodeJS.Signals): void;
}

const start = (argv: readonly string[]): Running => {
  const child = Bun.spawn([...argv], { stdio: ["ignore", "ignore", "ignore"] });
  return {
    pid: child.pid,
    exited: child.exited,
    kill: (signal) => child.kill(signal),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
};

/** With this pid, if nobody else was quicker: threads take pids too. */
const startAs = (pid: number, argv: readonly string[]): Running => {
  writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1));
  return start(argv);
};
