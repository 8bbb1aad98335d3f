/** Says which processes get SIGTERM: each gets it once, from us or from its launcher (Z24). Pure. */
import type { ProcessSample } from "../core/process/process.ts";

/**
 * The pids of `signalled` that are still there. Where one is not (it ended, or became something else, since the
 * plan), its signal passes to its own children among the targets: nobody is left to forward it to them.
 */
export const termOrder = (
  targets: readonly Pick<ProcessSample, "id" | "ppid">[],
  signalled: readonly number[],
  isThere: (pid: number) => boolean,
): readonly number[] => {
  const order = new Set<number>();
  const visited = new Set<number>();
  const visit = (pid: number): void => {
    if (visited.has(pid)) return;
    visited.add(pid);
    if (isThere(pid)) order.add(pid);
    else for (const child of targets) if (child.ppid === pid) visit(child.id.pid);
  };
  for (const pid of signalled) visit(pid);
  return [...order];
};

/** Children before their parents: killing a parent first would wake stopped children (SIGHUP + SIGCONT, setpgid(2)). */
export const childrenFirst = <T extends { readonly sample: Pick<ProcessSample, "id" | "ppid"> }>(
  targets: readonly T[],
): readonly T[] => {
  const byPid = new Map(targets.map((target) => [target.sample.id.pid, target]));
  const depth = (target: T): number => {
    let steps = 0;
    for (let at = byPid.get(target.sample.ppid); at && steps < targets.length; at = byPid.get(at.sample.ppid))
      steps++;
    return steps;
  };
  return targets
    .map((target) => ({ target, depth: depth(target) }))
    .toSorted((a, b) => b.depth - a.depth)
    .map(({ target }) => target);
};
