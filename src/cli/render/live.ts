/** What the monitor says in the foreground: who it watches first, then a line per event. */
import { join } from "node:path";
import pkg from "../../../package.json" with { type: "json" };
import type { Loaded } from "../../config/load.ts";
import type { Named, WatchdogEvent } from "../../core/event.ts";
import { isDead, type TargetOutcome } from "../../core/outcome.ts";
import { duration } from "../../core/wording.ts";
import type { Watcher } from "../../monitor/watcher.ts";
import { LOG_FILE } from "../../record/log-files.ts";
import { renderEvent, type Level } from "../../record/render-event.ts";
import { formatTime } from "../duration.ts";
import { shortCommand, shortenPaths, shortPath } from "./command-name.ts";
import { describeOutcome } from "./describe-outcome.ts";
import { renderJudgement } from "./judgement.ts";
import { howToEnforce, limitsInWords, SCOPES } from "./limits.ts";
import { bold, dim, green, lineWidth, plain, plural, red, yellow } from "./style.ts";

const PAINT: Record<Level, (text: string) => string> = { error: red, warn: yellow, info: plain, debug: dim };

/** The longest of: stopping, stopped, survived, left alone, suspect. */
const WORD = 10;
/** "14:03:59  " */
const TIME = 10;

/** Fits in one line where the paths in it can be shortened; the log has the whole. */
function about(word: string, { id, command }: Named, text: string): string {
  const named = (name: string): string => `${word.padEnd(WORD)}  ${id.pid}  ${name}: ${text}`;
  const whole = named(shortCommand(command));
  return TIME + whole.length <= lineWidth() ? whole : named(shortenPaths(shortCommand(command)));
}

function ending(victim: Named, outcomes: readonly TargetOutcome[]): string {
  const alive = outcomes.filter(({ result }) => !isDead(result));
  if (alive.length > 0) {
    const each = alive.map(({ id, result }) => `${id.pid} ${describeOutcome(result)}`);
    return red(about("survived", victim, each.join(", ")));
  }
  const signals = [...new Set(outcomes.flatMap((outcome) => outcome.signals))].join(", ");
  const gone = outcomes.length === 1 ? "gone" : `all ${plural(outcomes.length, "process", "processes")} gone`;
  return green(about("stopped", victim, signals === "" ? gone : `${gone} (${signals})`));
}

/** Null for what only the log needs. */
function line(event: WatchdogEvent): string | null {
  switch (event.type) {
    case "started":
      return null;
    case "intent":
      return yellow(about("stopping", event.victim, event.evidence));
    case "outcome":
      return ending(event.victim, event.outcomes);
    case "held-back":
      return about("left alone", event.victim, `${event.evidence}; ${event.because}`);
    case "suspect":
      return about("suspect", event.victim, event.evidence);
    case "stopped":
    case "reprieve":
    case "freezing":
    case "thawed":
    case "breaker":
    case "config-changed":
    case "config-rejected":
    case "trouble": {
      const { level, text } = renderEvent(event);
      return level === "debug" ? null : PAINT[level](text);
    }
  }
}

/** One line with the local time; null for what only the log needs. */
export function describeEvent(event: WatchdogEvent): string | null {
  const text = line(event);
  return text === null ? null : `${dim(formatTime(event.atMs))}  ${text}`;
}

/** The screen a first `npm start` shows. */
export function welcome(watcher: Watcher, loaded: Loaded): string {
  const { policy } = watcher;
  const enforces = policy.mode === "enforce";
  const { judgement } = watcher.look({ kind: "monitor", full: true });
  const log = shortPath(join(loaded.logDirectory, LOG_FILE));
  return [
    `${bold(`bun-watchdog ${pkg.version}`)} watches ${SCOPES[policy.scope]}, every ${duration(policy.intervalMs)},`,
    `and ${enforces ? "stops" : "only reports"} what goes over a limit. Ctrl-C ends it.`,
    "",
    `Limits: ${limitsInWords(policy)}`,
    ...(enforces ? [] : [yellow(`Observing: ${howToEnforce(loaded.path)}.`)]),
    dim(`Configuration: ${loaded.path === null ? "none" : shortPath(loaded.path)}`),
    dim(`Log: ${log}`),
    "",
    renderJudgement(judgement, policy),
    "",
  ].join("\n");
}
