/** Which limits hold for a job: the policy's, as the first rule that matches overrides each. */
import type { History } from "./history.ts";
import type { Job } from "./job.ts";
import type { Answer } from "./evidence/evidence.ts";
import { matches, wordsFor } from "./match.ts";
import { memo } from "./memo.ts";
import type { LimitName, Limits, Policy, Rule } from "./policy.ts";

export interface Exemption {
  readonly limit: LimitName;
  /** The rule's name. */
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

const NAMES = ["concurrency", "cpu", "memory", "timeout"] as const;

export function limitsFor(job: Job, policy: Policy, history: History): JobLimits {
  if (asked.history !== history) asked = { history, limits: new WeakMap() };
  const known = asked.limits.get(job);
  if (known?.policy === policy) return known.limits;
  const limits = findLimits(job, policy, history);
  asked.limits.set(job, { policy, limits });
  return limits;
}

/** One tick asks several times, and all rules are matched for each answer. The same values have the same one. */
let asked: {
  readonly history: History | null;
  readonly limits: WeakMap<Job, { readonly policy: Policy; readonly limits: JobLimits }>;
} = { history: null, limits: new WeakMap() };

function findLimits(job: Job, policy: Policy, history: History): JobLimits {
  const answers = new Map<Rule, Answer>();
  const exemption = (limit: LimitName, rule: Rule): Exemption => {
    const evidence = wordsFor(rule.match, job, history);
    return { limit, rule: rule.name, ...(evidence !== null && { evidence }) };
  };
  const limits = { ...policy.limits };
  const exempt: Exemption[] = [];
  const undecided: Exemption[] = [];
  const told: Exemption[] = [];
  for (const [limit, rules] of rulesByLimit(policy)) {
    const { rule, open } = deciding(limit, rules, (each) => {
      const known = answers.get(each);
      if (known !== undefined) return known;
      const answer = matches(each.match, job, history);
      answers.set(each, answer);
      return answer;
    });
    const override = rule?.limits[KEYS[limit]];
    if (override !== undefined) limits[KEYS[limit]] = override;
    if (rule !== null && switchesOff(rule, limit)) exempt.push(exemption(limit, rule));
    else if (rule?.suspectOnly?.includes(limit) === true) told.push(exemption(limit, rule));
    if (open !== null) undecided.push({ limit, rule: open.name });
  }
  return { limits, exempt, undecided, told };
}

/** Those that have a say in it, in their order; without the limits that no rule is about. */
const rulesByLimit = memo(({ rules }: Policy): readonly (readonly [LimitName, readonly Rule[]])[] =>
  NAMES.map((limit) => [limit, rules.filter((rule) => isAbout(rule, limit))] as const).filter(
    ([, about]) => about.length > 0,
  ),
);

interface Deciding {
  /** The first that matches; null = the policy's own limit holds. */
  readonly rule: Rule | null;
  /** Stands before it, would switch the limit off, and cannot be told; null when nothing hangs on it. */
  readonly open: Rule | null;
}

function deciding(limit: LimitName, rules: readonly Rule[], answerOf: (rule: Rule) => Answer): Deciding {
  let open: Rule | null = null;
  for (const rule of rules) {
    const answer = answerOf(rule);
    const isSpared = switchesOff(rule, limit) || (rule.suspectOnly?.includes(limit) ?? false);
    if (answer === true) return { rule, open: isSpared ? null : open };
    if (answer === null && isSpared) open ??= rule;
  }
  return { rule: null, open };
}

const isAbout = ({ limits, suspectOnly }: Rule, limit: LimitName): boolean =>
  limits[KEYS[limit]] !== undefined || (suspectOnly?.includes(limit) ?? false);

const switchesOff = (rule: Rule, limit: LimitName): boolean => rule.limits[KEYS[limit]] === null;
