/** Hears the events, decides what is worth an alert and when it goes out, and hands it to every channel. */
import { messageOf } from "../../text/system-error.ts";
import { admissionOf, admitAlert, nothingAdmitted, type AlertAdmission } from "../decide/admit.ts";
import { alertOf, type Intent } from "../decide/alert-of.ts";
import type { Alert, AlertReason } from "../../core/plan/alert.ts";
import type { WatchdogEvent } from "../../core/plan/event.ts";
import { type Channel, CHANNELS, type ChannelName } from "./channel.ts";
import { Delivery, leftFor, type DeliveryOptions } from "./delivery.ts";
import type { OutboxEntry } from "./outbox.ts";

export interface AlertSettings {
  readonly on: readonly AlertReason[];
  readonly maxPerHour: number;
  /** Those that are configured. */
  readonly channels: readonly Channel[];
}

/** Steps under way at once; the outcome of one that is forgotten goes out without its evidence. */
const MOST_INTENTS = 1_000;

export class Alerter {
  readonly #options: DeliveryOptions;
  readonly #intents = new Map<string, Intent>();
  readonly #deliveries = new Map<ChannelName, Delivery>();
  #settings: AlertSettings;
  #admission: AlertAdmission = nothingAdmitted;

  /** Takes up what earlier processes left. */
  constructor(settings: AlertSettings, options: DeliveryOptions) {
    this.#settings = settings;
    this.#options = options;
    const nowMs = options.clock.wallMs();
    const entries = this.#entries(nowMs);
    this.#admission = admissionOf(distinct(entries), nowMs);
    this.#open(entries);
  }

  /** The configuration changed. What waits for a channel that is gone stays in the outbox. */
  async configure(settings: AlertSettings): Promise<void> {
    this.#settings = settings;
    const gone = CHANNELS.filter((name) => !settings.channels.some((channel) => channel.name === name));
    for (const name of gone) {
      const delivery = this.#deliveries.get(name);
      this.#deliveries.delete(name);
      await delivery?.close(0);
    }
    for (const channel of settings.channels) this.#deliveries.get(channel.name)?.use(channel);
    this.#open(this.#entries(this.#options.clock.wallMs()));
  }

  /** Returns at once. */
  onEvent(event: WatchdogEvent): void {
    const intent = this.#intentOf(event);
    const { on, maxPerHour } = this.#settings;
    const alert = alertOf(event, intent, on);
    if (alert === null || this.#deliveries.size === 0) return;
    const nowMs = this.#options.clock.wallMs();
    const admitted = admitAlert(this.#admission, alert, nowMs, maxPerHour);
    this.#admission = admitted.state;
    for (const delivery of this.#deliveries.values()) delivery.put(admitted.alert, admitted.dueMs);
  }

  /** Delivers for at most that long what is due; the rest stays in the outbox. */
  async close(withinMs: number): Promise<void> {
    await Promise.all([...this.#deliveries.values()].map((delivery) => delivery.close(withinMs)));
  }

  #open(entries: readonly OutboxEntry[]): void {
    for (const channel of this.#settings.channels) {
      if (this.#deliveries.has(channel.name)) continue;
      this.#deliveries.set(channel.name, new Delivery(channel, leftFor(channel, entries), this.#options));
    }
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
  #entries(nowMs: number): readonly OutboxEntry[] {
    try {
      return this.#options.outbox.entries(nowMs);
    } catch (error) {
      this.#options.complain(`alerts that an earlier run left cannot be read: ${messageOf(error)}`);
      return [];
    }
  }
}

/** An alert has an entry per channel. */
const distinct = (entries: readonly OutboxEntry[]): readonly { alert: Alert; dueMs: number }[] => [
  ...new Map(entries.map(({ alert, dueMs }) => [alert.id, { alert, dueMs }])).values(),
];
