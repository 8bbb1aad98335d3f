/** Everything that one step is stopping: the planned targets, and what turns out to belong to them. */
import type { Step } from "../core/plan/plan.ts";
import { processKey, sameProcess, type ProcessSample, type Snapshot } from "../core/process/process.ts";
import type { Pin } from "../ports/control.ts";
import { executed, giveWay } from "./executed.ts";
import { isAlike, predecessorsOf, reusedPid, withoutFound, type StaleTarget } from "./stale-target.ts";
import { everyone, rescan, type Rescan } from "./rescan.ts";
import type { Predecessor, Respawn } from "./successors.ts";
import { findSuccessors, hasFromElsewhere, isExecuting } from "./successors.ts";
import { FreezeHolder } from "./holder.ts";
import type { TerminatePorts } from "./ports.ts";
import { Target } from "./target.ts";

type TargetsPorts = Pick<TerminatePorts, "control" | "clock" | "sampler">;

interface TargetsOptions {
  readonly mayKill: (process: ProcessSample) => boolean;
  readonly before?: Snapshot;
  /** The sampler shows one container, and all of it is to be stopped. */
  readonly container?: object;
}

export class Targets implements Disposable {
  readonly all: Target[] = [];
  stale: StaleTarget[] = [];
  readonly #holder: FreezeHolder;
  readonly #mayKill: (process: ProcessSample) => boolean;
  readonly #isWhole: boolean;
  readonly #ended: Predecessor[] = [];
  readonly #spared: ReadonlySet<string>;
  readonly #left: Map<string, ProcessSample>;
  /** Alive before our first signal and not ours to stop: never a twin that came back. */
  readonly #bystanders: Set<string>;
  #signalling = false;
  #slipped = false;
  #newcomers = false;
  #isChanging = false;
  #respawns: readonly Respawn[] = [];

  constructor(
    private readonly step: Step,
    private readonly ports: TargetsPorts,
    { mayKill, before, container }: TargetsOptions,
  ) {
    this.#holder = new FreezeHolder(ports);
    this.#mayKill = mayKill;
    this.#isWhole = container !== undefined;
    this.#left = new Map(step.left.map((process) => [processKey(process.id), process]));
    this.#spared = new Set(this.#left.keys());
    this.#bystanders = new Set([...(before?.processes.values() ?? [])].map(({ id }) => processKey(id)));
  }

  /** Pins what was planned. Whoever is gone or somebody else by now is an outcome already. */
  pinPlanned(): void {
    this.#holder.wait(this.step.targets);
    this.#holdWaiting();
    if (this.all.some(({ sample }) => this.#isYoung(sample)))
      this.#dropOthers([...this.all], this.ports.sampler.sample());
  }

  /** From now on a twin is one that our signals brought about. */
  signalling(): void {
    this.#signalling = true;
  }

  /** Looks again, and pins what belongs to the tree by now. Nothing is sent. */
  async adopt(): Promise<void> {
    const late = this.#holdWaiting();
    const members = this.living();
    const first = await this.#look();
    this.#dropOthers(late, first);
    const candidates = this.#candidates(first, members);
    const held = this.#holder.withHeadroom(
      candidates.flatMap((sample) => this.#hold(sample)),
      this.living().length > 0,
    );
    const unclear = held.filter(({ sample, pin }) => this.#isYoung(sample) && !this.#isChildOfLiving(pin));
    const again = unclear.length > 0 ? this.#candidates(await this.#look(), members) : [];
    const slipped = unclear.filter(({ sample }) => !again.some((now) => isAlike(now, sample)));
    for (const target of slipped) target[Symbol.dispose]();
    const adopted = held.filter((target) => !slipped.includes(target));
    for (const target of adopted) this.#add(target);
    this.stale = withoutFound(this.stale, adopted);
    giveWay(this.all, adopted);
    this.#slipped = candidates.some(
      (candidate) => !this.waiting.includes(candidate) && !adopted.some(({ sample }) => sample === candidate),
    );
    const strangers = [...first.processes.values()].filter((process) => !this.#isKnown(process));
    const unclearOnes = strangers.filter((process) => this.#isYoung(process) || isExecuting(process));
    this.#newcomers = unclearOnes.length > 0;
    if (this.#signalling) return;
    // So young a process may still be in the middle of its exec, and turn out to go on for the victim.
    for (const process of strangers)
      if (!unclearOnes.includes(process)) this.#bystanders.add(processKey(process.id));
  }

  /** The last look found some that could not be held: they changed, or were too young to be sure of. */
  hasSlipped(): boolean {
    return this.#slipped;
  }

  /** Also when somebody was in the middle of a change who may turn out to belong here. */
  isUnsettled(): boolean {
    return this.#slipped || this.#newcomers || this.#isChanging;
  }

  /** Ours to stop, and not held for want of a descriptor. */
  get waiting(): readonly ProcessSample[] {
    return this.#holder.waiting;
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

  respawns(): readonly Respawn[] {
    return this.#respawns;
  }

  /** Descendants that were left alone and are still there. */
  left(): readonly ProcessSample[] {
    const isThere = ({ id }: ProcessSample): boolean =>
      this.ports.control.identify(id.pid)?.startTicks === id.startTicks;
    return [...this.#left.values()].filter(isThere);
  }

  /** A snapshot, and who had ended by the time it was complete. */
  async #look(): Promise<Snapshot> {
    const snapshot = this.ports.sampler.sample();
    await Promise.all(this.living().map((target) => target.waitForEnd(0)));
    return snapshot;
  }

  /** `members`: living before the snapshot was begun. */
  #candidates(snapshot: Snapshot, members: readonly Target[]): readonly ProcessSample[] {
    const { found, left } = this.#belonging(snapshot, members);
    const descendants = new Set(found);
    const { successors, respawns, changed, isChanging } = findSuccessors(snapshot, {
      predecessors: predecessorsOf(this.stale, [...this.#ended, ...this.all]),
      isKnown: (process) => descendants.has(process) || this.#isKnown(process),
      signalling: this.#signalling,
      isOrphan: this.step.isOrphan,
      isHeadMarked: this.step.isHeadMarked === true,
      hasFromElsewhere: hasFromElsewhere(this.ports.sampler, this.ports.control),
      marks: (pid) => this.ports.control.marks(pid),
      describe: (pid) => this.ports.sampler.describe(pid),
    });
    this.#respawns = respawns;
    this.#isChanging = isChanging;
    const vetoed = successors.filter((process) => !this.#mayKill(process));
    for (const process of [...left, ...vetoed, ...changed]) this.#left.set(processKey(process.id), process);
    const ours = this.#ours();
    const renewed = executed(ours, this.stale, snapshot).filter(this.#mayKill);
    return [...new Set([...found, ...successors, ...renewed])].filter(
      (process) => !vetoed.includes(process) && !ours.some(({ id }) => sameProcess(id, process.id)),
    );
  }

  #belonging(snapshot: Snapshot, members: readonly Target[]): Rescan {
    if (this.#isWhole) return everyone(snapshot, this.#mayKill);
    const living = new Set(this.living().map(({ sample }) => sample));
    const isLiving = (member: ProcessSample): boolean => living.has(member);
    const [spared, mayKill] = [this.#spared, this.#mayKill];
    return rescan(snapshot, { members: members.map(({ sample }) => sample), isLiving, spared, mayKill });
  }

  /**
   * A pid can pass to another process with the same start time only within the tick in which the first one started
   * (30 of 30 forced reuses). So a process that was older than that when it was sampled is told from every later one
   * by pid and start time; a younger one counts once a sample taken *after* pinning says the same of it again.
   */
  #isYoung({ ageMs }: ProcessSample): boolean {
    return ageMs < this.ports.control.ambiguousAgeMs;
  }

  #isKnown({ id }: ProcessSample): boolean {
    const key = processKey(id);
    return this.#bystanders.has(key) || this.#ours().some((known) => processKey(known.id) === key);
  }

  #ours(): readonly ProcessSample[] {
    return [...this.all.map(({ sample }) => sample), ...this.waiting];
  }

  /** The kernel says, with both of them held, that this is a child of a target: no age makes that doubtful. */
  #isChildOfLiving(pin: Pin): boolean {
    const ppid = pin.status()?.ppid;
    const parent = this.living().find(({ sample }) => sample.id.pid === ppid);
    return parent !== undefined && parent.pin.status() !== null; // not reaped: it had its pid when that was read
  }

  /** Before its first signal: whoever it starts from now on can be told from whoever else runs the same program. */
  #add(target: Target): void {
    // offspring of somebody that bears our mark has inherited it
    target.isMarked = target.pin.mark("stopped") || this.all.some(({ isMarked }) => isMarked);
    this.all.push(target);
  }

  #hold(sample: ProcessSample): Target[] {
    const held = this.#holder.hold(sample);
    if (typeof held !== "string") return [held];
    const isMarked = this.all.some((target) => target.isMarked);
    // gone between two readings, but others may have come out of it
    if (held === "gone") this.#ended.push({ sample, isMarked, endedMs: this.ports.clock.monotonicMs() });
    return [];
  }

  #holdWaiting(): readonly Target[] {
    if (this.waiting.length === 0) return [];
    for (const target of this.all) if (target.endedMs !== null) target.release();
    const { held, stale } = this.#holder.holdWaiting(this.living().length > 0);
    this.stale.push(...stale);
    for (const target of held) this.#add(target);
    return held;
  }

  /** The young ones of these whom a look taken after they were pinned shows as somebody else. */
  #dropOthers(pinned: readonly Target[], { processes }: Snapshot): void {
    for (const target of pinned.filter(({ sample }) => this.#isYoung(sample))) {
      const now = processes.get(target.sample.id.pid);
      if (now !== undefined && isAlike(now, target.sample)) continue;
      target[Symbol.dispose]();
      this.all.splice(this.all.indexOf(target), 1);
      this.stale.push(reusedPid(target.sample));
    }
  }

  [Symbol.dispose](): void {
    for (const target of this.all) target[Symbol.dispose]();
  }
}
