/** Alerts beside the watch. Without a webhook or a command nothing is loaded, until the configuration names one. */
import type { Loaded } from "../config/load.ts";
import type { WatchdogEvent } from "../core/plan/event.ts";
import type { Alerter } from "./deliver/alerter.ts";
import type { Companion, CompanionOptions } from "../host/companion.ts";

/** At the end of a monitor. */
const CLOSING_MS = 2_000;

export const hasChannel = ({ settings: { alerts } }: Loaded): boolean =>
  alerts.webhook !== null || alerts.command.length > 0;

/** `closingMs`: how long its end may take. */
export const openAlerts = (options: CompanionOptions, closingMs = CLOSING_MS): Companion =>
  new Alerts(options, closingMs);

class Alerts implements Companion {
  readonly #options: CompanionOptions;
  readonly #closingMs: number;
  /** Everything goes through it in turn: what happens while it is loaded is not lost. null = not configured so far. */
  #alerter: Promise<Alerter | null> | null = null;

  constructor(options: CompanionOptions, closingMs: number) {
    this.#options = options;
    this.#closingMs = closingMs;
    if (hasChannel(options.loaded)) this.#alerter = this.#open(options.loaded);
  }

  onEvent(event: WatchdogEvent): void {
    this.#then((alerter) => alerter.onEvent(event));
  }

  onConfig(loaded: Loaded): void {
    if (this.#alerter !== null)
      this.#then(async (alerter) => {
        const { settingsOf } = await import("./alerting.ts");
        await alerter.configure(settingsOf(loaded, this.#alerting));
      });
    else if (hasChannel(loaded)) this.#alerter = this.#open(loaded);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#alerter)?.close(this.#closingMs);
  }

  /** null = it could not, which is said: a watch without alerts is better than none. */
  async #open(loaded: Loaded): Promise<Alerter | null> {
    try {
      const { openAlerter } = await import("./alerting.ts");
      return openAlerter(loaded, this.#alerting);
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  get #alerting() {
    const { clock, alertPids, tell } = this.#options;
    return { clock, alertPids, complain: (what: string): void => tell({ type: "trouble", what }) };
  }

  /** A failure is said, and does not keep the next event from being heard. */
  #then(act: (alerter: Alerter) => void | Promise<void>): void {
    if (this.#alerter === null) return;
    this.#alerter = this.#alerter.then(async (alerter) => {
      try {
        if (alerter !== null) await act(alerter);
      } catch (error) {
        this.#fail(error);
      }
      return alerter;
    });
  }

  #fail(error: unknown): void {
    this.#options.tell({ type: "trouble", what: `alerts failed: ${String(error)}` });
  }
}
