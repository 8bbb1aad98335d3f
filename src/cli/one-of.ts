/** A flag whose value is one of a few words. */
import { UsageError } from "./errors.ts";

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
