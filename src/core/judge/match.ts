/** Whether a rule or a protection means a job. Judged over the whole job, non-Bun members included. */
import { EVIDENCE_NAMES, type Answer, type AskedJob, type EvidenceName } from "./evidence/evidence.ts";
import { isAbandoned } from "./evidence/orphan.ts";
import type { Job } from "../process/job.ts";
import type { Match } from "./policy.ts";
import { fits } from "../../text/pattern/fits.ts";
import type { ProcessSample } from "../process/process.ts";
import { namesOf } from "../process/script.ts";

export type Matcher = (job: AskedJob) => Answer;

/** Every condition given must hold: one that does not decides; else one that cannot be told does. */
export function matcherOf(match: Match): Matcher {
  const conditions = conditionsOf(match);
  return (whole) => {
    const asked = match.notKind === undefined ? whole : whole.apartFrom(match.notKind);
    if (asked === null) return false;
    let answer: Answer = true;
    for (const holds of conditions) {
      const found = holds(match, asked.job, asked);
      if (found === false) return false;
      if (found === null) answer = null;
    }
    return answer;
  };
}

type Condition = (match: Match, job: Job, asked: AskedJob) => Answer;

/** A condition that is not given holds. Cheap ones first. */
const CONDITIONS: Readonly<Record<keyof Match, Condition>> = {
  orphaned: ({ orphaned }, { orphanOf }) => isAs(orphaned, orphanOf !== null),
  parentAlive: ({ parentAlive }, { orphanOf, root }, { history: { reapers } }) =>
    isAs(parentAlive, orphanOf === null && !reapers.has(root.ppid)),
  foreground: (match, { members }) =>
    match.foreground === undefined || isAs(match.foreground, isForeground(members)),
  kind: (match, { members }) =>
    match.kind === undefined || members.some(({ kind }) => match.kind?.includes(kind)),
  // only what is left without those is asked
  notKind: () => true,
  cwd: (match, { members }) => {
    const directory = match.cwd;
    return directory === undefined || members.some(({ cwd }) => isWithin(cwd, directory));
  },
  abandoned: ({ abandoned }, job, { history }) =>
    abandoned === undefined || isAs(abandoned, isAbandoned(job, history)),
  terminal: isEvidence("terminal"),
  listening: isEvidence("listening"),
  connected: isEvidence("connected"),
  watchesFiles: isEvidence("watchesFiles"),
  servesStdin: isEvidence("servesStdin"),
  inspected: isEvidence("inspected"),
  service: isEvidence("service"),
  name: ({ name }, job) => someText(name, job, namesOf),
  args: ({ args }, job) => someText(args, job, ({ argv }) => argv ?? []),
  command: ({ command }, job) => someText(command, job, lineOf),
};

/** The conditions that need costly readings; the others are known from every sample. */
const READ: readonly (keyof Match)[] = [...EVIDENCE_NAMES.filter((name) => name !== "terminal"), "abandoned"];

export const asksForEvidence = ({ match }: { readonly match: Match }): boolean =>
  READ.some((key) => match[key] !== undefined);

const EACH = Object.entries(CONDITIONS);

/** Those that are given: rules are few, and asked about every job of every tick. */
const conditionsOf = (match: Match): readonly Condition[] =>
  EACH.filter(([name]) => name in match).map(([, condition]) => condition);

function isEvidence(name: EvidenceName): Condition {
  return (match, _, asked) => match[name] === undefined || isAs(match[name], asked.evidence(name).is);
}

/** Words what a match that holds goes by: "listens on tcp 3000"; null where it asks for no evidence. */
export function wordsFor(match: Match, whole: AskedJob): string | null {
  const asked = match.notKind === undefined ? whole : (whole.apartFrom(match.notKind) ?? whole);
  for (const name of EVIDENCE_NAMES) {
    if (match[name] !== true) continue;
    const found = asked.evidence(name);
    if (found.is === true) return found.words;
  }
  return null;
}

function isAs(wanted: boolean | undefined, found: Answer): Answer {
  if (wanted === undefined) return true;
  return found === null ? null : found === wanted;
}

/** Some member is; null when none is known to be, and of some it is not known. */
function isForeground(members: readonly ProcessSample[]): Answer {
  if (members.some(({ foreground }) => foreground === true)) return true;
  return members.some(({ foreground }) => foreground === null) ? null : false;
}

/** Some text of some member fits the regular expression; null when none is known to, and of some it cannot be told. */
function someText(
  source: string | undefined,
  { members }: Job,
  textsOf: (member: ProcessSample) => readonly string[],
): Answer {
  if (source === undefined) return true;
  let answer: Answer = false;
  for (const member of members) {
    for (const text of textsOf(member)) {
      const found = fits(source, text);
      if (found === true) return true;
      answer = found === null ? null : answer;
    }
  }
  return answer;
}

const lineOf = ({ argv, command }: ProcessSample): readonly string[] => [argv?.join(" ") ?? command];

export const isWithin = (path: string | null, directory: string): boolean =>
  path !== null &&
  (path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`));
