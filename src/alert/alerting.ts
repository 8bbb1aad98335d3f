/** Alerts, wired: from the configuration to the channels it names. Loaded by who has an alert to send. */
import { hostname } from "node:os";
import type { AlertPlace } from "../core/plan/alert.ts";
import { commandLine } from "../text/mask.ts";
import { maskedAddress } from "../config/schema/secrets.ts";
import type { Loaded } from "../config/load.ts";
import { Alerter, type AlertSettings } from "./deliver/alerter.ts";
import type { Channel } from "./deliver/channel.ts";
import { openCommand } from "./deliver/command.ts";
import { Outbox } from "./deliver/outbox.ts";
import { openWebhook } from "./deliver/webhook.ts";
import type { Clock } from "../ports/clock.ts";
import { statePath } from "../host/state.ts";

const MOST_TITLE = 100;

export interface Alerting {
  readonly clock: Clock;
  readonly complain: (what: string) => void;
  readonly alertPids: Set<number>;
}

export function channelsOf(
  { settings, projectRoot }: Loaded,
  { clock, alertPids }: Omit<Alerting, "complain">,
): Channel[] {
  const { webhook, command } = settings.alerts;
  const place: AlertPlace = { host: hostname(), project: projectRoot };
  return [
    ...(webhook === null
      ? []
      : [
          openWebhook({
            address: webhook,
            title: maskedAddress(webhook),
            place,
            nowMs: () => clock.wallMs(),
          }),
        ]),
    ...(command.length === 0
      ? []
      : [openCommand({ argv: command, title: commandLine(command, MOST_TITLE), place, alertPids })]),
  ];
}

export const settingsOf = (loaded: Loaded, alerting: Alerting): AlertSettings => ({
  on: loaded.settings.alerts.on,
  maxPerHour: loaded.settings.alerts.maxPerHour,
  channels: channelsOf(loaded, alerting),
});

export const outboxOf = (loaded: Loaded, complain: (what: string) => void): Outbox =>
  new Outbox(statePath(loaded, "outbox"), complain);

export const openAlerter = (loaded: Loaded, alerting: Alerting): Alerter =>
  new Alerter(settingsOf(loaded, alerting), {
    outbox: outboxOf(loaded, alerting.complain),
    clock: alerting.clock,
    complain: alerting.complain,
  });
