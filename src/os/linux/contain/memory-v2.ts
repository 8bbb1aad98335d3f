/**
 * cgroup v2 memory (Documentation/admin-guide/cgroup-v2.rst). With memory.oom.group the kernel kills all of the group
 * at once, its first process included: nobody needs to be told.
 */
import type { Group } from "./group.ts";
import { type KernelMemory, refusal } from "./memory.ts";

/** Limits the group, which needs the memory controller; or why not. */
export const memoryV2 = (group: Group, limitBytes: number | null): KernelMemory | string => {
  const memory = new MemoryV2(group);
  return memory.limit(limitBytes) ?? memory;
};

export class MemoryV2 implements KernelMemory {
  constructor(private readonly group: Group) {}

  limit(bytes: number | null): string | null {
    const { group } = this;
    const isTaken = bytes === null ? group.unlimit("memory.max") : group.limit("memory.max", bytes);
    group.write("memory.oom.group", "1");
    // missing where swap is not counted
    group.write("memory.swap.max", bytes === null ? "max" : "0");
    return isTaken ? null : refusal(group, "memory.max");
  }

  nowBytes(): number | null {
    return this.group.number("memory.current");
  }

  peakBytes(): number | null {
    return this.group.number("memory.peak");
  }

  /** A limit inside this group (a job within the job) kills too: `oom` of memory.events.local is for this limit alone. */
  kills(): number {
    const own = this.group.value("memory.events.local", "oom") ?? 0;
    return own > 0 ? (this.group.value("memory.events", "oom_kill") ?? 0) : 0;
  }

  pids(): readonly number[] {
    return this.group.pids();
  }

  around<T>(start: () => T): T {
    return start();
  }

  onKill(): void {}

  /** The limit goes with its group. */
  [Symbol.dispose](): void {}
}
