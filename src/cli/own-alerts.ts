/** Alerts of a command that stops something by itself, without a monitor. */
import type { Loaded } from "../config/load.ts";
import type { WatchdogEvent } from "../core/event.ts";
import { systemClock } from "../os/clock.ts";
import { hasChannel, openAlerts } from "./monitoring/alerts.ts";
import type { Companion, CompanionOptions } from "./monitoring/companion.ts";

/** A commit waits for this: what is not delivered by then is in the outbox, for the next monitor. */
const ALERTS_MS = 3_000;

/** Opened with the first kill; most clean-ups have nothing to tell. */
export class OwnAlerts {
  readonly #open: () => Companion | null;
  #alerts: Companion | null = null;

  constructor(loaded: Loaded, { couriers, tell }: Pick<CompanionOptions, "couriers" | "tell">) {
    this.#open = () =>
      hasChannel(loaded) ? openAlerts({ loaded, clock: systemClock, tell, couriers }, ALERTS_MS) : null;
  }

  onEvent(event: WatchdogEvent): void {
    if (event.type === "intent") this.#alerts ??= this.#open();
    this.#alerts?.onEvent?.(event);
  }

  async close(): Promise<void> {
    await this.#alerts?.[Symbol.asyncDispose]();
  }
}
