/** Whether a rule or a protection means a job. Judged over the whole job, non-Bun members included. */
import type { History } from "./history.ts";
import type { Job } from "./job.ts";
import type { Match } from "./policy.ts";
import { processKey, type Listener, type ProcessSample } from "./process.ts";
import { namesOf } from "./script.ts";

/** null = cannot be told: what it hangs on could not be read. */
export type Answer = boolean | null;

/** The cheap ones first. */
const CONDITIONS = [
  "orphaned",
  "parentAlive",
  "foreground",
  "kind",
  "notKind",
  "cwd",
  "listening",
  "name",
  "args",
  "command",
] as const satisfies readonly (keyof Match)[];

/** Every condition given must hold: one that does not decides; else one that cannot be told does. */
export function matches(match: Match, job: Job, history: History): Answer {
  let answer: Answer = true;
  for (const condition of CONDITIONS) {
    const found = holds(condition, match, job, history);
    if (found === false) return false;
    if (found === null) answer = null;
  }
  return answer;
}

function holds(condition: keyof Match, match: Match, job: Job, history: History): Answer {
  const wanted = match[condition];
  if (wanted === undefined) return true;
  switch (condition) {
    case "kind":
      return job.members.some(({ kind }) => match.kind?.includes(kind));
    case "notKind":
      return !job.members.some(({ kind }) => match.notKind?.includes(kind));
    case "command":
      return someText(match.command, job, lineOf);
    case "args":
      return someText(match.args, job, ({ argv }) => argv ?? []);
    case "name":
      return someText(match.name, job, namesOf);
    case "cwd":
      return job.members.some(({ cwd }) => isWithin(cwd, match.cwd ?? ""));
    case "listening":
      return isAs(wanted, listens(job, history));
    case "foreground":
      return isAs(
        wanted,
        job.members.some(({ foreground }) => foreground),
      );
    case "parentAlive":
      return isAs(wanted, job.orphanOf === null && !history.reapers.has(job.root.ppid));
    case "orphaned":
      return isAs(wanted, job.orphanOf !== null);
  }
}

const isAs = (wanted: unknown, found: Answer): Answer => (found === null ? null : found === wanted);

/** Some text of some member fits the regular expression. */
function someText(
  source: string | undefined,
  { members }: Job,
  textsOf: (member: ProcessSample) => readonly string[],
): boolean {
  const expression = pattern(source ?? "");
  return members.some((member) => textsOf(member).some((text) => expression.test(text)));
}

/** Regular expressions by their source; a configuration has a few, and they are asked about every job of every tick. */
const patterns = new Map<string, RegExp>();

function pattern(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const compiled = new RegExp(source);
  patterns.set(source, compiled);
  return compiled;
}

const lineOf = ({ argv, command }: ProcessSample): readonly string[] => [argv?.join(" ") ?? command];

export const isWithin = (path: string | null, directory: string): boolean =>
  path !== null &&
  (path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`));

/** Some member listens; null when none is known to, and some could not be, or was not, asked. */
export function listens(job: Job, history: History): Answer {
  const answers = job.members.map((member) => listenersOf(member, history));
  if (answers.some((listeners) => (listeners?.length ?? 0) > 0)) return true;
  return answers.includes(null) ? null : false;
}

/** As read now, else as remembered. */
export function listenersOf(process: ProcessSample, history: History): readonly Listener[] | null {
  if (process.listeners !== undefined) return process.listeners;
  return history.processes.get(processKey(process.id))?.listening?.listeners ?? null;
}
