/**
 * cgroup v2 with its controllers. Two rules of it decide where a job's group can be: a group that has processes hands
 * no controllers down (but for the root of all), and only its owner makes groups in one.
 */
import type { Container, ContainerWish } from "../../../ports/container.ts";
import type { CapsV2 } from "./caps.ts";
import { Group, groupName, jobOfGroup } from "./group.ts";
import { enable, hasLeaf, isRoot, lists, movedToLeaf, WRAPPER_LEAF } from "./hand-down.ts";
import { memoryV2 } from "./memory-v2.ts";
import { JobContainer } from "./container.ts";

const NO_CAPS: CapsV2 = { controllers: [], keep: () => [], unkept: () => [] };

/** Processes live in a leaf of the job's group, so that the group itself can hand its controllers to a job inside it. */
const LEAF = "main";

/** `current`: the group that this process is in. A string says why there is no container. */
export const makeCgroup2 = (current: Group, wish: ContainerWish, caps = NO_CAPS): Container | string => {
  // an earlier launch has moved us: every job of this process is made in the same place
  const own = current.name === WRAPPER_LEAF ? current.above() : current;
  const controllers = wish.adjustable === true ? ALL : controllersOf(wish, caps);
  const above = controllers.length === 0 ? null : limitsParent(own, controllers);
  const reasons = typeof above === "string" ? [above] : [];
  for (const parent of above instanceof Group ? [above, own] : [own]) {
    const made = makeIn(parent, wish, caps, parent === above ? null : reasons.join("; "));
    if (typeof made !== "string") return made;
    reasons.push(made);
  }
  return reasons.join("; ");
};

const ALL: readonly string[] = ["memory", "cpu", "pids"];

const controllersOf = ({ memoryBytes }: ContainerWish, caps: CapsV2): readonly string[] => [
  ...(memoryBytes === null ? [] : ["memory"]),
  ...caps.controllers,
];

/** `unlimited`: why nothing can be limited here. */
const makeIn = (
  parent: Group,
  { jobId, memoryBytes, adjustable = false, isOfMany }: ContainerWish,
  caps: CapsV2,
  unlimited: string | null,
): Container | string => {
  const group = parent.child(groupName(jobId));
  if (typeof group === "string") return `no group can be made in ${parent.directory} (${group})`;
  const isLimited = memoryBytes !== null;
  const memory = isLimited || adjustable ? (unlimited ?? memoryV2(group, memoryBytes)) : null;
  const leaf = group.child(LEAF);
  const isInVain = unlimited === null && isLimited && typeof memory === "string" && caps === NO_CAPS;
  if (isInVain || typeof leaf === "string") {
    group.remove();
    return isInVain ? memory : `no group can be made in ${group.directory}`;
  }
  // refused where it has none itself
  group.write("cgroup.subtree_control", "+memory");
  const place = { kind: "cgroup2", directory: group.directory } as const;
  const kept = unlimited === null ? caps.keep(group) : caps.unkept(unlimited);
  return new JobContainer({ jobId, place, group, leaf, memory, isLimited, kept, isOfMany });
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

/** Else it says "max", or has no such file. */
const isLimited = (group: Group, controller: string): boolean =>
  /^\d/.test(group.read(`${controller}.max`) ?? "");
