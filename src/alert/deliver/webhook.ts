/** Alerts by HTTP POST, as Slack's incoming webhooks take them. The address is a secret and appears in no message. */
import type { AlertPlace } from "../../core/plan/alert.ts";
import { answerOf, retry, type ChannelAnswer } from "../decide/answer.ts";
import { webhookPayload } from "../decide/payload.ts";
import { codeOf } from "../../text/system-error.ts";
import { DELIVERY_MS, type Channel } from "./channel.ts";

interface WebhookOptions {
  readonly address: string;
  readonly title: string;
  readonly place: AlertPlace;
  readonly nowMs: () => number;
  readonly deliveryMs?: number;
}

/** Of an answer; more is not read. */
const MOST_ANSWER_BYTES = 1_024;

/**
 * Redirects are not followed. A connection per delivery: alerts are rare, and a kept one that the receiver has closed
 * meanwhile would be repeated by fetch itself. What breaks before an answer is repeated with the same
 * Idempotency-Key (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 */
export function openWebhook(options: WebhookOptions): Channel {
  const { address, title, place, nowMs, deliveryMs = DELIVERY_MS } = options;
  return {
    name: "webhook",
    title,
    mostAttempts: Infinity,
    deliver: async (alert, signal) => {
      try {
        const response = await fetch(address, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "Idempotency-Key": alert.id,
            "User-Agent": "bun-watchdog",
          },
          body: JSON.stringify(webhookPayload(alert, place)),
          redirect: "manual",
          keepalive: false,
          decompress: false,
          signal: AbortSignal.any([signal, AbortSignal.timeout(deliveryMs)]),
        });
        return await read(response, nowMs());
      } catch (error) {
        return retry(signal.aborted ? "interrupted" : reasonOf(error, deliveryMs));
      }
    },
  };
}

async function read(response: Response, nowMs: number): Promise<ChannelAnswer> {
  const { status, headers } = response;
  const word = status >= 400 ? wordOf(await firstOf(response)) : null;
  if (response.body !== null && !response.body.locked) await response.body.cancel();
  return answerOf(status, headers.get("retry-after"), nowMs, word);
}

/** The first bytes of the answer's text, however long it is. */
async function firstOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value?.subarray(0, MOST_ANSWER_BYTES));
}

/** A code word such as `no_service`, and nothing else: what a receiver says could repeat the address. */
const wordOf = (text: string): string | null =>
  /^[a-z]+(?:_[a-z]+){1,8}$/.test(text.trim()) ? text.trim() : null;

/** The error's code alone: Bun's messages end with the address. */
function reasonOf(error: unknown, deliveryMs: number): string {
  if (error instanceof Error && error.name === "TimeoutError")
    return `no answer within ${deliveryMs / 1_000} s`;
  const code = codeOf(error);
  if (code === null) return "no connection";
  return WORDS[code] ?? `no connection (${code})`;
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused (ECONNREFUSED)",
  ECONNRESET: "the connection broke before an answer (ECONNRESET)",
  ENOTFOUND: "the host's name is not found (ENOTFOUND)",
  Malformed_HTTP_Response: "what answers is not a web server",
};
