/** Ordered, printable actions. Dry-run prints them; kill/terminate carries them out. */
import type { ProcessSample } from "../process/process.ts";
import type { Verdict } from "../judge/verdict.ts";
import type { Cause } from "./cause.ts";

export interface Step {
  readonly jobId: string;
  readonly victim: ProcessSample;
  readonly cause: Cause;
  /** The victim, its Bun descendants, and its other descendants in the same session; parents first. */
  readonly targets: readonly ProcessSample[];
  /** SIGTERM goes to these alone: a launcher forwards it, its script would get it twice. */
  readonly signalled: readonly number[];
  /** Descendants that stay: another session, protected, another job's root. */
  readonly left: readonly ProcessSample[];
  /** Its job had lost its parent. */
  readonly isOrphan: boolean;
  /** Its head was given our mark, which it did not bear before: who bears it came out of it. */
  readonly isHeadMarked?: true;
  /** No grace: SIGKILL at once (--force, or memory at twice its limit). */
  readonly immediate: boolean;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Over a limit and held back, each with the reason: reprieve, breaker, back-off, protected, in-flight. */
  readonly heldBack: readonly {
    readonly victim: ProcessSample;
    readonly verdict: Verdict;
    readonly because: string;
    /** It is to stay: protected, or what watches there only looks. Missing: it is over its limit, and has to go. */
    readonly isSpared?: true;
  }[];
  /** Over a limit for the whole hold, and not judged because something cannot be read; missing = nobody. */
  readonly unjudged?: readonly { readonly victim: ProcessSample; readonly verdict: Verdict }[];
}
