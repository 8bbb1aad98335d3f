import type { History } from "./history.ts";
import type { Policy, Self } from "./policy.ts";
import type { Details, ProcessSample, Snapshot } from "./process.ts";

/** As in ports.ts, which core does not import. */
export type Reading = "demand" | "io" | "pss" | "listeners";

export function wanted(
  _snapshot: Snapshot,
  _history: History,
  _policy: Policy,
  _self: Self,
  _options: { readonly full?: boolean } = {},
): Map<ProcessSample, Set<Reading>> {
  return new Map();
}

/** The snapshot with the costlier readings filled in. */
export function withDetails(snapshot: Snapshot, _details: ReadonlyMap<number, Details>): Snapshot {
  return snapshot;
}
