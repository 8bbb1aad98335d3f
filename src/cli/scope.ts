/** What is kept apart by scope: the monitor's lock and socket, and the gate's books. */
import type { Policy } from "../core/policy.ts";

type Scoped = Pick<Policy, "scope" | "projectRoot">;

/** One for the account, one for the machine, one per project that asked for its own. */
function scopeName({ scope, projectRoot }: Scoped): string {
  switch (scope) {
    case "project":
      return `project-${Bun.hash(projectRoot).toString(36)}`;
    case "nearest":
    case "user":
      return "user";
    case "machine":
      return "machine";
  }
}

export const monitorName = (policy: Scoped): string => `monitor-${scopeName(policy)}`;

/** The same for all PID namespaces: a wrapper in a container takes one of the account's slots. */
export const gateDirectory = (runtimeDirectory: string, policy: Scoped): string =>
  `${runtimeDirectory}/gate-${scopeName(policy)}`;
