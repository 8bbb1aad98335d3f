/**
 * Which commands a limit is too tight for. A run that was stopped does not say how long it would have taken; the runs
 * that ended by themselves do. Where those come near the limit, it cuts into what is healthy; where they stay far below
 * it, what was stopped hung or leaked, and the limit did its work.
 */
import type { Policy, Rule } from "../../../core/judge/policy.ts";
import { count } from "../../../text/wording.ts";
import type { Pressed, Advice, SuggestedRule } from "../period.ts";
import { type Measure, quantile } from "./general.ts";
import { isWithin } from "../../../core/judge/match.ts";
import { fits } from "../../../text/pattern/fits.ts";
import { MASK } from "../../../text/mask.ts";

/** Once may be anything. */
const REPEATEDLY = 2;
/** Fewer say nothing about how a command usually goes. */
export const FEWEST_SAMPLES = 8;
/** Of the limit; a 95th percentile above it is near. */
const NEAR = 0.8;
/** A single outlier must not stretch a limit: what is counted as healthy goes up to this multiple of the 95th percentile. */
const OUTLIER = 3;
const MORE_ROOM = 1.5;
/** More than a tenth was stopped: how far beyond the limit it reaches is anyone's guess, so the step is longer. */
const MUCH_MORE_ROOM = 2;
const OFTEN = 0.1;

export interface TightContext {
  readonly policy: Pick<Policy, "limits" | "rules" | "projectRoot"> & { readonly home: string | null };
  readonly measure: Measure;
  /** More than this is not suggested, in the rule's unit; null = no bound. */
  readonly most: { readonly value: number; readonly because: string } | null;
}

/** At most one piece of advice per command; commands that need none are not in it. */
export const tightCommands = (pressed: readonly Pressed[], context: TightContext): readonly Advice[] =>
  pressed.flatMap((each) => adviseOne(each, context) ?? []);

function adviseOne(pressed: Pressed, context: TightContext): Advice | null {
  const { policy, measure, most } = context;
  const { command, project, stops, samples, limit } = pressed;
  if (!stillInForce(policy, pressed, measure.inForce)) return null;
  const beyond = samples.filter((value) => value > limit).length;
  if (stops + beyond < REPEATEDLY) return null;
  const p95 = quantile(samples, 0.95) ?? 0;
  const highest = samples.at(-1) ?? 0;
  const what = [
    ...(stops > 0 ? [`stopped ${count(stops, "time")}`] : []),
    ...(beyond > 0 ? [`went over it ${count(beyond, "time")} unstopped`] : []),
  ];
  const stopped = `${what.join(" and ")} at its limit of ${measure.say(limit)}`;
  const numbers = numbersOf(pressed, measure);
  const advice = { limit: measure.limit, command, project, current: measure.inFile(limit), numbers };
  if (samples.length < FEWEST_SAMPLES) {
    const only = `only ${measure.samples(samples.length)} ended without that`;
    const few = samples.length === 0 ? "no other ended by itself" : only;
    const evidence = `${stopped}, and ${few}: whether it needs more or never ends cannot be told`;
    return { ...advice, finding: "not-enough-data", suggestion: null, evidence };
  }
  if (p95 <= NEAR * limit) return null;
  const often = stops / (stops + samples.length) > OFTEN;
  const healthy = Math.max(stops > 0 ? limit : 0, Math.min(highest, OUTLIER * p95));
  const value = healthy * (often ? MUCH_MORE_ROOM : MORE_ROOM);
  const near = `95 % of the ${measure.samples(samples.length)} that ended by themselves stayed below ${measure.say(p95)}, the ${measure.highest} was ${measure.say(highest)}`;
  const evidence = `${stopped}; ${near}`;
  if (most !== null && value > most.value)
    return { ...advice, finding: "too-tight", suggestion: null, evidence: `${evidence}; ${most.because}` };
  const suggestion = { kind: "rule", rule: ruleFor(pressed, measure.rounded(value), context) } as const;
  return { ...advice, finding: "too-tight", suggestion, evidence };
}

function numbersOf({ stops, samples, limit, otherwiseBad }: Pressed, { unit }: Measure): Advice["numbers"] {
  const shares = { p50: 0.5, p95: 0.95, p99: 0.99, highest: 1 };
  const named = Object.entries(shares).flatMap(([name, share]) => {
    const value = quantile(samples, share);
    return value === null ? [] : [[`${name}${unit}`, value] as const];
  });
  const counts = { stops, otherwiseBad, endedByThemselves: samples.length, [`limit${unit}`]: limit };
  return { ...counts, ...Object.fromEntries(named) };
}

const MOST_NAME_CHARACTERS = 60;

function ruleFor(
  { command, project }: Pressed,
  value: number,
  { policy, measure }: TightContext,
): SuggestedRule {
  const name =
    command.length > MOST_NAME_CHARACTERS ? `${command.slice(0, MOST_NAME_CHARACTERS - 1)}…` : command;
  const where = project === null ? {} : { cwd: directory(project, policy) };
  return { name, match: { command: commandPattern(command), ...where }, [measure.key]: value };
}

/** As the file may say it: "." and "~" stay true in another checkout, or for another account. */
function directory(project: string, { projectRoot, home }: TightContext["policy"]): string {
  if (project === projectRoot) return ".";
  return home !== null && project.startsWith(`${home}/`) ? `~${project.slice(home.length)}` : project;
}

/**
 * Whether a limit that stopped something still is that command's limit: what a person has changed since needs no advice.
 * Some conditions (listening, foreground, …) cannot be looked up afterwards: a rule that has them may or may not hold.
 */
function stillInForce(
  { limits, rules }: Pick<Policy, "limits" | "rules">,
  pressed: Pick<Pressed, "command" | "project" | "limit">,
  key: Measure["inForce"],
): boolean {
  const possible: (number | null | undefined)[] = [];
  for (const rule of rules) {
    if (rule.limits[key] === undefined) continue;
    const answer = holds(rule, pressed);
    if (answer === false) continue;
    possible.push(rule.limits[key]);
    if (answer === true) return possible.includes(pressed.limit);
  }
  return [...possible, limits[key]].includes(pressed.limit);
}

/** null = cannot be told. */
function holds({ match }: Rule, { command, project }: Pick<Pressed, "command" | "project">): boolean | null {
  const { command: expression, cwd, ...others } = match;
  const fitting = expression === undefined ? true : fits(expression, command);
  if (fitting === false) return false;
  if (cwd !== undefined && project !== null && !isWithin(project, cwd)) return false;
  const isOpen =
    fitting === null || (cwd !== undefined && project === null) || Object.keys(others).length > 0;
  return isOpen ? null : true;
}

/** What the history shows in place of something else: a masked secret, an escaped or broken character. */
const REPLACED = /(\*\*\*|\\x[\da-f]{2}|\\u[\da-f]{4}|\\[nrt]|\uFFFD)/u;
const ANYTHING = String.raw`[\s\S]`;
/** `commandLine` (mask.ts) cuts here; a literal character takes two at most. */
const MOST_COMMAND_CHARACTERS = 400;
/** The schema takes 1,000. */
const MOST_CHARACTERS = 990;

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);

/**
 * Found in `argv.join(" ")` of that command (core/judge/match.ts). `command` is ProcessSample.command: masked, made printable
 * and perhaps cut, so what stands for something else matches anything.
 */
export function commandPattern(command: string): string {
  const line = command.slice(0, MOST_COMMAND_CHARACTERS);
  const isCut = line !== command || line.endsWith("…");
  // where the program lies does not matter: an update of Bun, or another machine, has it elsewhere
  const words = line.replace(/…$/u, "").replace(/^[^\s]*\/(?=[^/\s])/u, "");
  let pattern = "(^|/)";
  // split with a group: what is replaced stands at the odd places
  for (const [at, piece] of words.split(REPLACED).entries()) {
    const instead = piece === MASK ? `${ANYTHING}+` : `${ANYTHING}{1,6}`;
    const next = at % 2 === 0 ? escaped(piece) : instead;
    if (pattern.length + next.length > MOST_CHARACTERS) return pattern;
    pattern += next;
  }
  return isCut ? pattern : `${pattern}$`;
}
