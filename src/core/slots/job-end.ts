/** How a launched job ended, and what had to be done about it. The gate's exit code and report are renderings of this. */
import type { Named } from "../plan/event.ts";
import type { TargetOutcome } from "../plan/outcome.ts";

export type JobEnding =
  /** `code` null: nobody tells; whoever launched it is dead, and we are not its parent. */
  | { readonly how: "exited"; readonly code: number | null }
  /** Somebody else's signal, by name. */
  | { readonly how: "signaled"; readonly signal: string }
  | { readonly how: "timeout"; readonly limitMs: number; readonly evidence: string }
  | {
      readonly how: "memory";
      readonly by: "kernel" | "sampling";
      readonly limitBytes: number;
      readonly evidence: string;
    }
  | { readonly how: "cpu"; readonly limitPercent: number; readonly evidence: string }
  | { readonly how: "stopped"; readonly evidence: string };

/** "exited with code 3", "died of SIGSEGV", "was ended: ran for 60 s (limit 60 s)" */
export function endingWords(ending: JobEnding): string {
  if (ending.how === "exited") return `exited with code ${ending.code}`;
  return ending.how === "signaled" ? `died of ${ending.signal}` : `was ended: ${ending.evidence}`;
}

export interface JobEnd {
  readonly ending: JobEnding;
  /** How its root ended, whatever was the cause; null: it lives, or nobody has heard. */
  readonly root: { readonly code: number | null; readonly signal: string | null } | null;
  readonly tookMs: number;
  /** Of all processes together as far as it was looked at; the largest one's where nobody looked. null = unknown. */
  readonly peakMemoryBytes: number | null;
  /** User + system time of all processes; of those that were waited for where there is no group that counts. */
  readonly cpuMs: number | null;
  /** What had to be killed: at a limit, or left behind by the root. */
  readonly outcomes: readonly TargetOutcome[];
  /** Not dead, although they were to be. */
  readonly survivors: readonly Named[];
  /** Alive, and meant to be. */
  readonly kept: readonly Named[];
}
