/** Compares every job with the policy. Pure: the same jobs, history and policy give the same judgement. */
import { orphanWords } from "./evidence/orphan.ts";
import { byTerms, inScope, mayBelongTo, termsOf } from "./governance.ts";
import { isBelowCommand } from "./command.ts";
import type { History } from "./history.ts";
import type { Job } from "../process/job.ts";
import { launchOf } from "./starter.ts";
import { Inquiry, type ReadyRules } from "./inquiry.ts";
import type { JobLimits } from "./limits.ts";
import type { Look, JudgedJob, JudgedProcess, Judgement, Verdict } from "./verdict.ts";
import { gatedOf, ownerIn, type GatedJob } from "./owner.ts";
import type { Policy, Self } from "./policy.ts";
import { processKey, type ProcessSample } from "../process/process.ts";
import { looseCompiled } from "./protect.ts";
import { isBun, topsOf } from "../process/tree.ts";
import { abandonedVerdicts } from "./verdicts/abandoned.ts";
import { concurrencyVictim } from "./verdicts/concurrency.ts";
import { cpuVerdict } from "./verdicts/cpu.ts";
import { leakVerdict, memoryVerdict } from "./verdicts/memory.ts";
import { leftoverVerdict, restartedVerdict } from "./verdicts/restarted.ts";
import type { Subject } from "./verdicts/subject.ts";
import { timeoutVerdict } from "./verdicts/timeout.ts";
import { within } from "../process/work.ts";

/** `history` already knows this snapshot (remember.ts). Jobs outside the policy's scope are not in the result. */
export function evaluate(
  jobs: readonly Job[],
  history: History,
  policy: Policy,
  self: Self,
  look: Look = "monitor",
  gated: readonly GatedJob[] = [],
  rules?: ReadyRules,
): Judgement {
  const gates = gatedOf(jobs, gated);
  const at: Setting = { history, inquiry: new Inquiry(history, rules), policy, self, look };
  const judged = jobs
    .filter((job) => inScope(job, policy, self))
    .map((job) => judge(job, gates.get(job.id) ?? null, at));
  // In a git hook the other jobs are the commit's own, or a colleague of it.
  if (self.hook) return { jobs: judged };
  // each project counts its own
  const verdicts = new Map<JudgedJob, Verdict>();
  for (const [terms, group] of byTerms(judged, ({ job }) => job, policy)) {
    const victim = concurrencyVictim(group, terms, history);
    for (const job of victim?.jobs ?? []) if (victim !== null) verdicts.set(job, victim.verdict);
  }
  return { jobs: judged.map((job) => withVerdict(job, verdicts.get(job))) };
}

/** Of all jobs of one look; the policy is all that is in force. */
interface Setting {
  readonly history: History;
  readonly inquiry: Inquiry;
  readonly policy: Policy;
  readonly self: Self;
  readonly look: Look;
}

function judge(job: Job, gate: GatedJob | null, at: Setting): JudgedJob {
  const { history, inquiry, policy: inForce, self, look } = at;
  const { policy, project, harmOnly } = termsOf(job, inForce);
  const left = gate?.abandoned === null ? null : gate;
  const owner = gate === null || left !== null ? null : ownerIn(gate);
  // its manager, whenever that comes back, goes on with it: only harm is stopped meanwhile
  const isLeftManaged = left?.record.owner.kind === "manager";
  const own = termsIn(job, policy, at);
  const { limits, protectedBecause } = own;
  const isLoose = looseCompiled(job, policy, history);
  const tops = topsOf(job.members);
  const hasBun = job.members.some(isBun);
  const subjectOf = (
    process: ProcessSample,
    terms: Pick<Subject, "policy" | "limits" | "protectedBecause">,
  ): Subject => ({
    process,
    known: history.processes.get(processKey(process.id)) ?? null,
    job,
    isTop: tops.includes(process) || process === job.root,
    history,
    nowMs: history.atMs ?? 0,
    self,
    look,
    ...terms,
  });
  const doubtful = owner === null && !isLoose && protectedBecause === null ? mayBelongTo(job, inForce) : [];
  const judgeMember = (process: ProcessSample): JudgedProcess => {
    const rules = owner !== null || !hasBun ? [] : isLoose || isLeftManaged ? HARM : RULES;
    const its = { ...own, limits: limitsWithin(job, process, own, inquiry) };
    const judged = judgeProcess(subjectOf(process, its), rules, left);
    const doubts = doubtful.flatMap(({ root, policy: theirs }) =>
      doubtsOf(subjectOf(process, termsIn(job, theirs, at)), root),
    );
    return doubts.length === 0 ? judged : { ...judged, verdicts: withDoubts(judged.verdicts, doubts) };
  };
  return {
    job,
    project,
    harmOnly,
    protectedBecause,
    owner,
    ...(isLeftManaged && { isLeftManaged }),
    exempt: limits.exempt,
    told: limits.told,
    isLoose,
    counts:
      owner?.counts ??
      (!isLeftManaged &&
        hasBun &&
        protectedBecause === null &&
        !isLoose &&
        !sparedFromConcurrency(job, limits, history, self)),
    launch: launchOf(job, history),
    processes: (hasBun ? job.members.filter(isBun) : [job.root]).map(judgeMember),
  };
}

/** A test below a server that is spared as none is judged by itself, and ends without it. */
function limitsWithin(
  job: Job,
  process: ProcessSample,
  { limits, policy }: Pick<Subject, "limits" | "policy">,
  inquiry: Inquiry,
): JobLimits {
  const exempt = [...limits.exempt, ...limits.told].find(({ limit }) => limit === "timeout");
  if (exempt === undefined || job.members.length === 1) return limits;
  const notKind = policy.rules.find(({ name }) => name === exempt.rule)?.match.notKind ?? [];
  const below = within(job, process, notKind);
  return below === null ? limits : inquiry.limitsFor(below, policy);
}

const RULES: readonly ((subject: Subject) => Verdict | null)[] = [
  timeoutVerdict,
  memoryVerdict,
  cpuVerdict,
  leakVerdict,
  restartedVerdict,
  leftoverVerdict,
];

/** All that is held against a compiled program, and an app whose manager is dead. */
const HARM: typeof RULES = [cpuVerdict];

const judgeProcess = (subject: Subject, rules: typeof RULES, left: GatedJob | null): JudgedProcess => ({
  process: subject.process,
  cpuPercent: subject.known?.cpu.percent ?? null,
  verdicts: [
    ...(left === null ? [] : abandonedVerdicts(subject, left)),
    ...rules.flatMap((rule) => {
      const verdict = rule(subject);
      return verdict === null ? [] : onlyTold(verdict, subject);
    }),
  ],
});

const termsIn = (job: Job, policy: Policy, { inquiry, self }: Setting) => ({
  policy,
  limits: inquiry.limitsFor(job, policy),
  protectedBecause: inquiry.protection(job, policy, self),
});

/** Finds what a project would stop a process for if it were its own, which nobody can tell. */
const doubtsOf = (subject: Subject, root: string): readonly Verdict[] =>
  subject.protectedBecause !== null
    ? []
    : judgeProcess(subject, RULES, null)
        .verdicts.filter(({ decision, isUnread }) => decision === "runaway" || isUnread === true)
        .map((verdict) => inDoubt(verdict, root));

const inDoubt = (verdict: Verdict, root: string): Verdict => ({
  ...verdict,
  decision: "suspect",
  evidence: `${verdict.evidence}; its working directory cannot be read, so it may belong to ${root} or not`,
  isUnread: true,
  ifProject: root,
});

/** One line for each limit: what is decided anyway stands, what is in doubt says more than what is merely watched. */
function withDoubts(verdicts: readonly Verdict[], doubts: readonly Verdict[]): readonly Verdict[] {
  const decided = new Set(verdicts.flatMap(({ rule, decision }) => (decision === "runaway" ? rule : [])));
  return [
    ...verdicts.filter(
      ({ rule, decision }) => decision === "runaway" || !doubts.some((doubt) => doubt.rule === rule),
    ),
    ...doubts.filter(({ rule }) => !decided.has(rule)),
  ];
}

/** Left to whoever left it running: that it does, and who is gone, is what they need to know. */
function onlyTold(verdict: Verdict, { limits, job: { orphanOf } }: Subject): Verdict {
  const spared = limits.told.find(({ limit }) => limit === verdict.rule);
  if (spared === undefined || verdict.decision !== "runaway") return verdict;
  const lost = orphanOf === null ? "" : `is orphaned (${orphanWords(orphanOf)}) and `;
  const because = `; not stopped for it: it ${lost}${spared.evidence ?? `falls under "${spared.rule}"`}`;
  return { ...verdict, decision: "suspect", evidence: verdict.evidence + because };
}

/** By a rule, perhaps by one that could not be read, or as part of the command that this monitor was started for. */
const sparedFromConcurrency = (
  job: Job,
  { limits, undecided, told }: JobLimits,
  history: History,
  self: Self,
): boolean =>
  limits.concurrency === null ||
  [...undecided, ...told].some(({ limit }) => limit === "concurrency") ||
  isBelowCommand(job.root, job, history, self);

/** On every process at the top: the job goes as a whole. */
function withVerdict(judged: JudgedJob, verdict: Verdict | undefined): JudgedJob {
  if (verdict === undefined) return judged;
  const tops = topsOf(judged.job.members);
  return {
    ...judged,
    processes: judged.processes.map((entry) =>
      tops.includes(entry.process) ? { ...entry, verdicts: [...entry.verdicts, verdict] } : entry,
    ),
  };
}
