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
import { Outbox, type OutboxEntry } from "./deliver/outbox.ts";
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
  new Outbox(statePath(loaded, "outbox"), complain);

/** Steps under way at once; the outcome of one that is forgotten goes out without its evidence. */
const MOST_INTENTS = 1_000;

export class Alerter {
  readonly #options: DeliveryOptions & Means;
  readonly #intents = new Map<string, Intent>();
  readonly #deliveries = new Map<ChannelName, Delivery>();
  #settings: Loaded["settings"]["alerts"];
  #recent: readonly Scheduled[];

  /** Takes up what earlier processes left. */
  constructor(loaded: Loaded, options: Omit<DeliveryOptions, "outbox"> & Means) {
    this.#options = { ...options, outbox: outboxOf(loaded, options.complain) };
    this.#settings = loaded.settings.alerts;
    const entries = this.#entries();
    // an alert has an entry per channel
    this.#recent = [...new Map(entries.map((entry) => [entry.alert.id, entry])).values()];
    this.#open(channelsOf(loaded, options), entries);
  }

  /** The configuration changed. What waits for a channel that is gone stays in the outbox. */
  async configure(loaded: Loaded): Promise<void> {
    this.#settings = loaded.settings.alerts;
    const channels = channelsOf(loaded, this.#options);
    for (const [name, delivery] of this.#deliveries) {
      const channel = channels.find((each) => each.name === name);
      if (channel !== undefined) delivery.use(channel);
      else {
        this.#deliveries.delete(name);
        await delivery.close(0);
      }
    }
    this.#open(channels, this.#entries());
  }

  /** Returns at once. */
  onEvent(event: WatchdogEvent): void {
    const intent = this.#intentOf(event);
    const { on, maxPerHour } = this.#settings;
    const alert = alertOf(event, intent, on);
    if (alert === null || this.#deliveries.size === 0) return;
    const admitted = admitAlert(this.#recent, alert, this.#options.clock.wallMs(), maxPerHour);
    this.#recent = admitted.recent;
    for (const delivery of this.#deliveries.values()) delivery.put(admitted.alert, admitted.dueMs);
  }

  /** Delivers for at most that long what is due; the rest stays in the outbox. */
  async close(withinMs: number): Promise<void> {
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.close(withinMs)));
  }

  #open(channels: readonly Channel[], entries: readonly OutboxEntry[]): void {
    for (const channel of channels)
      if (!this.#deliveries.has(channel.name))
        this.#deliveries.set(channel.name, new Delivery(channel, entries, this.#options));
  }

  /** Of an outcome: what its intent said. */
  #intentOf(event: WatchdogEvent): Intent | null {
    if (event.type === "intent") {
      const [oldest] = this.#intents.keys();
      if (oldest !== undefined && this.#intents.size >= MOST_INTENTS) this.#intents.delete(oldest);
      this.#intents.set(event.stepId, event);
    }
    if (event.type !== "outcome") return null;
    const intent = this.#intents.get(event.stepId) ?? null;
    this.#intents.delete(event.stepId);
    return intent;
  }

  /** What cannot be read is said and left: new alerts go out all the same. */
  #entries(): readonly OutboxEntry[] {
    const { outbox, clock, complain } = this.#options;
    try {
      return outbox.entries(clock.wallMs());
    } catch (error) {
      complain(`alerts that an earlier run left cannot be read: ${messageOf(error)}`);
      return [];
    }
  }
}
