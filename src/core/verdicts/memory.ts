/** How much memory one process may use: what no file backs, so that a mapped file does not count (L16). */
import type { Verdict } from "../verdict.ts";
import { bytes } from "../wording.ts";
import type { Subject } from "./subject.ts";

/** At this multiple of its limit a process gets no grace: it could take the machine down within it. */
export const IMMEDIATE_AT = 2;

/** null: there is no limit for it. */
export function memoryVerdict({ process, limits }: Subject): Verdict | null {
  const limit = limits.limits.memoryBytes;
  if (limit === null) return null;
  const rule = { rule: "memory", limit, heldMs: 0, holdMs: 0 } as const;
  const { memoryBytes, pssBytes } = process;
  if (memoryBytes === null)
    return { ...rule, value: null, decision: "ok", evidence: "its memory cannot be read" };
  // Workers share pages with their parent: each would be charged for all of them.
  const shared = typeof pssBytes === "number" && pssBytes < memoryBytes;
  const value = shared ? pssBytes : memoryBytes;
  const how = shared ? ", common pages shared out" : "";
  const evidence = `uses ${bytes(value)} of memory${how} (limit ${bytes(limit)})`;
  return { ...rule, value, decision: value > limit ? "runaway" : "ok", evidence };
}
