/** Alerts beside the watch. Without a webhook or a command nothing is loaded, until the configuration names one. */
import type { Loaded } from "../config/load.ts";
import type { Alerter } from "./alerting.ts";
import type { Companion, CompanionOptions } from "../host/companion.ts";

const CLOSING_MS = 2_000;

export const hasChannel = ({ settings: { alerts } }: Loaded): boolean =>
  alerts.webhook !== null || alerts.command.length > 0;

/** `closingMs`: how long its end may take. */
export function openAlerts(
  { loaded, clock, alertPids, tell }: CompanionOptions,
  closingMs = CLOSING_MS,
): Companion {
  const complain = (what: string): void => tell({ type: "trouble", what });
  /** null = it could not, which is said: a watch without alerts is better than none. */
  const open = async (configured: Loaded): Promise<Alerter | null> => {
    try {
      const alerting = await import("./alerting.ts");
      return alerting.openAlerter(configured, { clock, alertPids, complain });
    } catch (error) {
      complain(`alerts failed: ${String(error)}`);
      return null;
    }
  };
  /** Everything goes through it in turn: what happens while it is loaded is not lost. null = not configured so far. */
  let alerter = hasChannel(loaded) ? open(loaded) : null;
  /** A failure is said, and does not keep the next event from being heard. */
  const then = (act: (opened: Alerter) => void | Promise<void>): void => {
    if (alerter === null) return;
    alerter = alerter.then(async (opened) => {
      try {
        if (opened !== null) await act(opened);
      } catch (error) {
        complain(`alerts failed: ${String(error)}`);
      }
      return opened;
    });
  };
  return {
    onEvent: (event) => then((opened) => opened.onEvent(event)),
    onConfig: (changed) => {
      if (alerter !== null) then((opened) => opened.configure(changed));
      else if (hasChannel(changed)) alerter = open(changed);
    },
    [Symbol.asyncDispose]: async () => await (await alerter)?.close(closingMs),
  };
}
