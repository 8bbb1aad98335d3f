/** Words what the monitor says in the foreground: a line per event; the log has the whole. */
import type { Named, WatchdogEvent } from "../core/plan/event.ts";
import { isDead, type TargetOutcome } from "../core/plan/outcome.ts";
import { withRemedy } from "../core/plan/remedy.ts";
import { renderEvent, type Level } from "../record/render-event.ts";
import { formatTime } from "../text/duration.ts";
import { shortCommand, shortenPaths } from "./command-name.ts";
import { describeOutcome } from "./describe-outcome.ts";
import { type Note, wrap } from "./notes.ts";
import { dim, green, lineWidth, plain, plural, red, yellow } from "../text/style.ts";

type Line = Pick<Note, "text" | "paint">;

const PAINT: Record<Level, Line["paint"]> = { error: red, warn: yellow, info: plain, debug: dim };

/** The longest of: stopping, stopped, survived, left alone, suspect. */
const WORD = 10;
/** "14:03:59  " */
const TIME = 10;

/** On a terminal paths are shortened where the line would not fit. */
function about(paint: Line["paint"], word: string, { id, command }: Named, what: string): Line {
  const named = (name: string): string => `${word.padEnd(WORD)}  ${id.pid}  ${name}: ${what}`;
  const whole = named(shortCommand(command));
  const fits = TIME + whole.length <= lineWidth();
  return { paint, text: fits ? whole : named(shortenPaths(shortCommand(command))) };
}

function ending(victim: Named, outcomes: readonly TargetOutcome[]): Line {
  const alive = outcomes.filter(({ result }) => !isDead(result));
  if (alive.length > 0) {
    const each = alive.map(({ id, result }) => `${id.pid} ${describeOutcome(result)}`);
    return about(red, "survived", victim, each.join(", "));
  }
  const signals = [...new Set(outcomes.flatMap((outcome) => outcome.signals))].join(", ");
  const gone = outcomes.length === 1 ? "gone" : `all ${plural(outcomes.length, "process", "processes")} gone`;
  return about(green, "stopped", victim, signals === "" ? gone : `${gone} (${signals})`);
}

function lineOf(event: WatchdogEvent): Line | null {
  switch (event.type) {
    // the first screen has said it
    case "started":
      return null;
    case "intent":
      return about(yellow, "stopping", event.victim, withRemedy(event));
    case "outcome":
      return ending(event.victim, event.outcomes);
    case "held-back":
      return about(plain, "left alone", event.victim, `${event.evidence}; ${event.because}`);
    case "suspect":
      return about(plain, "suspect", event.victim, event.evidence);
    case "stopped":
    case "freezing":
    case "thawed":
    case "breaker":
    case "config-changed":
    case "config-rejected":
    case "maintenance":
    case "trouble": {
      const { level, text } = renderEvent(event);
      return level === "debug" ? null : { text, paint: PAINT[level] };
    }
  }
}

/** The local time and what happened, wrapped on a terminal; null for what only the log needs. */
export function describeEvent(event: WatchdogEvent): string | null {
  const line = lineOf(event);
  if (line === null) return null;
  const width = process.stdout.isTTY ? lineWidth() - TIME : Infinity;
  const hanging = WORD + 2;
  const [first = "", ...rest] = wrap(line.text, width, hanging);
  const indent = " ".repeat(TIME + hanging);
  return [`${dim(formatTime(event.atMs))}  ${line.paint(first)}`, ...rest.map((more) => indent + more)].join(
    "\n",
  );
}
