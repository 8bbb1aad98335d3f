/** Makes what receivers get: JSON for a webhook, and the same facts for a command. */
import { printable } from "../../text/mask.ts";
import type { Alert, AlertPlace, AlertFacts } from "../../core/plan/alert.ts";
import { remedy } from "../../core/plan/remedy.ts";
import { count } from "../../text/wording.ts";

/** Of a message; Slack cuts at 40,000 and shows a "more" far earlier. */
const MOST_TEXT = 3_000;

/** Ours, in one flat object of texts, numbers and lists of objects: what Slack's message metadata can hold. */
type AlertFields = Readonly<
  Record<string, string | number | readonly Readonly<Record<string, string | number>>[]>
>;

function alertFields({ id, reason, atMs, facts, repeats, omitted }: Alert, place: AlertPlace): AlertFields {
  const about = { id, reason, at: new Date(atMs).toISOString(), ...place, repeats, omitted };
  switch (facts.kind) {
    case "step": {
      const { kind: _, folder: __, evidence, ...rest } = facts;
      const outcomes = rest.outcomes.map(({ pid, outcome, became }) => ({ pid, outcome, became }));
      return { ...about, ...rest, ...(evidence !== null && { evidence }), outcomes };
    }
    case "breaker":
      return { ...about, killsLastMinute: facts.killsLastMinute };
    case "config":
      return { ...about, config: facts.path, problem: facts.problem };
    case "test":
      return about;
  }
}

/**
 * A Slack incoming webhook takes `text`, and `metadata` for programs
 * (https://docs.slack.dev/messaging/message-metadata, `IncomingWebhookSendArguments` of @slack/webhook): no key of our
 * own beside them that a strict receiver could refuse.
 */
export const webhookPayload = (alert: Alert, place: AlertPlace): Readonly<Record<string, unknown>> => ({
  text: slackText(alert, place),
  metadata: { event_type: "bun_watchdog_alert", event_payload: alertFields(alert, place) },
});

/** One object with everything, the text unadorned. */
export const commandPayload = (alert: Alert, place: AlertPlace): Readonly<Record<string, unknown>> => ({
  schemaVersion: 1,
  text: plainText(alert, place),
  ...alertFields(alert, place),
});

const PLAIN: Style = { strong: (text) => text, code: (text) => text };

export const plainText = (alert: Alert, place: AlertPlace): string => alertText(alert, place, PLAIN);

/** A backtick would end the code; it becomes what looks like one. */
const SLACK: Style = {
  strong: (text) => `*${text}*`,
  code: (text) => `\`${text.replaceAll("`", "ˋ")}\``,
};

export const slackText = (alert: Alert, place: AlertPlace): string =>
  escapeSlack(alertText(alert, place, SLACK));

/** The three characters that mean something to Slack: `<!channel>` in a command line must not wake everybody. */
export const escapeSlack = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** How a channel shows names and what matters most. */
type Style = Readonly<Record<"strong" | "code", (text: string) => string>>;

const MOST_PATH = 200;

/** An alert in two or three lines for people: what, why, where. */
function alertText(alert: Alert, place: AlertPlace, style: Style): string {
  const [host, project] = [place.host, place.project].map((name) => style.code(printable(name, MOST_PATH)));
  const where = `bun-watchdog on ${host}, project ${project}${more(alert)}`;
  return [...what(alert.facts, style), where].map((line) => printable(line, MOST_TEXT / 3)).join("\n");
}

function what(facts: AlertFacts, { strong, code }: Style): readonly string[] {
  switch (facts.kind) {
    case "step": {
      const { pid, command, rule, evidence, folder, targets, alive, left } = facts;
      const where = folder === null ? "" : `; it worked in ${code(folder)}`;
      const change = remedy({ rule, evidence: evidence ?? "" });
      const why = `Why: ${rule}${evidence === null ? "" : `: ${evidence}`}${where}${change === null ? "" : `; ${change}`}`;
      const name = `${code(command)} (pid ${pid})`;
      const rest = left === 0 ? "" : `; ${left} below it left running`;
      const all = targets === 1 ? "it is dead" : `all ${targets} processes of it are dead`;
      const living = `${alive} of ${targets} not dead: ${survivors(facts)}`;
      const [word, end] = alive > 0 ? ["Not stopped:", living] : ["Stopped", all];
      return [`${strong(word)} ${name}; ${end}${rest}`, why];
    }
    case "breaker":
      return [
        `${strong("Breaker open:")} ${facts.killsLastMinute} stopped within a minute; only observing until a minute passes without one`,
        `A limit is more likely wrong than all of these. See: ${code("bun-watchdog status")}`,
      ];
    case "config":
      return [
        `${strong("Configuration rejected:")} ${code(facts.path)}; the last good one stays in force`,
        facts.problem,
      ];
    case "test":
      return [`${strong("Test:")} alerts of bun-watchdog arrive here`];
  }
}

function survivors({ outcomes, alive }: AlertFacts & { readonly kind: "step" }): string {
  const named = outcomes.slice(0, alive).map(({ pid, became }) => `pid ${pid} ${became}`);
  return `${named.join("; ")}${alive > named.length ? ` and ${alive - named.length} more` : ""}`;
}

function more({ repeats, omitted }: Alert): string {
  const again = repeats === 0 ? "" : `; ${count(repeats, "more time")} since the last alert about it`;
  const over = omitted === 0 ? "" : `; ${count(omitted, "other alert")} beyond the hourly limit not sent`;
  return again + over;
}
