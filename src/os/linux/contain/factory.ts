/** Which container a launch gets: the strongest that this system and this account allow. */
import type { ContainerPlace } from "../../../core/process/slot.ts";
import type { Container, ContainerFactory, ContainerWish } from "../../../ports/container.ts";
import type { Mounts } from "../proc/cgroup-mounts.ts";
import { isAlive } from "../proc/process-id.ts";
import { Group } from "./group.ts";
import { cgroupMounts, ownGroups } from "./own-groups.ts";

export interface ContainerOptions {
  /** For tests: another tree of groups than the system's, and the mechanisms that may be used. */
  readonly mounts?: Mounts;
  readonly without?: readonly ContainerPlace["kind"][];
}

/** Each import() of what is loaded already takes 50 µs in a process that has rested. */
const once = <Module>(load: () => Promise<Module>): (() => Module | Promise<Module>) => {
  let loaded: Module | null = null;
  return () => loaded ?? load().then((module) => (loaded = module));
};

export const openLinuxContainers = ({ mounts, without = [] }: ContainerOptions = {}): ContainerFactory => {
  const hierarchies = mounts ?? cgroupMounts();
  const caps = once(() => import("./caps.ts"));
  const container = once(() => import("./container.ts"));
  const cgroup2 = once(() => import("./cgroup2.ts"));
  const hybrid = once(() => import("./hybrid.ts"));

  const make = async (wish: ContainerWish): Promise<Container | string> => {
    const own = ownGroups(hierarchies);
    if (own.unified === null) return "there is no unified hierarchy of control groups";
    const unified = new Group(own.unified);
    const kind = own.memory === null ? "cgroup2" : "hybrid";
    if (without.includes(kind)) return `${kind} is switched off`;
    const capped = wish.caps && (await caps()).capped(wish.caps, own);
    if (own.memory === null) return (await cgroup2()).makeCgroup2(unified, wish, capped?.v2);
    return (await hybrid()).makeHybrid({ unified, memory: new Group(own.memory) }, wish, capped?.v1 ?? null);
  };

  return {
    create: async (wish) => {
      const made = await make(wish);
      if (typeof made !== "string") return made;
      const kept = wish.caps && (await caps()).unkept(wish.caps, made);
      return (await container()).withoutGroup(wish, made, kept);
    },
    adopt: async (job, wish) => (await import("./adopt.ts")).adopt(job, wish),
    reopen: async (jobId, place) => (await import("./adopt.ts")).reopen(jobId, place),
    strays: async () => (await container()).unclaimed(),
    isAlive,
    sampler: async (of) => new (await import("./member-sampler.ts")).ContainerSampler(of),
  };
};
