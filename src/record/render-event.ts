/** An event as one line for people. Names that processes chose themselves are made harmless here. */
import type { Named, WatchdogEvent } from "../core/plan/event.ts";
import { printable } from "../text/mask.ts";
import { isDead, type Outcome, type TargetOutcome } from "../core/plan/outcome.ts";
import { withRemedy } from "../core/plan/remedy.ts";
import type { StopRule } from "../core/plan/cause.ts";

/** Most important first: winston's npm levels that are in use. */
export const LEVELS = ["error", "warn", "info", "debug"] as const;
export type Level = (typeof LEVELS)[number];

export interface LogEntry {
  readonly level: Level;
  readonly text: string;
}

const MOST_COMMAND_CHARACTERS = 200;
/** One line stays readable, and cannot fill the disk: a victim may have thousands of descendants. */
const MOST_LINE_CHARACTERS = 2_000;
const MOST_NAMED = 20;

export function renderEvent(event: WatchdogEvent): LogEntry {
  const { level, text } = render(event);
  return { level, text: printable(text, MOST_LINE_CHARACTERS) };
}

function render(event: WatchdogEvent): LogEntry {
  switch (event.type) {
    case "started": {
      const config = event.config === null ? "no configuration file" : `configuration ${event.config}`;
      return entry(
        "info",
        `monitor started, pid ${event.pid}, mode ${event.mode}, scope ${event.scope}, ${config}`,
      );
    }
    case "stopped":
      return entry("info", `monitor stopped, pid ${event.pid}: ${event.reason}`);
    case "suspect":
      return entry("info", `suspect: ${about(event)}`);
    case "intent":
      return entry(
        "warn",
        `stopping ${about({ ...event, evidence: withRemedy(event) })}${folder(event)}; ${event.signal} first, ${targets(event.targets)} [${event.stepId}]`,
      );
    case "freezing":
      return entry("debug", `freezing ${targets(event.targets)} [${event.stepId}]`);
    case "outcome":
      return renderOutcome(event);
    case "thawed":
      return entry("warn", `continued what an earlier run had frozen: ${targets(event.targets)}`);
    case "held-back":
      return entry("info", `not stopped: ${about(event)}; ${event.because}`);
    case "breaker":
      return event.open
        ? entry(
            "error",
            `breaker open: ${event.killsLastMinute} stopped in the last minute; only observing now`,
          )
        : entry(
            "warn",
            `breaker closed: enforcing again (${event.killsLastMinute} stopped in the last minute)`,
          );
    case "config-changed":
      return entry("info", `configuration ${event.path} changed and is in force`);
    case "config-rejected":
      return entry(
        "error",
        `configuration ${event.path} rejected, the last good one stays in force: ${event.problem}`,
      );
    case "maintenance":
      return entry("info", event.text);
    case "trouble":
      return entry("error", event.what);
  }
}

function renderOutcome(event: WatchdogEvent & { readonly type: "outcome" }): LogEntry {
  const alive = event.outcomes.filter(({ result }) => !isDead(result));
  const dead = event.outcomes.length - alive.length;
  const why = NO_LIMIT[event.rule] ?? `over ${event.rule}`;
  const subject = `${name(event.victim)}: ${why}`;
  const left = event.left.length === 0 ? "" : `; left running: ${names(event.left)}`;
  if (alive.length === 0) {
    const each = list(event.outcomes.map(settled));
    return entry("info", `stopped ${subject}; nothing of it is left: ${each}${left} [${event.stepId}]`);
  }
  const each = list(alive.map(settled));
  return entry(
    "error",
    `not all stopped: ${subject}; ${dead} dead, ${alive.length} not: ${each}${left} [${event.stepId}]`,
  );
}

/** Rules that no limit stands behind. */
const NO_LIMIT: Partial<Readonly<Record<StopRule, string>>> = {
  manual: "as was asked for",
  request: "as was asked for",
  leftover: "left over by its job",
};

const entry = (level: Level, text: string): LogEntry => ({ level, text });

const about = (event: {
  readonly victim: Named;
  readonly rule: StopRule;
  readonly evidence: string;
}): string => `${name(event.victim)}: ${event.rule}: ${event.evidence}`;

const processName = (pid: number, command: string): string =>
  `pid ${pid} (${printable(command, MOST_COMMAND_CHARACTERS)})`;

/** The same command may run in many folders. */
const folder = ({ cwd }: { readonly cwd: string | null }): string =>
  cwd === null ? "" : `; it worked in ${cwd}`;

const name = ({ id, command }: Named): string => processName(id.pid, command);

const names = (all: readonly Named[]): string => list(all.map(name));

const targets = (all: readonly Named[]): string =>
  all.length === 1 ? names(all) : `${all.length} processes: ${names(all)}`;

const list = (parts: readonly string[]): string =>
  parts.length <= MOST_NAMED
    ? parts.join(", ")
    : `${parts.slice(0, MOST_NAMED).join(", ")} and ${parts.length - MOST_NAMED} more`;

const settled = ({ id, result, signals, tookMs }: TargetOutcome): string =>
  `pid ${id.pid} ${describe(result)}${signals.length === 0 ? "" : ` by ${signals.join(" ")}`} after ${Math.round(tookMs)} ms`;

function describe(result: Outcome): string {
  switch (result.outcome) {
    case "gone":
      return "gone";
    case "zombie":
      if (result.tracer !== undefined)
        return `zombie (${processName(result.tracer, result.tracerCommand ?? "a debugger")}, which traces it, has to take note first)`;
      return `zombie (its parent ${processName(result.parent, result.parentCommand)} has to reap it)`;
    case "uninterruptible":
      return `uninterruptible in ${printable(result.where, MOST_COMMAND_CHARACTERS)}, SIGKILL is pending`;
    case "not-permitted":
      return result.uid === null ? "not permitted" : `not permitted (user ${result.uid})`;
    case "identity-changed":
      return result.as === undefined
        ? "is another process now, nothing was sent"
        : `lives on as another program: ${printable(result.as, MOST_COMMAND_CHARACTERS)}`;
    case "survived":
      return "survived";
    case "respawned":
      return `respawned as pid ${result.pid} by ${processName(result.by, result.byCommand)}`;
  }
}

/** Beyond this no calendar goes (ECMA-262, 21.4.1.1), and toISOString throws. */
const LAST_DATE_MS = 8.64e15;

export const iso = (atMs: number): string =>
  Math.abs(atMs) <= LAST_DATE_MS ? new Date(atMs).toISOString() : String(atMs);
