/**
 * cgroup v2 with its controllers. Two rules of it decide where a job's group can be: a group that has processes hands
 * no controllers down (but for the root of all), and only its owner makes groups in one.
 */
import type { Container, ContainerWish, KeptCap } from "../../../ports/container.ts";
import { Group, groupName, jobOfGroup } from "./group.ts";
import { memoryV2 } from "./memory-v2.ts";
import { JobContainer } from "./container.ts";

/** The limits beside memory that are asked for (caps.ts). */
export interface CapsV2 {
  readonly controllers: readonly string[];
  keep(group: Group): readonly KeptCap[];
  unkept(whyNot: string): readonly KeptCap[];
}

const NO_CAPS: CapsV2 = { controllers: [], keep: () => [], unkept: () => [] };

/** Processes live in a leaf of the job's group, so that the group itself can hand its controllers to a job inside it. */
const LEAF = "main";
/** Where we go ourselves, so that the group which we have to ourselves can hand its controllers down. */
const WRAPPER_LEAF = "bun-watchdog-wrapper";

/** `current`: the group that this process is in. A string says why there is no container. */
export const makeCgroup2 = (current: Group, wish: ContainerWish, caps = NO_CAPS): Container | string => {
  // an earlier launch has moved us: every job of this process is made in the same place
  const own = current.name === WRAPPER_LEAF ? current.above() : current;
  const controllers = [...(wish.memoryBytes === null ? [] : ["memory"]), ...caps.controllers];
  const above = controllers.length === 0 ? null : limitsParent(own, controllers);
  const reasons = typeof above === "string" ? [above] : [];
  for (const parent of above instanceof Group ? [above, own] : [own]) {
    const made = makeIn(parent, wish, caps, parent === above ? null : reasons.join("; "));
    if (typeof made !== "string") return made;
    reasons.push(made);
  }
  return reasons.join("; ");
};

/** `unlimited`: why nothing can be limited here. */
const makeIn = (
  parent: Group,
  { jobId, memoryBytes }: ContainerWish,
  caps: CapsV2,
  unlimited: string | null,
): Container | string => {
  const group = parent.child(groupName(jobId));
  if (typeof group === "string") return `no group can be made in ${parent.directory} (${group})`;
  const memory = memoryBytes === null ? null : (unlimited ?? memoryV2(group, memoryBytes));
  const leaf = group.child(LEAF);
  const isInVain = unlimited === null && typeof memory === "string" && caps === NO_CAPS;
  if (isInVain || typeof leaf === "string") {
    group.remove();
    return isInVain ? memory : `no group can be made in ${group.directory}`;
  }
  // refused where it has none itself
  group.write("cgroup.subtree_control", "+memory");
  const place = { kind: "cgroup2", directory: group.directory } as const;
  const kept = unlimited === null ? caps.keep(group) : caps.unkept(unlimited);
  return new JobContainer({ jobId, place, group, leaf, memory, kept });
};

/**
 * Below which group a new one gets one of these controllers at least; or why there is none. Ours has a process in it, this one, so:
 * - the root of all may hand its controllers down all the same;
 * - a group that we have to ourselves (a systemd scope with Delegate=yes) may, once we have moved to a leaf of it;
 * - a group beside ours is the next best, unless that would evade a limit of ours.
 */
const limitsParent = (own: Group, controllers: readonly string[]): Group | string => {
  if (isRoot(own) || hasLeaf(own) || movedToLeaf(own, controllers)) {
    // one by one: together all are refused for one
    const refused = controllers.map((controller) => enable(own, controller));
    return refused.includes(null)
      ? own
      : `the ${controllers[0]} controller cannot be enabled in ${own.directory} (${refused[0]})`;
  }
  const above = own.above();
  const isJobs = jobOfGroup(above.name) !== null;
  const handed = controllers.filter(
    (controller) =>
      lists(above, "cgroup.subtree_control", controller) || (isJobs && enable(above, controller) === null),
  );
  if (handed.length === 0) return `${above.directory} does not hand the ${controllers[0]} controller down`;
  const evaded = ["memory", ...controllers].find((controller) => isLimited(own, controller));
  return evaded === undefined
    ? above
    : `a group beside ${own.directory} would be free of its ${evaded} limit`;
};

const enable = (group: Group, controller: string): string | null =>
  group.write("cgroup.subtree_control", `+${controller}`);

/** Else it says "max", or has no such file. */
const isLimited = (group: Group, controller: string): boolean =>
  /^\d/.test(group.read(`${controller}.max`) ?? "");

/** The only group without this file. */
const isRoot = (group: Group): boolean => group.read("cgroup.events") === null;

const lists = (
  group: Group,
  file: "cgroup.controllers" | "cgroup.subtree_control",
  controller: string,
): boolean => (group.read(file) ?? "").split(/\s+/).includes(controller);

const hasLeaf = (own: Group): boolean =>
  new Group(`${own.directory}/${WRAPPER_LEAF}`).pids().includes(process.pid);

/** Whether we were alone in this group and are in a leaf of it now. */
const movedToLeaf = (own: Group, controllers: readonly string[]): boolean => {
  const isAlone = own.read("cgroup.procs")?.trim() === String(process.pid);
  if (!isAlone || !controllers.some((controller) => lists(own, "cgroup.controllers", controller)))
    return false;
  own.child(WRAPPER_LEAF);
  return new Group(`${own.directory}/${WRAPPER_LEAF}`).write("cgroup.procs", String(process.pid)) === null;
};
