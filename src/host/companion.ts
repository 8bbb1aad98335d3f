/** Companions live beside the watch and are given these things: see companions.ts. */
import type { Loaded } from "../config/load.ts";
import type { EventBody, WatchdogEvent } from "../core/plan/event.ts";
import type { TickResult } from "../monitor/tick.ts";
import type { Clock } from "../ports/clock.ts";

export interface Companion extends AsyncDisposable {
  /** Quick: a tick waits for it. */
  onLook?(look: TickResult): void;
  /** Called after the journal and the log have the event. */
  onEvent?(event: WatchdogEvent): void;
  onConfig?(loaded: Loaded): void;
}

export interface CompanionOptions {
  readonly loaded: Loaded;
  readonly clock: Clock;
  /** Into the journal and the log. */
  readonly tell: (event: EventBody) => void;
  /** Pids of commands that deliver an alert right now; see `Self`. */
  readonly alertPids: Set<number>;
}

/** null: this configuration has no use for it. */
export type OpenCompanion = (options: CompanionOptions) => Companion | null;
