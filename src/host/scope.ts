/** The monitor's lock and socket, and the gate's books, are kept apart by scope. */
import type { Policy } from "../core/judge/policy.ts";
import { UsageError } from "../text/errors.ts";

type Scoped = Pick<Policy, "scope" | "projectRoot">;

/** One for the account, one for the machine, one per project that asked for its own. */
export const monitorName = ({ scope, projectRoot }: Scoped): string =>
  `monitor-${scope === "project" ? `project-${Bun.hash(projectRoot).toString(36)}` : scope === "machine" ? scope : "user"}`;

/** One for all projects and PID namespaces of the account: records and queues say whose slots they are about. */
export const gateDirectory = (runtimeDirectory: string, { scope }: Pick<Scoped, "scope">): string =>
  `${runtimeDirectory}/gate-${scope === "machine" ? "machine" : "user"}`;

/** undefined where the flag is not given. @throws UsageError */
export function oneOf<T extends string>(
  flag: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new UsageError(`${flag} ${JSON.stringify(value)} is unknown. It takes ${allowed.join(", ")}.`);
  return found;
}

export const SCOPES = ["nearest", "user", "project", "machine"] as const;
