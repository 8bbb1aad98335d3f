/**
 * cgroup v2 memory (Documentation/admin-guide/cgroup-v2.rst). With memory.oom.group the kernel kills all of the group
 * at once, its first process included: nobody needs to be told.
 */
import type { Group } from "./group.ts";
import type { KernelMemory } from "./memory.ts";

/** Limits the group, which needs the memory controller; or why not. */
export const memoryV2 = (group: Group, limitBytes: number): KernelMemory | string => {
  const isLimited = group.limit("memory.max", limitBytes);
  group.write("memory.oom.group", "1");
  // missing where swap is not counted
  group.write("memory.swap.max", "0");
  if (isLimited) return new MemoryV2(group);
  return `${group.directory} does not take the limit: it says ${group.number("memory.max") ?? "nothing"}`;
};

export class MemoryV2 implements KernelMemory {
  constructor(private readonly group: Group) {}

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
