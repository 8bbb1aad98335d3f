/** Makes what receivers get: JSON for a webhook, and the same facts for a command. */
import { printable } from "../mask.ts";
import type { Alert, Place } from "./alert.ts";
import { alertText, type Style } from "./text.ts";

/** Of a message; Slack cuts at 40,000 and shows a "more" far earlier. */
const MOST_TEXT = 3_000;

/** Ours, in one flat object of texts, numbers and lists of objects: what Slack's message metadata can hold. */
type AlertFields = Readonly<
  Record<string, string | number | readonly Readonly<Record<string, string | number>>[]>
>;

function alertFields(alert: Alert, place: Place): AlertFields {
  const { facts } = alert;
  return {
    id: alert.id,
    reason: alert.reason,
    at: new Date(alert.atMs).toISOString(),
    host: place.host,
    project: place.project,
    repeats: alert.repeats,
    omitted: alert.omitted,
    ...(facts.kind === "step" && {
      pid: facts.pid,
      command: facts.command,
      rule: facts.rule,
      ...(facts.evidence !== null && { evidence: facts.evidence }),
      targets: facts.targets,
      alive: facts.alive,
      outcomes: facts.outcomes.map(({ pid, outcome, became }) => ({ pid, outcome, became })),
      left: facts.left,
    }),
    ...(facts.kind === "breaker" && { killsLastMinute: facts.killsLastMinute }),
    ...(facts.kind === "config" && { config: facts.path, problem: facts.problem }),
  };
}

/**
 * A Slack incoming webhook takes `text`, and `metadata` for programs
 * (https://docs.slack.dev/messaging/message-metadata, `IncomingWebhookSendArguments` of @slack/webhook): no key of our
 * own beside them that a strict receiver could refuse.
 */
export const webhookPayload = (alert: Alert, place: Place): Readonly<Record<string, unknown>> => ({
  text: slackText(alert, place),
  metadata: { event_type: "bun_watchdog_alert", event_payload: alertFields(alert, place) },
});

/** One object with everything, the text unadorned. */
export const commandPayload = (alert: Alert, place: Place): Readonly<Record<string, unknown>> => ({
  schemaVersion: 1,
  text: plainText(alert, place),
  ...alertFields(alert, place),
});

const PLAIN: Style = { strong: (text) => text, code: (text) => text };

export const plainText = (alert: Alert, place: Place): string => bounded(alertText(alert, place, PLAIN));

/** A backtick would end the code; it becomes what looks like one. */
const SLACK: Style = {
  strong: (text) => `*${text}*`,
  code: (text) => `\`${text.replaceAll("`", "ˋ")}\``,
};

export const slackText = (alert: Alert, place: Place): string =>
  escapeSlack(bounded(alertText(alert, place, SLACK)));

/** The three characters that mean something to Slack: `<!channel>` in a command line must not wake everybody. */
export const escapeSlack = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const bounded = (text: string): string =>
  text
    .split("\n")
    .map((line) => printable(line, MOST_TEXT / 3))
    .join("\n");
