/** Whether a rule or a protection means a job. Judged over the whole job, non-Bun members included. */
import type { History } from "./history.ts";
import type { Job } from "./job.ts";
import type { Match } from "./policy.ts";
import { processKey, type Listener, type ProcessSample } from "./process.ts";
import { namesOf } from "./script.ts";

/** null = cannot be told: what it hangs on could not be read. */
export type Answer = boolean | null;

/** Every condition given must hold: one that does not decides; else one that cannot be told does. */
export function matches(match: Match, job: Job, history: History): Answer {
  const answers = conditions(match, job, history);
  if (answers.includes(false)) return false;
  return answers.includes(null) ? null : true;
}

function conditions(match: Match, job: Job, history: History): readonly Answer[] {
  const { members } = job;
  const { kind, notKind, command, args, cwd, name } = match;
  const is = (wanted: boolean | undefined, answer: () => Answer): readonly Answer[] => {
    if (wanted === undefined) return [];
    const found = answer();
    return [found === null ? null : found === wanted];
  };
  const some = <T>(
    given: T | undefined,
    test: (given: T, member: ProcessSample) => boolean,
  ): readonly Answer[] => (given === undefined ? [] : [members.some((member) => test(given, member))]);
  return [
    ...some(kind, (kinds, member) => kinds.includes(member.kind)),
    ...some(notKind, (kinds, member) => kinds.includes(member.kind)).map((found) => found !== true),
    ...some(command, (source, member) => pattern(source).test(lineOf(member))),
    ...some(args, (source, { argv }) => (argv ?? []).some((argument) => pattern(source).test(argument))),
    ...some(cwd, (directory, member) => isWithin(member.cwd, directory)),
    ...some(name, (source, member) => namesOf(member).some((known) => pattern(source).test(known))),
    ...is(match.listening, () => listens(job, history)),
    ...is(match.foreground, () => members.some(({ foreground }) => foreground)),
    ...is(match.parentAlive, () => job.orphanOf === null && !history.reapers.has(job.root.ppid)),
    ...is(match.orphaned, () => job.orphanOf !== null),
  ];
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

const lineOf = ({ argv, command }: ProcessSample): string => argv?.join(" ") ?? command;

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
