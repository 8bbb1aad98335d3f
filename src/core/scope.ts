/** Which jobs the watchdog is about. */
import type { Job } from "./job.ts";
import { isWithin } from "./match.ts";
import type { Policy, Self } from "./policy.ts";
import { isBun } from "./tree.ts";

/** An unreadable owner is in view, and protected: it is shown rather than hidden. */
export function inScope({ root, members }: Job, policy: Policy, self: Self): boolean {
  const mine = root.uid === null || root.uid === self.uid;
  switch (policy.scope) {
    case "user":
      return mine;
    case "project":
      return mine && members.some((member) => isBun(member) && isWithin(member.cwd, policy.projectRoot));
    case "machine":
      return true;
  }
}
