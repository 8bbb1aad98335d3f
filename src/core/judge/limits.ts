/** Which limits hold for a job: the policy's, as the first rule that matches overrides each. */
import type { AskedJob } from "./evidence/evidence.ts";
import { matcherOf, wordsFor, type Matcher } from "./match.ts";
import { LIMIT_NAMES, type LimitName, type Limits, type Policy, type Rule } from "./policy.ts";

export interface Exemption {
  readonly limit: LimitName;
  readonly rule: string;
  /** What speaks for the job, as it follows "it": "listens on tcp 3000"; absent = the rule asks for no evidence. */
  readonly evidence?: string;
}

export interface JobLimits {
  readonly limits: Limits;
  /** Limits that a rule has switched off. */
  readonly exempt: readonly Exemption[];
  /** Limits that a rule would switch off if what it asks for could be read: not to be enforced on a guess. */
  readonly undecided: readonly Exemption[];
  /** Limits that it is told of, and not stopped for. */
  readonly told: readonly Exemption[];
}

const KEYS = {
  concurrency: "concurrency",
  cpu: "cpuPercent",
  memory: "memoryBytes",
  timeout: "timeoutMs",
} as const satisfies Record<LimitName, keyof Limits>;

export function limitsUnder(policy: Policy): (job: AskedJob) => JobLimits {
  const candidates = candidatesOf(policy);
  const unruled: JobLimits = { limits: policy.limits, exempt: [], undecided: [], told: [] };
  return (job) => {
    const found = decidedBy(candidates, job);
    return found.size === 0 ? unruled : withRules(found, policy, job);
  };
}

function decidedBy(candidates: readonly Candidate[], job: AskedJob): ReadonlyMap<LimitName, Deciding> {
  const found = new Map<LimitName, Deciding>();
  for (const { rule, about, matches } of candidates) {
    // the first that matches decides; a rule whose limits are decided is not asked
    if (about.every((limit) => (found.get(limit)?.rule ?? null) !== null)) continue;
    const answer = matches(job);
    if (answer !== false) for (const limit of about) take(found, limit, rule, answer);
  }
  return found;
}

function withRules(found: ReadonlyMap<LimitName, Deciding>, policy: Policy, job: AskedJob): JobLimits {
  const exemption = (limit: LimitName, rule: Rule): Exemption => {
    const evidence = wordsFor(rule.match, job);
    return { limit, rule: rule.name, ...(evidence !== null && { evidence }) };
  };
  const limits = { ...policy.limits };
  const exempt: Exemption[] = [];
  const undecided: Exemption[] = [];
  const told: Exemption[] = [];
  for (const limit of LIMIT_NAMES) {
    const { rule, open } = found.get(limit) ?? NOBODY;
    const override = rule?.limits[KEYS[limit]];
    if (override !== undefined) limits[KEYS[limit]] = override;
    if (rule !== null && switchesOff(rule, limit)) exempt.push(exemption(limit, rule));
    else if (rule?.suspectOnly?.includes(limit) === true) told.push(exemption(limit, rule));
    if (open !== null) undecided.push({ limit, rule: open.name });
  }
  return { limits, exempt, undecided, told };
}

/** In their order, each with the limits that it has a say in; without those that have none. */
const candidatesOf = ({ rules }: Policy): readonly Candidate[] =>
  rules
    .map((rule) => ({
      rule,
      matches: matcherOf(rule.match),
      about: LIMIT_NAMES.filter((limit) => isAbout(rule, limit)),
    }))
    .filter(({ about }) => about.length > 0);

interface Candidate {
  readonly rule: Rule;
  readonly matches: Matcher;
  readonly about: readonly LimitName[];
}

interface Deciding {
  /** The first that matches; null = the policy's own limit holds. */
  readonly rule: Rule | null;
  /** Stands before it, would switch the limit off, and cannot be told; null when nothing hangs on it. */
  readonly open: Rule | null;
}

const NOBODY: Deciding = { rule: null, open: null };

/** One more rule, after those before it, that matches (true) or may (null). */
function take(found: Map<LimitName, Deciding>, limit: LimitName, rule: Rule, answer: true | null): void {
  const before = found.get(limit) ?? NOBODY;
  if (before.rule !== null) return;
  const isSpared = switchesOff(rule, limit) || (rule.suspectOnly?.includes(limit) ?? false);
  if (answer === true) found.set(limit, { rule, open: isSpared ? null : before.open });
  else if (isSpared && before.open === null) found.set(limit, { rule: null, open: rule });
}

const isAbout = ({ limits, suspectOnly }: Rule, limit: LimitName): boolean =>
  limits[KEYS[limit]] !== undefined || (suspectOnly?.includes(limit) ?? false);

const switchesOff = (rule: Rule, limit: LimitName): boolean => rule.limits[KEYS[limit]] === null;
