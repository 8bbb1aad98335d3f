/**
 * A job's group in the unified hierarchy (cgroup v2, with controllers or without: Linux 4.15, cgroup.kill since 5.14).
 * What is born in it stays in it, whatever it does to its session, its parent or its environment; but whoever may write to
 * another group (root, or a delegated tree) leaves, and is found as the root's kin, or later by the marker.
 *
 * Where no group can be made, all of the job's processes are found in these two ways.
 */
import type { ProcessId } from "../../../core/process/process.ts";
import type {
  Container,
  ContainerFacts,
  ContainerUsage,
  ContainerWish,
  Glance,
  KeptCap,
} from "../../../ports/container.ts";
import type { Launched, SpawnRequest } from "../../../ports/launch.ts";
import type { ContainerPlace } from "../../../core/process/slot.ts";
import { close, cString, O_WRONLY, open, write } from "../ffi.ts";
import { factsOf } from "./facts.ts";
import { tagged } from "./job-tag.ts";
import type { Group } from "./group.ts";
import { type Family, Kin } from "./kin.ts";
import type { LimitWish } from "./limit-again.ts";
import type { KernelMemory } from "./memory.ts";
import { JobRemains } from "./remains.ts";
import { spawnRoot } from "./spawn.ts";
import { strike } from "./strike.ts";

/** Version 1 groups beside the job's own; what `start` starts is in them. */
interface CapGroups {
  readonly groups: readonly Group[];
  around<T>(start: () => T): T;
}

interface JobParts {
  readonly jobId: string;
  readonly place: ContainerPlace;
  readonly group: Group | null;
  /** The group inside it that processes are born in, where that is not the group itself. */
  readonly leaf?: Group;
  /** What keeps the limit, or why the kernel does not; null = there is no limit. */
  readonly memory: KernelMemory | string | null;
  /** false: it may be limited later. */
  readonly isLimited?: boolean;
  readonly kept: readonly KeptCap[];
  readonly caps?: CapGroups | null;
  /** Missing: that of a job which this process launches. */
  readonly kin?: Family | undefined;
  /** As in ContainerWish. */
  readonly isOfMany?: boolean | undefined;
}

export class JobContainer extends JobRemains implements Container {
  #facts: ContainerFacts;
  readonly #jobId: string;
  readonly #leaf: Group | null;
  readonly #kin: Family;
  readonly #caps: CapGroups | null;
  #root: Launched | null = null;
  #hasEscaped = false;
  /** Counted when the present root was started; null: it is the first. */
  #usedBefore: ContainerUsage | null = null;
  /** Held from the start: when there is no descriptor left, the job can still be ended. Negative before Linux 5.14. */
  #kill: number;

  constructor(parts: JobParts) {
    const { jobId, place, group, leaf, memory, kept, caps = null } = parts;
    const { isOfMany = false, kin = new Kin(jobId, !isOfMany) } = parts;
    const limit = typeof memory === "string" ? null : memory;
    super(place, group, limit, kin, caps?.groups);
    this.#caps = caps;
    this.#kin = kin;
    this.#leaf = leaf ?? group;
    this.#jobId = jobId;
    const isLimited = memory !== null && (parts.isLimited ?? true);
    this.#facts = factsOf(group, isLimited, typeof memory === "string" ? memory : null, kept);
    this.#kill = group === null ? -1 : open(`${group.directory}/cgroup.kill`, O_WRONLY);
  }

  get facts(): ContainerFacts {
    return this.#facts;
  }

  async limit(wish: LimitWish): Promise<ContainerFacts> {
    const { limitAgain } = await import("./limit-again.ts");
    const { group, place, beside } = this;
    const job = { jobId: this.#jobId, group, place, memory: this.memory, beside };
    const again = limitAgain({ ...job, before: this.#facts, pids: () => pidsOf(this.members()) }, wish);
    this.beside = again.beside;
    this.#facts = factsOf(group, wish.memoryBytes !== null, again.refused, again.kept);
    return this.#facts;
  }

  async glance(): Promise<Glance> {
    const { glanceAt, offspringOf } = await import("./glance.ts");
    const root = this.#root?.id.pid ?? 0;
    return glanceAt(this.group?.pids() ?? offspringOf(root), root, this.#counted().cpuMs);
  }

  canHoldAgain({ limits, caps }: Parameters<Container["canHoldAgain"]>[0]): boolean {
    const isLimited = this.#facts.memory !== "none" || this.#facts.caps.length > 0;
    return (
      !isLimited && limits.memoryBytes === null && Object.values(caps ?? {}).every((cap) => cap === null)
    );
  }

  spawn(request: SpawnRequest): Launched {
    const start = (): Launched => tagged(this.#jobId, () => spawnRoot(request, this.#leaf?.directory));
    const limited = (): Launched => this.memory?.around(start) ?? start();
    return this.begin(this.#caps?.around(limited) ?? limited());
  }

  begin(root: Launched): Launched {
    // of the one before, which has ended
    if (this.#root !== null) this.#usedBefore = super.usage();
    this.#hasEscaped = false;
    this.#root = root;
    this.#kin.begin(root);
    return root;
  }

  /** What was used outside of the group is in none of its numbers. */
  override usage(): ContainerUsage {
    const usage = this.#counted();
    if (this.group === null) return { ...usage, cpuMs: this.#kin.cpuMs() };
    return this.hasEscaped() ? { ...usage, cpuMs: null } : usage;
  }

  /** No kernel forgets the most memory that a group has used. */
  #counted(): ContainerUsage {
    const usage = super.usage();
    const before = this.#usedBefore;
    if (before === null) return usage;
    const cpuMs = usage.cpuMs === null ? null : usage.cpuMs - (before.cpuMs ?? 0);
    return { ...usage, cpuMs, memoryPeakBytes: null, memoryKills: usage.memoryKills - before.memoryKills };
  }

  onMemoryKill(listener: () => void, onFailure: (error: unknown) => void): void {
    this.memory?.onKill(listener, onFailure);
  }

  hasEscaped(): boolean {
    if (this.group === null) return false;
    this.#hasEscaped ||= this.outside().length > 0 || this.#isFreeOfLimit();
    return this.#hasEscaped;
  }

  #isFreeOfLimit(): boolean {
    const { memory } = this;
    return memory !== null && this.outside(() => memory.pids()).length > 0;
  }

  strike(): boolean {
    const isGroupStruck = this.#kill >= 0 && write(this.#kill, cString("1").subarray(0, 1)) === 1;
    try {
      return (isGroupStruck && this.outside().length === 0) || strike(() => this.members());
    } catch {
      // who is in there, or has left, cannot be read
      this.#root?.signal("SIGKILL");
      return isGroupStruck && !this.#hasEscaped;
    }
  }

  override [Symbol.dispose](): void {
    if (this.#kill >= 0) close(this.#kill);
    this.#kill = -1;
    super[Symbol.dispose]();
  }
}

export { unclaimed } from "./kin.ts";

const pidsOf = (members: readonly ProcessId[]): readonly number[] => members.map(({ pid }) => pid);

/** `whyNot`: why there is no control group. */
export const withoutGroup = (
  { jobId, memoryBytes, isOfMany }: ContainerWish,
  whyNot: string,
  kept: readonly KeptCap[] = [],
  kin?: Family,
): JobContainer => {
  const memory = memoryBytes === null ? null : whyNot;
  return new JobContainer({ jobId, place: { kind: "marker" }, group: null, memory, kept, kin, isOfMany });
};
