/** Says what a delivery came to, and what follows. */
import { pauseAfter } from "../../text/back-off.ts";

export type ChannelAnswer =
  | { readonly result: "sent" }
  /** Not now. `afterMs`: how long the receiver asks to be left alone; null = it does not say. */
  | { readonly result: "retry"; readonly why: string; readonly afterMs: number | null }
  /** Never: the same again would be answered the same. */
  | { readonly result: "refused"; readonly why: string };

export const retry = (why: string, afterMs: number | null = null): ChannelAnswer => ({
  result: "retry",
  why,
  afterMs,
});
export const refused = (why: string): ChannelAnswer => ({ result: "refused", why });

/** RFC 9110 and RFC 6585: the ones of 4xx that pass. */
const PASSING = new Set([408, 425, 429]);

const HINTS: Readonly<Record<number, string>> = {
  400: "the receiver does not take this form; it must be one for Slack's incoming webhooks",
  401: "the address is not authorised any more; make a new one",
  403: "the address may not post there; make a new one",
  404: "there is no such address any more; make a new one",
  410: "its channel is gone or archived; make a new one",
};

/** By the status of an answer. `word`: a short code of the receiver's own, such as Slack's `no_service`. */
export function answerOf(
  status: number,
  retryAfter: string | null,
  nowMs: number,
  word: string | null = null,
): ChannelAnswer {
  const said = `HTTP ${status}${word === null ? "" : ` ${word}`}`;
  if (status >= 200 && status < 300) return { result: "sent" };
  if (status >= 500 || PASSING.has(status)) return retry(said, retryAfterMs(retryAfter, nowMs));
  const redirects = "it redirects, and an alert is carried nowhere else; configure the final address";
  const hint = HINTS[status] ?? (status < 400 ? redirects : "the receiver does not take it");
  return refused(`${said}: ${hint}`);
}

/** Retry-After is seconds or a date (RFC 9110, 10.2.3); null for neither. */
export function retryAfterMs(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  const isSeconds = /^\d{1,9}$/.test(text.trim());
  // Date.parse takes anything, "-5" for a year
  const isDate = /^[A-Z][a-z]{2}, .{1,40} GMT$/.test(text.trim());
  const ms = isSeconds ? Number(text) * 1_000 : isDate ? Date.parse(text) - nowMs : NaN;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), GIVE_UP_MS);
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 600_000;

/** After this long an alert is news no more. */
export const GIVE_UP_MS = 24 * 3_600_000;

/**
 * How long to wait after the `failures`-th failure in a row: doubles, at most ten minutes, half of it at random
 * (0 ≤ `random` < 1), so that many machines do not come back together.
 */
export function pauseMs(failures: number, random: number): number {
  const pause = pauseAfter(failures - 1, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  return Math.round(pause / 2 + (pause / 2) * random);
}
