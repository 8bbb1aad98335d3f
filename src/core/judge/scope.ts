/** Which jobs the watchdog is about. */
import type { Job } from "../process/job.ts";
import { isWithin } from "./match.ts";
import type { Policy, Self } from "./policy.ts";
import type { ProcessSample } from "../process/process.ts";
import { isBun } from "../process/tree.ts";

/** An unreadable owner is in view, and protected: it is shown rather than hidden. */
export function inScope({ root, members }: Job, policy: Policy, self: Self): boolean {
  if (policy.scope === "machine") return true;
  if (root.uid !== null && root.uid !== self.uid) return false;
  return (
    policy.scope !== "project" ||
    members.some((member) => isBun(member) && liesBelow(member, policy.projectRoot))
  );
}

/** It works there, or its script lies there. */
const liesBelow = ({ cwd, scriptPath }: ProcessSample, root: string): boolean =>
  isWithin(cwd, root) || isWithin(scriptPath ?? null, root);
