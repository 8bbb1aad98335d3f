import type { Policy, Self } from "./policy.ts";
import type { ProcessSample } from "./process.ts";

/** Why this one process is never signalled (I1); null = it may be. */
export function protectedProcess(
  _process: ProcessSample,
  _policy: Pick<Policy, "scope" | "enforceCompiled" | "enforceNested">,
  _self: Self,
): string | null {
  return null;
}
