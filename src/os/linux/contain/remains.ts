/** What is left of a job in its groups, and of those who have left them. */
import type { ProcessId } from "../../../core/process/process.ts";
import type { ContainerPlace } from "../../../core/process/slot.ts";
import type { ContainerUsage, Remains } from "../../../ports/container.ts";
import { livingIds } from "../proc/process-id.ts";
import type { Group } from "./group.ts";
import type { Others } from "./marked.ts";
import type { KernelMemory } from "./memory.ts";

const US_PER_MS = 1_000;

export class JobRemains implements Remains {
  /**
   * `others`: who is of the job by other signs than the group, which whoever may write to another one can leave. `beside`: groups of
   * the job in other hierarchies.
   */
  constructor(
    private at: ContainerPlace,
    protected readonly group: Group | null,
    protected readonly memory: KernelMemory | null,
    private readonly others: Others,
    private alongside: readonly Group[] = [],
  ) {}

  get place(): ContainerPlace {
    return this.at;
  }

  protected get beside(): readonly Group[] {
    return this.alongside;
  }

  protected set beside(groups: readonly Group[]) {
    this.alongside = groups;
    if (this.at.kind === "hybrid")
      this.at = { ...this.at, capDirectories: groups.map(({ directory }) => directory) };
  }

  members(): readonly ProcessId[] {
    return livingIds([...new Set([...this.#inGroup(), ...this.others.pids()])]);
  }

  #inGroup(): readonly number[] {
    return this.group?.pids() ?? [];
  }

  /** Of the job, alive, and neither in `held` before the others were looked for nor after that. */
  protected outside(held: () => readonly number[] = () => this.#inGroup()): readonly ProcessId[] {
    if (this.others.pids().length === 0) return [];
    const before = new Set(held());
    const kin = this.others.pids();
    if (kin.every((pid) => before.has(pid))) return [];
    const after = new Set(held());
    return livingIds(kin.filter((pid) => !before.has(pid) && !after.has(pid)));
  }

  isEmpty(): boolean {
    const isPopulated = this.group?.value("cgroup.events", "populated") ?? null;
    return isPopulated === 0 ? livingIds(this.others.pids()).length === 0 : this.members().length === 0;
  }

  count(): number {
    const isPopulated = this.group?.value("cgroup.events", "populated") === 1;
    return Math.max(this.members().length, isPopulated ? 1 : 0);
  }

  usage(): ContainerUsage {
    const us = this.group?.value("cpu.stat", "usage_usec") ?? null;
    return {
      memoryBytes: this.memory?.nowBytes() ?? null,
      memoryPeakBytes: this.memory?.peakBytes() ?? null,
      cpuMs: us === null ? null : us / US_PER_MS,
      memoryKills: this.memory?.kills() ?? 0,
    };
  }

  /** The kernel sees to it that nobody who is being forked gets away, so nothing has to be frozen first. */
  killAll(): boolean {
    // whoever looks after a job from inside of it has to go through it one by one
    if (this.#inGroup().includes(process.pid)) return false;
    // and so have those who left it
    return this.group?.write("cgroup.kill", "1") === null && this.outside().length === 0;
  }

  [Symbol.dispose](): void {
    // reaps orphans: until then they keep a version 1 group busy
    this.others[Symbol.dispose]();
    this.memory?.[Symbol.dispose]();
    for (const group of [...this.beside, this.group]) group?.remove();
  }
}
