/** Which container a launch gets: the strongest that this system and this account allow. */
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { ProcessId } from "../../../core/process.ts";
import { launcherOf, type ContainerPlace } from "../../../core/slot.ts";
import type { Container, ContainerFactory, Remains } from "../../../ports.ts";
import { groupDirectories, parseCgroupMounts, type Mounts } from "../cgroup-mounts.ts";
import { ProcFiles } from "../proc-files.ts";
import { pidNamespace } from "../../pid-namespace.ts";
import { makeCgroup2, type Wish } from "./cgroup2.ts";
import { Group } from "./group.ts";
import { makeHybrid } from "./hybrid.ts";
import { MarkerContainer, MarkerRemains } from "./marker.ts";
import { ReadingsV1 } from "./memory-v1.ts";
import { ReadingsV2 } from "./memory-v2.ts";
import { jobOfGroup } from "./names.ts";
import { readEntry } from "./process-tree.ts";
import { UnifiedRemains } from "./unified.ts";

export interface ContainerOptions {
  /** For tests: another tree of groups than the system's, and the mechanisms that may be used. */
  readonly mounts?: Mounts;
  readonly without?: readonly ContainerPlace["kind"][];
}

/** Deeper trees of groups than systemd's, with a job in a job, do not exist. */
const DEEPEST = 12;

export const openLinuxContainers = ({ mounts, without = [] }: ContainerOptions = {}): ContainerFactory => {
  const proc = new ProcFiles();
  const hierarchies = mounts ?? parseCgroupMounts(readFileSync("/proc/self/mountinfo", "utf8"));

  const make = (wish: Wish): Container | string => {
    // read anew: this process may have been moved
    const own = groupDirectories(readFileSync("/proc/self/cgroup", "utf8"), hierarchies);
    if (own.unified === null) return "there is no unified hierarchy of control groups";
    const unified = new Group(own.unified);
    const kind = own.memory === null ? "cgroup2" : "hybrid";
    if (without.includes(kind)) return `${kind} is switched off`;
    return kind === "cgroup2"
      ? makeCgroup2(unified, wish, proc)
      : makeHybrid({ unified, memory: own.memory === null ? null : new Group(own.memory) }, wish, proc);
  };

  return {
    create: (wish) => {
      const made = make(wish);
      return typeof made === "string" ? new MarkerContainer(wish.jobId, wish.memoryBytes, made, proc) : made;
    },
    reopen: (jobId, place) => reopen(jobId, place, proc),
    leftovers: () =>
      hierarchies.unified === null
        ? []
        : abandoned(new Group(hierarchies.unified.at), proc).map(({ jobId, group }) => ({
            jobId,
            place: placeOf(group, hierarchies),
          })),
    isAlive: (id) => isAlive(id, proc),
    sampler: async (of) => new (await import("./member-sampler.ts")).ContainerSampler(of),
  };
};

const reopen = (jobId: string, place: ContainerPlace, proc: ProcFiles): Remains => {
  switch (place.kind) {
    case "marker":
      return new MarkerRemains(jobId, proc);
    case "cgroup2": {
      const group = new Group(place.directory);
      return new UnifiedRemains(place, group, new ReadingsV2(group), proc);
    }
    case "hybrid": {
      const memory = place.memoryDirectory === null ? null : new ReadingsV1(new Group(place.memoryDirectory));
      return new UnifiedRemains(place, new Group(place.directory), memory, proc);
    }
  }
};

interface Abandoned {
  readonly jobId: string;
  readonly group: Group;
}

/** Groups of this account and this PID namespace whose launcher is dead. What is inside of one goes with it. */
const abandoned = (group: Group, proc: ProcFiles, depth = 0): readonly Abandoned[] => {
  if (depth > DEEPEST) return [];
  return group.children().flatMap((child) => {
    const jobId = jobOfGroup(basename(child.directory));
    return jobId !== null && isAbandoned(jobId, child, proc)
      ? { jobId, group: child }
      : abandoned(child, proc, depth + 1);
  });
};

const isAbandoned = (jobId: string, { directory }: Group, proc: ProcFiles): boolean => {
  const launcher = launcherOf(jobId);
  if (launcher === null || launcher.pidNamespace !== (pidNamespace() ?? "0")) return false;
  if (statSync(directory, { throwIfNoEntry: false })?.uid !== process.getuid?.()) return false;
  return !isAlive(launcher, proc);
};

const isAlive = ({ pid, startTicks }: Pick<ProcessId, "pid" | "startTicks">, proc: ProcFiles): boolean => {
  const entry = readEntry(proc, pid);
  return entry !== null && entry.startTicks === startTicks && !entry.ended;
};

/** The memory group of the same name lies where the launcher was in that hierarchy. */
const placeOf = ({ directory }: Group, { memory }: Mounts): ContainerPlace =>
  memory === null
    ? { kind: "cgroup2", directory }
    : {
        kind: "hybrid",
        directory,
        memoryDirectory: find(new Group(memory.at), basename(directory))?.directory ?? null,
      };

const find = (group: Group, name: string, depth = 0): Group | null => {
  for (const child of depth > DEEPEST ? [] : group.children()) {
    const found = basename(child.directory) === name ? child : find(child, name, depth + 1);
    if (found !== null) return found;
  }
  return null;
};
