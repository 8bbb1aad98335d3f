/**
 * What the kernel keeps of a whole job beside its memory: its time on the CPUs (cpu.max; cpu.cfs_quota_us in version 1) and
 * its threads (pids.max), Documentation/admin-guide/cgroup-v2.rst. Loaded for a launch that asks for one of them.
 */
import type { Caps, KeptCap } from "../../../ports/container.ts";
import type { Directories } from "../proc/cgroup-mounts.ts";
import { Group } from "./group.ts";
import { startWithin } from "./memory-v1.ts";

/** The limits beside memory that are asked for. */
export interface CapsV2 {
  readonly controllers: readonly string[];
  keep(group: Group): readonly KeptCap[];
  unkept(whyNot: string): readonly KeptCap[];
}

type Controller = "cpu" | "pids";

interface Wanted {
  readonly cap: keyof Caps;
  readonly limit: number;
  readonly controller: Controller;
}

const PERIOD_US = 100_000;
const quotaUs = (percent: number): number => Math.round((percent / 100) * PERIOD_US);

const wantedOf = ({ cpuPercent, threads }: Caps): readonly Wanted[] => [
  ...(cpuPercent === null ? [] : [{ cap: "cpuPercent", limit: cpuPercent, controller: "cpu" } as const]),
  ...(threads === null ? [] : [{ cap: "threads", limit: threads, controller: "pids" } as const]),
];

/** For whichever version of groups the job gets; `own`: where we are. */
export const capped = (caps: Caps, own: Directories) => ({
  v2: {
    controllers: wantedOf(caps).map(({ controller }) => controller),
    keep: (group) => wantedOf(caps).map((wanted) => keepIn(group, wanted)),
    unkept: (whyNot) => unkept(caps, whyNot),
  } satisfies CapsV2,
  v1: (name: string) => new CapsV1({ cpu: groupAt(own.cpu), pids: groupAt(own.pids) }, name, caps),
});

const groupAt = (directory: string | null): Group | null =>
  directory === null ? null : new Group(directory);

export const unkept = (caps: Caps, whyNot: string): readonly KeptCap[] =>
  wantedOf(caps).map(({ cap }) => notKept(cap, whyNot));

const notKept = (cap: keyof Caps, whyNot: string): KeptCap => ({ cap, limit: null, whyNot });

function keepIn(group: Group, { cap, limit }: Wanted): KeptCap {
  if (cap === "threads") return keepThreads(group, limit);
  group.write("cpu.max", `${quotaUs(limit)} ${PERIOD_US}`);
  const [quota, period] = (group.read("cpu.max") ?? "").split(" ").map(Number);
  return asRead(group, cap, limit, quota, period);
}

export const controllersOf = (caps: Caps | undefined): readonly Controller[] =>
  caps === undefined ? [] : wantedOf(caps).map(({ controller }) => controller);

/** Of a job that runs, in the groups that it has; null, and lifted, where there is to be no such limit. */
export function keepAgain(groups: readonly Group[], cap: keyof Caps, limit: number | null): KeptCap | null {
  const controller = cap === "threads" ? "pids" : "cpu";
  const v1 = cap === "threads" ? undefined : having("cpu.cfs_quota_us", groups);
  const group = v1 ?? having(`${controller}.max`, groups);
  if (limit === null) {
    if (v1 === undefined) group?.unlimit(`${controller}.max`);
    else v1.write("cpu.cfs_quota_us", "-1");
    return null;
  }
  const wanted = { cap, limit, controller } as const;
  if (v1 !== undefined) return keepV1(v1, wanted);
  return group === undefined ? notKept(cap, `it has no group for its ${cap}`) : keepIn(group, wanted);
}

const having = (file: string, groups: readonly Group[]): Group | undefined =>
  groups.find((group) => group.read(file) !== null);

/** Version 1 has a hierarchy for each controller: the job gets a group in each, below the one that we are in. */
export class CapsV1 {
  readonly kept: readonly KeptCap[];
  readonly groups: readonly Group[];
  readonly #made: readonly Capped[];

  constructor(own: Readonly<Record<Controller, Group | null>>, name: string, caps: Caps) {
    const made: Capped[] = [];
    this.kept = wantedOf(caps).map((wanted) => {
      const { cap, controller } = wanted;
      const home = own[controller];
      if (home === null) return notKept(cap, `there is no ${controller} controller`);
      const group = home.child(name);
      if (typeof group === "string")
        return notKept(cap, `no group can be made in ${home.directory} (${group})`);
      const kept = keepV1(group, wanted);
      if (kept.limit === null) group.remove();
      else made.push({ group, home });
      return kept;
    });
    this.#made = made;
    this.groups = made.map(({ group }) => group);
  }

  /** What `start` starts is in the groups from its first instruction. */
  around<T>(start: () => T): T {
    return this.#made.reduce<() => T>(
      (inner, { group, home }) =>
        () =>
          startWithin(group, home, inner),
      start,
    )();
  }
}

interface Capped {
  readonly group: Group;
  /** Where we are in that hierarchy. */
  readonly home: Group;
}

function keepThreads(group: Group, limit: number): KeptCap {
  group.write("pids.max", String(limit));
  return asRead(group, "threads", limit, group.number("pids.max") ?? NaN);
}

function keepV1(group: Group, { cap, limit }: Wanted): KeptCap {
  if (cap === "threads") return keepThreads(group, limit);
  group.write("cpu.cfs_period_us", String(PERIOD_US));
  group.write("cpu.cfs_quota_us", String(quotaUs(limit)));
  const [quota, period] = ["cpu.cfs_quota_us", "cpu.cfs_period_us"].map((file) => group.number(file) ?? NaN);
  return asRead(group, cap, limit, quota, period);
}

/** What was asked for is kept as far as the kernel says so. */
function asRead(group: Group, cap: keyof Caps, wanted: number, read = NaN, period?: number): KeptCap {
  const limit = period === undefined ? read : (read / period) * 100;
  if (limit > 0 && Math.abs(limit - wanted) <= 0.01) return { cap, limit, whyNot: null };
  const says = Number.isNaN(limit) ? "nothing, or no limit" : String(limit);
  return notKept(cap, `${group.directory} does not take ${wanted} for ${cap}: it says ${says}`);
}
