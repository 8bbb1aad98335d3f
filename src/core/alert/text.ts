/** An alert in two or three lines for people: what, why, where. */
import { printable } from "../mask.ts";
import { remedy } from "../remedy.ts";
import { count } from "../wording.ts";
import type { Alert, AlertFacts, Place } from "./alert.ts";

/** How a channel shows names and what matters most. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly code: (text: string) => string;
}

const MOST_PATH = 200;

export function alertText(alert: Alert, place: Place, style: Style): string {
  const where = `on ${style.code(printable(place.host, MOST_PATH))}, project ${style.code(printable(place.project, MOST_PATH))}`;
  const lines = [...what(alert.facts, style), `bun-watchdog ${where}${more(alert)}`];
  return lines.join("\n");
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
      if (alive > 0)
        return [
          `${strong("Not stopped:")} ${name}; ${alive} of ${targets} not dead: ${survivors(facts)}${rest}`,
          why,
        ];
      const all = targets === 1 ? "it is dead" : `all ${targets} processes of it are dead`;
      return [`${strong("Stopped")} ${name}; ${all}${rest}`, why];
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
