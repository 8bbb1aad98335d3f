/** Everything that one step is stopping: the planned targets, and what turns out to belong to them. */
import type { Outcome } from "../core/outcome.ts";
import type { Step } from "../core/plan.ts";
import { processKey, sameProcess, type ProcessSample, type Snapshot } from "../core/process.ts";
import type { Clock, Pin, ProcessControl, ProcessSampler } from "../ports.ts";
import { rescan } from "./rescan.ts";
import { hasSameArguments, isTwin, originOf, type Parent } from "./respawn.ts";
import { Target } from "./target.ts";

/**
 * Two clock ticks, ms. A pid can pass to another process with the same start tick only within the tick in which
 * the first one started (30 of 30 forced reuses). So a process that was older than this when it was sampled is
 * told from every later one by pid and start time; a younger one counts once a sample taken *after* pinning
 * says the same of it again.
 */
const AMBIGUOUS_AGE_MS = 20;
const isYoung = ({ sample }: Target): boolean => sample.ageMs < AMBIGUOUS_AGE_MS;

/** The system is out of descriptors: act on what is held, then look again. */
const isExhausted = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EMFILE" || error.code === "ENFILE");

/** A planned target that was no more when we came: nothing was sent to it. */
export interface Missed {
  readonly sample: ProcessSample;
  readonly result: Outcome;
}

/** What a twin may have come out of. */
interface Skin {
  readonly sample: ProcessSample;
  readonly service: string | null;
  readonly diedFrozen: boolean;
  /** Monotonic; null = before we came. */
  readonly endedMs: number | null;
}

/**
 * Whether the skin can have started this twin: it lived then. A supervisor starts after the end, somebody else at
 * any time. The age is rounded up to a clock tick, which only lets more through.
 */
const bore = ({ endedMs }: Skin, twin: ProcessSample, { monotonicMs }: Snapshot): boolean =>
  endedMs === null || monotonicMs - twin.ageMs <= endedMs;

/** A twin that is back through a supervisor's doing. */
export interface Respawn {
  readonly victim: ProcessSample;
  readonly twin: ProcessSample;
  readonly parent: Parent;
}

export interface TargetsPorts {
  readonly sampler: Pick<ProcessSampler, "sample" | "describe">;
  readonly control: ProcessControl;
  readonly clock: Clock;
}

export class Targets implements Disposable {
  readonly all: Target[] = [];
  readonly missed: Missed[] = [];
  readonly #step: Step;
  readonly #ports: TargetsPorts;
  readonly #mayKill: (process: ProcessSample) => boolean;
  readonly #spared: ReadonlySet<string>;
  readonly #left: Map<string, ProcessSample>;
  /** Alive before our first signal and not ours to stop: never a twin that came back. */
  readonly #bystanders: Set<string>;
  #signalling = false;
  #respawns: Respawn[] = [];

  constructor(
    step: Step,
    ports: TargetsPorts,
    mayKill: (process: ProcessSample) => boolean,
    before: Snapshot | null,
  ) {
    this.#step = step;
    this.#ports = ports;
    this.#mayKill = mayKill;
    this.#left = new Map(step.left.map((process) => [processKey(process.id), process]));
    this.#spared = new Set(this.#left.keys());
    this.#bystanders = new Set([...(before?.processes.values() ?? [])].map(({ id }) => processKey(id)));
  }

  /** Pins what was planned. Whoever is gone or somebody else by now is an outcome already. */
  pinPlanned(): void {
    for (const sample of this.#step.targets) {
      const pin = this.#ports.control.pin(sample.id);
      if (typeof pin === "string") this.missed.push({ sample, result: { outcome: pin } });
      else this.all.push(new Target(sample, pin, this.#ports.clock));
    }
    const young = this.all.filter(isYoung);
    if (young.length === 0) return;
    const { processes } = this.#ports.sampler.sample();
    for (const target of young) {
      const now = processes.get(target.sample.id.pid);
      if (now !== undefined && isAlike(now, target.sample)) continue;
      this.#drop(target);
      this.missed.push({ sample: target.sample, result: { outcome: "identity-changed" } });
    }
  }

  /** From now on a twin is one that our signals brought about. */
  signalling(): void {
    this.#signalling = true;
  }

  /** Looks again, and pins what belongs to the tree by now. Nothing is sent. */
  adopt(): void {
    const first = this.#ports.sampler.sample();
    const held = this.#candidates(first).flatMap((sample) => this.#hold(sample));
    const again = held.some(isYoung) ? this.#candidates(this.#ports.sampler.sample()) : [];
    for (const target of held) {
      if (!isYoung(target) || again.some((now) => isAlike(now, target.sample))) this.all.push(target);
      else target[Symbol.dispose]();
    }
    if (this.#signalling) return;
    const ours = new Set(this.all.map(({ sample }) => processKey(sample.id)));
    for (const { id } of first.processes.values()) {
      if (!ours.has(processKey(id))) this.#bystanders.add(processKey(id));
    }
  }

  /** Not known to have ended. */
  living(): readonly Target[] {
    return this.all.filter(({ endedMs }) => endedMs === null);
  }

  /** Living, ours to signal, and SIGKILL was not sent yet. */
  untried(): readonly Target[] {
    return this.living().filter((target) => target.refusal === null && !target.sent("SIGKILL"));
  }

  /** Of those that we may signal: whoever refused us is not waited for. */
  async waitForEnd(withinMs: number): Promise<void> {
    const awaited = this.living().filter(({ refusal }) => refusal === null);
    await Promise.all(awaited.map((target) => target.waitForEnd(withinMs)));
  }

  /** As of the last look. */
  respawns(): readonly Respawn[] {
    return this.#respawns;
  }

  /** Descendants that were left alone and are still there. */
  left(): readonly ProcessSample[] {
    return [...this.#left.values()].filter(
      ({ id }) => this.#ports.control.identify(id.pid)?.startTicks === id.startTicks,
    );
  }

  #candidates(snapshot: Snapshot): readonly ProcessSample[] {
    const { found, left } = rescan(snapshot, {
      members: this.living().map(({ sample }) => sample),
      spared: this.#spared,
      mayKill: this.#mayKill,
    });
    for (const process of left) this.#left.set(processKey(process.id), process);
    return [...found, ...this.#successors(snapshot, new Set(found))].filter(
      (process) => !this.all.some(({ sample }) => sameProcess(sample.id, process.id)),
    );
  }

  /** Twins of what has ended; those that a supervisor started are noted, not taken. */
  #successors(snapshot: Snapshot, members: ReadonlySet<ProcessSample>): readonly ProcessSample[] {
    this.#respawns = [];
    const successors: ProcessSample[] = [];
    const ended = this.#ended();
    if (ended.length === 0) return successors;
    for (const twin of snapshot.processes.values()) {
      const key = processKey(twin.id);
      if (members.has(twin) || this.#bystanders.has(key) || this.#isTarget(twin)) continue;
      const skins = ended.filter((skin) => isTwin(skin.sample, twin) && this.#cameAfter(skin.sample, twin));
      const victim = skins[0];
      if (victim === undefined) continue;
      const parent = { pid: twin.ppid, command: this.#ports.sampler.describe(twin.ppid) };
      // What died frozen started nothing after it; a further twin is somebody else's doing.
      const startedItself =
        skins.every(({ diedFrozen }) => !diedFrozen) && skins.some((skin) => bore(skin, twin, snapshot));
      if (!startedItself || originOf(victim, twin, parent) === "supervised") {
        if (hasSameArguments(victim.sample, twin))
          this.#respawns.push({ victim: victim.sample, twin, parent });
      } else if (this.#mayKill(twin)) successors.push(twin);
      else this.#left.set(key, twin);
    }
    return successors;
  }

  /**
   * Once we signal, whoever was not there before. Until then a twin must have replaced a victim that we came too
   * late for (Z13): in its session, and started after the victim was last seen.
   */
  #cameAfter(victim: ProcessSample, twin: ProcessSample): boolean {
    if (this.#signalling) return true;
    return twin.sid === victim.sid && twin.startTimeMs >= victim.startTimeMs + victim.ageMs;
  }

  #ended(): readonly Skin[] {
    const missed = this.missed
      .filter(({ result }) => result.outcome === "gone")
      .map(({ sample }) => ({ sample, service: null, diedFrozen: false, endedMs: null }));
    return [...missed, ...this.all.filter(({ endedMs }) => endedMs !== null)];
  }

  #isTarget(process: ProcessSample): boolean {
    return this.all.some(({ sample }) => processKey(sample.id) === processKey(process.id));
  }

  #hold(sample: ProcessSample): Target[] {
    const pin = this.#tryPin(sample);
    return typeof pin === "string" ? [] : [new Target(sample, pin, this.#ports.clock)];
  }

  #tryPin(sample: ProcessSample): Pin | string {
    try {
      return this.#ports.control.pin(sample.id);
    } catch (error) {
      if (isExhausted(error) && this.all.length > 0) return "exhausted";
      throw error;
    }
  }

  #drop(target: Target): void {
    target[Symbol.dispose]();
    this.all.splice(this.all.indexOf(target), 1);
  }

  [Symbol.dispose](): void {
    for (const target of this.all) target[Symbol.dispose]();
  }
}

/**
 * The same by everything that a stranger on the same pid would have to share. Arguments read in the middle of an
 * exec are empty, for one process as for the next: no evidence (3 of 22 same-tick reuses looked alike that way).
 */
const isAlike = (a: ProcessSample, b: ProcessSample): boolean =>
  sameProcess(a.id, b.id) &&
  a.sid === b.sid &&
  a.uid === b.uid &&
  a.argv !== null &&
  a.argv.length > 0 &&
  a.argv.length === b.argv?.length &&
  a.argv.every((argument, i) => argument === b.argv?.[i]);
