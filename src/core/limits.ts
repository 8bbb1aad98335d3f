/** Which limits hold for a job: the policy's, as the first rule that matches overrides each. */
import type { History } from "./history.ts";
import type { Job } from "./job.ts";
import { matches, type Answer } from "./match.ts";
import type { LimitName, Limits, Policy, Rule } from "./policy.ts";

export interface Exemption {
  readonly limit: LimitName;
  /** The rule's name. */
  readonly rule: string;
}

export interface JobLimits {
  readonly limits: Limits;
  /** Limits that a rule has switched off. */
  readonly exempt: readonly Exemption[];
  /** Limits that a rule would switch off if what it asks for could be read: not to be enforced on a guess. */
  readonly undecided: readonly Exemption[];
}

const KEYS = {
  concurrency: "concurrency",
  cpu: "cpuPercent",
  memory: "memoryBytes",
  timeout: "timeoutMs",
} as const satisfies Record<LimitName, keyof Limits>;

const NAMES = ["concurrency", "cpu", "memory", "timeout"] as const;

export function limitsFor(job: Job, policy: Policy, history: History): JobLimits {
  const known = found.get(job);
  if (known?.policy === policy && known.history === history) return known.limits;
  const limits = findLimits(job, policy, history);
  found.set(job, { policy, history, limits });
  return limits;
}

/** One tick asks several times, and a dozen rules are matched for each answer. The same values have the same one. */
const found = new WeakMap<
  Job,
  { readonly policy: Policy; readonly history: History; readonly limits: JobLimits }
>();

function findLimits(job: Job, policy: Policy, history: History): JobLimits {
  const answers = policy.rules.map((rule) => ({ rule, answer: matches(rule.match, job, history) }));
  const deciders = NAMES.map((limit) => deciding(limit, answers));
  const valueOf = (limit: LimitName): number | null => {
    const override = deciders.find((entry) => entry.limit === limit)?.rule?.limits[KEYS[limit]];
    return override === undefined ? policy.limits[KEYS[limit]] : override;
  };
  return {
    limits: {
      concurrency: valueOf("concurrency"),
      cpuPercent: valueOf("cpu"),
      memoryBytes: valueOf("memory"),
      timeoutMs: valueOf("timeout"),
    },
    exempt: deciders.flatMap(({ limit, rule }) =>
      rule !== null && switchesOff(rule, limit) ? [{ limit, rule: rule.name }] : [],
    ),
    undecided: deciders.flatMap(({ limit, open }) => (open === null ? [] : [{ limit, rule: open.name }])),
  };
}

interface Answered {
  readonly rule: Rule;
  readonly answer: Answer;
}

interface Deciding {
  readonly limit: LimitName;
  /** The first that matches and has a say; null = the policy's own limit holds. */
  readonly rule: Rule | null;
  /** Stands before it, would switch the limit off, and cannot be told; null when nothing hangs on it. */
  readonly open: Rule | null;
}

function deciding(limit: LimitName, answers: readonly Answered[]): Deciding {
  const saying = answers.filter(({ rule }) => rule.limits[KEYS[limit]] !== undefined);
  const at = saying.findIndex(({ answer }) => answer === true);
  const rule = saying[at]?.rule ?? null;
  if (rule !== null && switchesOff(rule, limit)) return { limit, rule, open: null };
  const before = at === -1 ? saying : saying.slice(0, at);
  const open = before.find((entry) => entry.answer === null && switchesOff(entry.rule, limit));
  return { limit, rule, open: open?.rule ?? null };
}

const switchesOff = (rule: Rule, limit: LimitName): boolean => rule.limits[KEYS[limit]] === null;
