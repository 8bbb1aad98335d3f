/** A way to somebody: one delivery at a time, whatever is behind it. */
import type { Alert } from "../../core/plan/alert.ts";
import type { ChannelAnswer } from "../decide/answer.ts";

export const CHANNELS = ["webhook", "command"] as const;
export type ChannelName = (typeof CHANNELS)[number];

export interface Channel {
  readonly name: ChannelName;
  /** Shown to people; without secrets. */
  readonly title: string;
  /** Deliveries of one alert before it is given up; the time limit of all alerts holds besides. */
  readonly mostAttempts: number;
  /** Never rejects for what a receiver may do, and ends soon after `signal` aborts. */
  deliver(alert: Alert, signal: AbortSignal): Promise<ChannelAnswer>;
}

/** Long enough for a slow receiver; Slack's own answers take less than a second. */
export const DELIVERY_MS = 30_000;
