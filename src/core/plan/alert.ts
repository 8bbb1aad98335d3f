/** An alert tells somebody one thing that happened, as data. Channels word it, see payload.ts. */

import type { Outcome } from "./outcome.ts";

export const ALERT_REASONS = ["kill", "survivor", "breaker", "config-error"] as const;
export type AlertReason = (typeof ALERT_REASONS)[number];

export interface Alert {
  /** Made from the event alone, so that it is the same after a restart: receivers recognise repetitions by it. */
  readonly id: string;
  /** `test`: somebody asked for one. */
  readonly reason: AlertReason | "test";
  readonly atMs: number;
  /** Equal for what is the same trouble again: those become one alert with a count. */
  readonly about: string;
  readonly facts: AlertFacts;
  /** How often the same happened since the last alert about it; 0 = this is the first. */
  readonly repeats: number;
  /** How many others the hourly limit held back, this one standing for them. */
  readonly omitted: number;
}

/** Printable, bounded, without secrets. */
export type AlertFacts =
  | {
      readonly kind: "step";
      readonly pid: number;
      readonly command: string;
      readonly rule: string;
      /** null = the intent was not seen. */
      readonly evidence: string | null;
      /** Where it worked; null = not known. */
      readonly folder: string | null;
      readonly targets: number;
      /** How many of the targets are not dead. */
      readonly alive: number;
      /** What became of the targets, those alive first; at most a dozen. */
      readonly outcomes: readonly TargetEnd[];
      /** Descendants that were not meant: another session, protected, another job. */
      readonly left: number;
    }
  | { readonly kind: "breaker"; readonly killsLastMinute: number }
  | { readonly kind: "config"; readonly path: string; readonly problem: string }
  | { readonly kind: "test" };

export interface TargetEnd {
  readonly pid: number;
  readonly outcome: Outcome["outcome"];
  /** The same in words, with who is in the way. */
  readonly became: string;
}

export interface AlertPlace {
  readonly host: string;
  readonly project: string;
}

/** For `alerts test`. */
export const testAlert = (atMs: number): Alert => ({
  id: `test-${atMs}`,
  reason: "test",
  atMs,
  about: "test",
  facts: { kind: "test" },
  repeats: 0,
  omitted: 0,
});
