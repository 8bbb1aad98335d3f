/**
 * Hears the events, decides what is worth an alert and when it goes out, and hands it to every channel that the
 * configuration names. Loaded by who has an alert to send.
 */
import { hostname } from "node:os";
import type { AlertPlace } from "../core/plan/alert.ts";
import type { WatchdogEvent } from "../core/plan/event.ts";
import { commandLine } from "../text/mask.ts";
import { messageOf } from "../text/system-error.ts";
import { maskedAddress } from "../config/schema/secrets.ts";
import type { Loaded } from "../config/load.ts";
import { statePath } from "../host/state.ts";
import type { CompanionOptions } from "../host/companion.ts";
import { admitAlert, type Scheduled } from "./decide/admit.ts";
import { alertOf, type Intent } from "./decide/alert-of.ts";
import type { Channel, ChannelName } from "./deliver/channel.ts";
import { openCommand } from "./deliver/command.ts";
import { Delivery, type DeliveryOptions } from "./deliver/delivery.ts";
import { openOutbox, type Outbox, type OutboxEntry } from "./deliver/outbox.ts";
import { openWebhook } from "./deliver/webhook.ts";

type Means = Pick<CompanionOptions, "clock" | "alertPids">;

const MOST_TITLE = 100;

export function channelsOf({ settings, projectRoot }: Loaded, { clock, alertPids }: Means): Channel[] {
  const { webhook, command } = settings.alerts;
  const place: AlertPlace = { host: hostname(), project: projectRoot };
  const nowMs = (): number => clock.wallMs();
  const title = commandLine(command, MOST_TITLE);
  return [
    ...(webhook === null
      ? []
      : [openWebhook({ address: webhook, title: maskedAddress(webhook), place, nowMs })]),
    ...(command.length === 0 ? [] : [openCommand({ argv: command, title, place, alertPids })]),
  ];
}

export const outboxOf = (loaded: Loaded, complain: (what: string) => void): Outbox =>
  openOutbox(statePath(loaded, "outbox"), complain);

/** Steps under way at once; the outcome of one that is forgotten goes out without its evidence. */
const MOST_INTENTS = 1_000;

class Intents {
  readonly #byStep = new Map<string, Intent>();

  /** Of an outcome: what its intent said. */
  of(event: WatchdogEvent): Intent | null {
    if (event.type === "intent") {
      const [oldest] = this.#byStep.keys();
      if (oldest !== undefined && this.#byStep.size >= MOST_INTENTS) this.#byStep.delete(oldest);
      this.#byStep.set(event.stepId, event);
    }
    if (event.type !== "outcome") return null;
    const intent = this.#byStep.get(event.stepId) ?? null;
    this.#byStep.delete(event.stepId);
    return intent;
  }
}

export type Alerter = ReturnType<typeof openAlerter>;

/** Takes up what earlier processes left. */
export function openAlerter(loaded: Loaded, means: Omit<DeliveryOptions, "outbox"> & Means) {
  const { clock, complain } = means;
  const options: DeliveryOptions = { clock, complain, outbox: outboxOf(loaded, complain) };
  const intents = new Intents();
  const deliveries = new Map<ChannelName, Delivery>();

  /** What cannot be read is said and left: new alerts go out all the same. */
  const entries = (): readonly OutboxEntry[] => {
    try {
      return options.outbox.entries(clock.wallMs());
    } catch (error) {
      complain(`alerts that an earlier run left cannot be read: ${messageOf(error)}`);
      return [];
    }
  };
  const open = (channels: readonly Channel[], left: readonly OutboxEntry[]): void => {
    for (const channel of channels)
      if (!deliveries.has(channel.name)) deliveries.set(channel.name, new Delivery(channel, left, options));
  };

  let settings = loaded.settings.alerts;
  const left = entries();
  // an alert has an entry per channel
  let recent: readonly Scheduled[] = [...new Map(left.map((entry) => [entry.alert.id, entry])).values()];
  open(channelsOf(loaded, means), left);
  return {
    /** The configuration changed. What waits for a channel that is gone stays in the outbox. */
    configure: async (changed: Loaded): Promise<void> => {
      settings = changed.settings.alerts;
      const channels = channelsOf(changed, means);
      for (const [name, delivery] of deliveries) {
        const channel = channels.find((each) => each.name === name);
        if (channel !== undefined) delivery.use(channel);
        else {
          deliveries.delete(name);
          await delivery.close(0);
        }
      }
      open(channels, entries());
    },
    /** Returns at once. */
    onEvent: (event: WatchdogEvent): void => {
      const alert = alertOf(event, intents.of(event), settings.on);
      if (alert === null || deliveries.size === 0) return;
      const admitted = admitAlert(recent, alert, clock.wallMs(), settings.maxPerHour);
      ({ recent } = admitted);
      for (const delivery of deliveries.values()) delivery.put(admitted.alert, admitted.dueMs);
    },
    /** Delivers for at most that long what is due; the rest stays in the outbox. */
    close: async (withinMs: number): Promise<void> => {
      await Promise.all([...deliveries.values()].map((delivery) => delivery.close(withinMs)));
    },
  };
}
