/**
 * Takes up a job whose launcher is dead: its groups stand as they were made, its root is held by a pin, and who left the
 * groups is found as the root's descendants and by the marker. Loaded by who adopts.
 */
import { existsSync } from "node:fs";
import type { ProcessId } from "../../../core/process/process.ts";
import type { ContainerPlace } from "../../../core/process/slot.ts";
import type { Adopted, ContainerWish, JobToAdopt, Remains } from "../../../ports/container.ts";
import type { Launched, RootEnd } from "../../../ports/launch.ts";
import { Errno } from "../ffi.ts";
import { ExitWatch } from "../pin/exit-watch.ts";
import { openHandle, systemError } from "../pin/pidfd.ts";
import { signalNumber } from "../pin/signals.ts";
import { textIn } from "../files/files.ts";
import { groupDirectories, type Mounts } from "../proc/cgroup-mounts.ts";
import { isAlive } from "../proc/process-id.ts";
import { sinceStartMs } from "../sample/clocks.ts";
import { JobContainer } from "./container.ts";
import { Group, groupName } from "./group.ts";
import type { Family } from "./kin.ts";
import { Marked } from "./marked.ts";
import type { KernelMemory } from "./memory.ts";
import { MemoryV1 } from "./memory-v1.ts";
import { MemoryV2 } from "./memory-v2.ts";
import { cgroupMounts } from "./own-groups.ts";
import { JobRemains } from "./remains.ts";
import { descendantsOf, readProcessTree } from "./process-tree.ts";

export async function adopt(job: JobToAdopt, wish: ContainerWish): Promise<Adopted> {
  const container = inItsPlace(job.jobId, job.place);
  try {
    await container.limit(wish);
    const root = pinned(job.root);
    container.begin(root);
    const ranMs = job.root && sinceStartMs(job.root.startTicks);
    return { container, root, ranMs };
  } catch (error) {
    // a manager tries again and again: nothing stays open of an attempt that failed, and a group that somebody is in stays
    container[Symbol.dispose]();
    throw error;
  }
}

function inItsPlace(jobId: string, place: ContainerPlace): JobContainer {
  const kin = new Foundlings(jobId);
  if (place.kind === "marker")
    return new JobContainer({ jobId, place, group: null, memory: null, kept: [], kin });
  const { group, beside } = groupsOf(place);
  const caps = { groups: beside, around: <T>(start: () => T): T => start() };
  return new JobContainer({ jobId, place, group, memory: memoryOf(place, group), kept: [], caps, kin });
}

type GroupPlace = Exclude<ContainerPlace, { readonly kind: "marker" }>;

const groupsOf = (place: GroupPlace) => ({
  group: new Group(place.directory),
  beside: place.kind === "cgroup2" ? [] : place.capDirectories.map((each) => new Group(each)),
});

/** What a dead launcher has left behind, where its record says that it is; null: the record is lost. */
export function reopen(jobId: string, recorded: ContainerPlace | null): Remains {
  const place = recorded ?? foundPlace(jobId);
  const marked = new Marked(jobId);
  if (place.kind === "marker") return new JobRemains(place, null, null, marked);
  const { group, beside } = groupsOf(place);
  return new JobRemains(place, group, memoryOf(place, group), marked, beside);
}

/** Its groups: those that somebody of it is in, else those that a launcher beside us would have made. */
function foundPlace(jobId: string): ContainerPlace {
  const mounts = cgroupMounts();
  using marked = new Marked(jobId);
  const around = [...marked.pids(), process.pid].map((pid) =>
    groupDirectories(textIn(`/proc/${pid}/cgroup`), mounts),
  );
  const at = (hierarchy: keyof Mounts): string | null =>
    around
      .flatMap((groups) => groupsAround(groups[hierarchy] ?? "", groupName(jobId)))
      .find((directory) => existsSync(directory)) ?? null;
  const directory = at("unified");
  if (directory === null) return { kind: "marker" };
  if (mounts.memory === null) return { kind: "cgroup2", directory };
  const capDirectories = [at("cpu"), at("pids")].filter((each) => each !== null);
  return { kind: "hybrid", directory, memoryDirectory: at("memory"), capDirectories };
}

/** Of that name, in a group or in one above it. */
const groupsAround = (directory: string, name: string): readonly string[] => {
  const parts = directory.split("/");
  return parts.slice(1).map((_, at) => [...parts.slice(0, at + 2), name].join("/"));
};

function memoryOf(place: GroupPlace, group: Group): KernelMemory | null {
  if (place.kind === "cgroup2") return new MemoryV2(group);
  return place.memoryDirectory === null ? null : new MemoryV1(new Group(place.memoryDirectory));
}

/** Between two times that the kernel is asked to tell of the end. */
const DAY_MS = 24 * 60 * 60 * 1_000;
/** Nobody tells with which code, or how much it used: its parent was told, or nobody. */
const UNKNOWN: RootEnd = { code: null, signal: null, cpuMs: 0, maxRssBytes: null };
const NO_PIPES = { stdin: null, stdout: null, stderr: null } as const;

/** Held, then asked who it is. null = it was never on record. */
function pinned(id: ProcessId | null): Launched {
  const handle = id === null ? -Errno.ESRCH : openHandle(id.pid);
  if (typeof handle === "number" && handle !== -Errno.ESRCH)
    throw systemError(`pidfd_open(${id?.pid})`, handle);
  if (id === null || typeof handle === "number" || !isAlive(id)) {
    if (typeof handle !== "number") handle.close();
    const nobody = id ?? { pid: 0, startTicks: 0, exe: null };
    return {
      id: nobody,
      pipes: NO_PIPES,
      ended: Promise.resolve(UNKNOWN),
      signal: () => false,
      send: () => false,
    };
  }
  const watch = new ExitWatch(handle);
  let isOver = false;
  const end = async (): Promise<RootEnd> => {
    while (!(await watch.ended(DAY_MS)));
    isOver = true;
    watch[Symbol.dispose]();
    handle.close();
    return UNKNOWN;
  };
  return {
    id,
    pipes: NO_PIPES,
    ended: end(),
    signal: (name) => !isOver && handle.signal(signalNumber(name) ?? 0) === 0,
    // its channel went with whoever had opened it
    send: () => false,
  };
}

/** The family of an adopted job: its orphans do not come to us, so that the marker has to tell of them. */
class Foundlings extends Marked implements Family {
  #root: Launched | null = null;

  begin(root: Launched): void {
    this.#root = root;
  }

  override pids(): readonly number[] {
    const marked = super.pids();
    const id = this.#root?.id ?? null;
    return descendantsOf(
      readProcessTree(this.proc),
      id !== null && isAlive(id) ? [id.pid, ...marked] : marked,
    );
  }

  cpuMs(): null {
    return null;
  }
}
