/**
 * cgroup v2 with its controllers. Two rules of it decide where a job's group can be: a group that has processes hands
 * no controllers down (but for the root of all), and only its owner makes groups in one.
 */
import type { Container } from "../../../ports/container.ts";
import { Group } from "./group.ts";
import { memoryV2 } from "./memory-v2.ts";
import { groupName } from "./names.ts";
import { factsOf, UnifiedContainer } from "./unified.ts";

export interface Wish {
  readonly jobId: string;
  readonly memoryBytes: number | null;
}

/** Processes live in a leaf of the job's group, so that the group itself can hand its controllers to a job inside it. */
const LEAF = "main";
/** Where we go ourselves, so that the group which we have to ourselves can hand its controllers down. */
const WRAPPER_LEAF = "bun-watchdog-wrapper";

/** `current`: the group that this process is in. A string says why there is no container. */
export const makeCgroup2 = (current: Group, wish: Wish): Container | string => {
  // an earlier launch has moved us: every job of this process is made in the same place
  const own = current.name === WRAPPER_LEAF ? current.above() : current;
  const above = wish.memoryBytes === null ? null : memoryParent(own);
  const reasons = typeof above === "string" ? [above] : [];
  for (const parent of above instanceof Group ? [above, own] : [own]) {
    const withMemory = parent === above ? wish.memoryBytes : null;
    const made = makeIn(parent, wish, withMemory, reasons);
    if (typeof made !== "string") return made;
    reasons.push(made);
  }
  return reasons.join("; ");
};

const makeIn = (
  parent: Group,
  { jobId, memoryBytes }: Wish,
  limitBytes: number | null,
  reasons: readonly string[],
): Container | string => {
  const group = parent.child(groupName(jobId));
  if (typeof group === "string") return `no group can be made in ${parent.directory} (${group})`;
  const memory = limitBytes === null ? null : memoryV2(group, limitBytes);
  const leaf = group.child(LEAF);
  if (typeof memory === "string" || typeof leaf === "string") {
    group.remove();
    return typeof memory === "string" ? memory : `no group can be made in ${group.directory}`;
  }
  // refused where it has none itself
  group.write("cgroup.subtree_control", "+memory");
  const place = { kind: "cgroup2", directory: group.directory } as const;
  return new UnifiedContainer(
    jobId,
    place,
    { group, leaf },
    memory,
    factsOf(memoryBytes, memory ?? reasons.join("; ")),
  );
};

/**
 * Below which group a new one gets the memory controller; or why there is none. Ours has a process in it, this one, so:
 * - the root of all may hand its controllers down all the same;
 * - a group that we have to ourselves (a systemd scope with Delegate=yes) may, once we have moved to a leaf of it;
 * - a group beside ours is the next best, unless that would evade a limit of ours.
 */
const memoryParent = (own: Group): Group | string => {
  if (isRoot(own) || hasLeaf(own) || movedToLeaf(own)) {
    const refused = own.write("cgroup.subtree_control", "+memory");
    return refused === null
      ? own
      : `the memory controller cannot be enabled in ${own.directory} (${refused})`;
  }
  const above = own.above();
  if (!lists(above, "cgroup.subtree_control"))
    return `${above.directory} does not hand the memory controller down`;
  return own.number("memory.max") !== null
    ? `a group beside ${own.directory} would be free of its memory limit`
    : above;
};

/** The only group without this file. */
const isRoot = (group: Group): boolean => group.read("cgroup.events") === null;

const lists = (group: Group, file: "cgroup.controllers" | "cgroup.subtree_control"): boolean =>
  (group.read(file) ?? "").split(/\s+/).includes("memory");

/** We are in it already. */
const hasLeaf = (own: Group): boolean =>
  new Group(`${own.directory}/${WRAPPER_LEAF}`).pids().includes(process.pid);

/** Whether we were alone in this group and are in a leaf of it now. */
const movedToLeaf = (own: Group): boolean => {
  const isAlone = own.read("cgroup.procs")?.trim() === String(process.pid);
  if (!isAlone || !lists(own, "cgroup.controllers")) return false;
  own.child(WRAPPER_LEAF);
  return new Group(`${own.directory}/${WRAPPER_LEAF}`).write("cgroup.procs", String(process.pid)) === null;
};
