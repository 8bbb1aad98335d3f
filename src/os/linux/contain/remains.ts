/** Finds what dead wrappers have left behind, by the names of their groups, and takes it up again. */
import { statSync } from "node:fs";
import { launcherOf, type ContainerPlace } from "../../../core/process/slot.ts";
import type { Remains } from "../../../ports/container.ts";
import type { Mounts } from "../proc/cgroup-mounts.ts";
import { livingId } from "../proc/process-id.ts";
import { ownPidNamespace } from "../proc/this-process.ts";
import { Group } from "./group.ts";
import { Marked, MarkerRemains } from "./marker-remains.ts";
import { ReadingsV1 } from "./memory-v1.ts";
import { ReadingsV2 } from "./memory-v2.ts";
import { jobOfGroup } from "./names.ts";
import { UnifiedRemains } from "./unified.ts";

/** Deeper trees of groups than systemd's, with a job in a job, do not exist. */
const DEEPEST = 12;

export const reopen = (jobId: string, place: ContainerPlace): Remains => {
  const marked = new Marked(jobId);
  switch (place.kind) {
    case "marker":
      return new MarkerRemains(marked);
    case "cgroup2": {
      const group = new Group(place.directory);
      return new UnifiedRemains(place, group, new ReadingsV2(group), marked);
    }
    case "hybrid": {
      const { directory, memoryDirectory, capDirectories } = place;
      const memory = memoryDirectory === null ? null : new ReadingsV1(new Group(memoryDirectory));
      const beside = capDirectories.map((each) => new Group(each));
      return new UnifiedRemains(place, new Group(directory), memory, marked, beside);
    }
  }
};

/** Of this account and this PID namespace; what is inside of one goes with it. */
export const leftovers = (
  mounts: Mounts,
): readonly { readonly jobId: string; readonly place: ContainerPlace }[] =>
  mounts.unified === null
    ? []
    : abandoned(new Group(mounts.unified.at)).map(({ jobId, group }) => ({
        jobId,
        place: placeOf(group, mounts),
      }));

interface Abandoned {
  readonly jobId: string;
  readonly group: Group;
}

/** Groups of this account and this PID namespace whose launcher is dead. What is inside of one goes with it. */
const abandoned = (group: Group, depth = 0): readonly Abandoned[] => {
  if (depth > DEEPEST) return [];
  return group.children().flatMap((child) => {
    const jobId = jobOfGroup(child.name);
    return jobId !== null && isAbandoned(jobId, child)
      ? { jobId, group: child }
      : abandoned(child, depth + 1);
  });
};

const isAbandoned = (jobId: string, { directory }: Group): boolean => {
  const launcher = launcherOf(jobId);
  if (launcher === null || launcher.pidNamespace !== ownPidNamespace()) return false;
  if (statSync(directory, { throwIfNoEntry: false })?.uid !== process.getuid?.()) return false;
  return livingId(launcher.pid)?.startTicks !== launcher.startTicks;
};

/** The groups of the same name lie where the launcher was in those hierarchies. */
const placeOf = ({ directory, name }: Group, { memory, cpu, pids }: Mounts): ContainerPlace =>
  memory === null
    ? { kind: "cgroup2", directory }
    : {
        kind: "hybrid",
        directory,
        memoryDirectory: find(new Group(memory.at), name)?.directory ?? null,
        capDirectories: [cpu, pids].flatMap((mount) =>
          mount === null ? [] : (find(new Group(mount.at), name)?.directory ?? []),
        ),
      };

const find = (group: Group, name: string, depth = 0): Group | null => {
  for (const child of depth > DEEPEST ? [] : group.children()) {
    const found = child.name === name ? child : find(child, name, depth + 1);
    if (found !== null) return found;
  }
  return null;
};
