/**
 * A group of version 2 hands its controllers down only where no process is in it, but for the root of all. So who has a group to
 * itself goes to a leaf of it first.
 */
import { Group } from "./group.ts";

/** Where we go ourselves, so that the group which we have to ourselves can hand its controllers down. */
export const WRAPPER_LEAF = "bun-watchdog-wrapper";

/** To the groups below: those that are asked for, are not handed down yet, and can be. */
export function handDown(parent: Group, controllers: readonly string[]): void {
  const missing = controllers.filter((each) => !lists(parent, "cgroup.subtree_control", each));
  if (missing.length > 0 && (isRoot(parent) || hasLeaf(parent) || movedToLeaf(parent, missing)))
    for (const controller of missing) enable(parent, controller);
}

export const enable = (group: Group, controller: string): string | null =>
  group.write("cgroup.subtree_control", `+${controller}`);

/** The only group without this file. */
export const isRoot = (group: Group): boolean => group.read("cgroup.events") === null;

export const lists = (
  group: Group,
  file: "cgroup.controllers" | "cgroup.subtree_control",
  controller: string,
): boolean => (group.read(file) ?? "").split(/\s+/).includes(controller);

export const hasLeaf = (own: Group): boolean =>
  new Group(`${own.directory}/${WRAPPER_LEAF}`).pids().includes(process.pid);

/** Whether we were alone in this group and are in a leaf of it now. */
export const movedToLeaf = (own: Group, controllers: readonly string[]): boolean => {
  const isAlone = own.read("cgroup.procs")?.trim() === String(process.pid);
  if (!isAlone || !controllers.some((controller) => lists(own, "cgroup.controllers", controller)))
    return false;
  own.child(WRAPPER_LEAF);
  return new Group(`${own.directory}/${WRAPPER_LEAF}`).write("cgroup.procs", String(process.pid)) === null;
};
