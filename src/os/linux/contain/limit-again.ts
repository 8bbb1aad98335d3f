/** Other limits of a job that runs: in the groups that it has, or, in version 1, in new ones that all of it moves to. */
import type { ContainerPlace } from "../../../core/process/slot.ts";
import type { Caps, ContainerFacts, ContainerWish, KeptCap } from "../../../ports/container.ts";
import { controllersOf, keepAgain, unkept } from "./caps.ts";
import { Group, groupName } from "./group.ts";
import { handDown } from "./hand-down.ts";
import type { KernelMemory } from "./memory.ts";
import { ownGroups } from "./own-groups.ts";

export type LimitWish = Omit<ContainerWish, "jobId">;

/** A job, as far as its limits are concerned. */
interface Limited {
  readonly jobId: string;
  readonly place: ContainerPlace;
  readonly group: Group | null;
  /** null: it has no group for its memory. */
  readonly memory: KernelMemory | null;
  /** Its other groups, of version 1. */
  readonly beside: readonly Group[];
  readonly before: ContainerFacts;
  readonly pids: () => readonly number[];
}

interface LimitedAgain {
  /** Why the kernel does not keep the limit on memory; null = it does. */
  readonly refused: string | null;
  readonly kept: readonly KeptCap[];
  readonly beside: readonly Group[];
}

const [NO_GROUP, NO_MEMORY_GROUP] = [
  "it was launched without a control group",
  "it was launched without a group for its memory",
] as const;

export function limitAgain(job: Limited, { memoryBytes, caps }: LimitWish): LimitedAgain {
  const { group, memory, before, place } = job;
  if (group === null)
    return { refused: NO_GROUP, kept: caps === undefined ? before.caps : unkept(caps, NO_GROUP), beside: [] };
  // as far as they are missing, and can be had
  if (place.kind === "cgroup2")
    handDown(group.above(), [...(memoryBytes === null ? [] : ["memory"]), ...controllersOf(caps)]);
  const beside = place.kind === "hybrid" && caps !== undefined ? withMissing(job, caps) : job.beside;
  return {
    refused: memory === null ? NO_MEMORY_GROUP : memory.limit(memoryBytes),
    kept: caps === undefined ? before.caps : keep([group, ...beside], caps),
    beside,
  };
}

const keep = (groups: readonly Group[], caps: Caps): readonly KeptCap[] =>
  (["cpuPercent", "threads"] as const).flatMap((cap) => keepAgain(groups, cap, caps[cap]) ?? []);

/** Where a cap is asked for and there is no group for it yet: one beside ours, and everybody in it. */
function withMissing({ jobId, beside, pids }: Limited, caps: Caps): readonly Group[] {
  const own = ownGroups();
  const missing = controllersOf(caps).filter((controller) => {
    const file = controller === "cpu" ? "cpu.cfs_quota_us" : "pids.max";
    return !beside.some((group) => group.read(file) !== null);
  });
  const made = missing.flatMap((controller) => {
    const directory = own[controller];
    const group = directory === null ? "" : new Group(directory).child(groupName(jobId));
    if (typeof group === "string") return [];
    if (moveAll(group, pids)) return [group];
    group.remove();
    return [];
  });
  return [...beside, ...made];
}

/** Who is born while others are moved is born where its parent is: a few rounds find everybody. */
const ROUNDS = 20;

function moveAll(group: Group, pids: () => readonly number[]): boolean {
  for (let round = 0; round < ROUNDS; round++) {
    const inside = new Set(group.pids());
    const outside = pids().filter((pid) => !inside.has(pid));
    if (outside.length === 0) return true;
    for (const pid of outside) moveTo(group, pid);
  }
  return false;
}

/** Who has ended meanwhile is refused. */
function moveTo(group: Group, pid: number): void {
  try {
    group.write("cgroup.procs", String(pid));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
