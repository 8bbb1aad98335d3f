/** Which of the costlier readings a tick takes: those that a decision may hang on, and no others. */
import { lifetimeCpu, SHORTEST_WINDOW_MS } from "./cpu-rate.ts";
import { byTerms, inScope } from "./governance.ts";
import type { CpuMemory, History } from "./history.ts";
import type { Job } from "../process/job.ts";
import { Inquiry, type ReadyRules } from "./inquiry.ts";
import { mayDescend } from "./lineage.ts";
import type { JobLimits } from "./limits.ts";
import { asksForEvidence } from "./match.ts";
import type { LimitName, Policy, Self } from "./policy.ts";
import { processKey, type ProcessSample } from "../process/process.ts";
import { spinsCompiled } from "./protect.ts";
import { isBun } from "../process/tree.ts";
import { apartFrom, TEST_OR_BUILD } from "../process/work.ts";

/** As in ports.ts, which core does not import. */
type Reading = "demand" | "io" | "pss" | "evidence" | "marks" | "traffic";

const EVERY_READING: readonly Reading[] = ["demand", "io", "pss", "evidence", "traffic"];

/** Many spinners on few cores each show far less than the limit (Z28: five on two cores, 17 to 19 %). */
const BUSY_PERCENT = 5;
/** smaps_rollup costs a hundred times a stat: only where its smaller number may make the difference. */
const NEAR_LIMIT = 0.9;
/** A process that got, or wanted, half of the CPU limit may want all of it. */
const MAY_BE_OVER = 0.5;
/** Evidence is asked for again after this; where there is none it is asked for at once, since that may cost a life. */
const EVIDENCE_HOLDS_MS = 60_000;

/** `full` is for people: every reading of every process of every job in scope, non-Bun members included. */
export function neededReadings(
  all: readonly Job[],
  nowMs: number,
  history: History,
  policy: Policy,
  self: Self,
  full = false,
  rules?: ReadyRules,
): Map<ProcessSample, Set<Reading>> {
  const jobs = all.filter((job) => inScope(job, policy, self));
  const found = new Map<ProcessSample, Set<Reading>>();
  const want = (process: ProcessSample, readings: readonly Reading[]): void => {
    if (readings.length === 0) return;
    found.set(process, new Set([...(found.get(process) ?? []), ...readings]));
  };
  if (full) {
    for (const { members } of jobs) for (const member of members) want(member, EVERY_READING);
    return found;
  }
  // who comes after a marked head is that head's offspring, or somebody's new start
  for (const { root, after } of jobs)
    if (after?.isMarked === true || mayDescend(root, history)) want(root, ["marks"]);
  // of the few jobs where something hangs on them
  const inquiry = new Inquiry(history, rules);
  for (const [terms, governed] of byTerms(jobs, (job) => job, policy)) {
    const limitsOf = (job: Job): JobLimits => inquiry.limitsFor(job, terms);
    const lowest = lowestLimit(terms, "memoryBytes");
    const lowestCpu = lowestLimit(terms, "cpuPercent");
    for (const job of governed) {
      for (const member of job.members.filter(isBun)) {
        // nobody judges the watchdog itself
        if (member.id.pid === self.pid) continue;
        want(member, ifBusy(member, history, nowMs, lowestCpu));
        if (isNear(member, lowest) && isNear(member, limitsOf(job).limits.memoryBytes)) want(member, ["pss"]);
      }
    }
    for (const job of whoseExemptionMatters(governed, inquiry, history, terms, self, nowMs))
      for (const member of unproven(job, limitsOf(job), history, nowMs)) want(member, ["evidence"]);
  }
  return found;
}

/** Of the policy and all rules: below it nothing needs to be matched. null = there is no limit anywhere. */
const lowestLimit = (
  { limits, rules }: Policy,
  key: "memoryBytes" | "timeoutMs" | "cpuPercent",
): number | null => {
  const all = [limits[key], ...rules.map((rule) => rule.limits[key])];
  const set = all.filter((limit) => typeof limit === "number");
  return set.length === 0 ? null : Math.min(...set);
};

const isNear = ({ memoryBytes }: ProcessSample, limit: number | null): boolean =>
  limit !== null && memoryBytes !== null && memoryBytes >= NEAR_LIMIT * limit;

function ifBusy(
  process: ProcessSample,
  history: History,
  nowMs: number,
  lowestPercent: number | null,
): readonly Reading[] {
  const known = history.processes.get(processKey(process.id));
  const before = known?.cpu;
  const io = (mayBeOver: boolean): readonly Reading[] =>
    lowestPercent !== null && mayBeOver ? ["io", "traffic"] : ["io"];
  const halfOfLimit = MAY_BE_OVER * (lowestPercent ?? Infinity);
  // a single look has no other baseline
  if (before === undefined) return lifetimeCpu(process) >= BUSY_PERCENT ? ["demand", ...io(true)] : [];
  const isHeld = (known?.over ?? null) !== null;
  const tookMs = nowMs - before.atMs;
  const percent = ((process.cpuMs - before.cpuMs) / Math.max(1, tookMs)) * 100;
  // progress has longer windows, one of which may end now
  if (tookMs < SHORTEST_WINDOW_MS) return hasWanted(before, BUSY_PERCENT) ? io(isHeld) : [];
  if (percent < BUSY_PERCENT && !hasWanted(before, BUSY_PERCENT)) return [];
  return ["demand", ...io(isHeld || percent >= halfOfLimit || hasWanted(before, halfOfLimit))];
}

/** That much of a core at the last look, as far as is known: it may have got none of it since. */
const hasWanted = ({ demandNs, demandPercent }: CpuMemory, atLeastPercent: number): boolean =>
  demandNs !== null && (demandPercent ?? Infinity) >= atLeastPercent;

/** Jobs for which it may matter soon whom they serve, and whether anybody is left who started them. */
function whoseExemptionMatters(
  jobs: readonly Job[],
  inquiry: Inquiry,
  history: History,
  policy: Policy,
  self: Self,
  nowMs: number,
): readonly Job[] {
  const limitsOf = (job: Job): JobLimits => inquiry.limitsFor(job, policy);
  // A protection holds for every limit, so it has to be known at all times.
  if (policy.protect.some(asksForEvidence)) return jobs;
  const loose = jobs.filter((job) => spinsCompiled(job, policy, history));
  const asking = new Set(policy.rules.filter(asksForEvidence).map(({ name }) => name));
  if (asking.size === 0) return loose;
  const sparedAnyway = (job: Job, limit: LimitName): boolean =>
    limitsOf(job).exempt.some((exemption) => exemption.limit === limit && !asking.has(exemption.rule));
  const lowest = lowestLimit(policy, "timeoutMs");
  const isOld = (job: Job): boolean => {
    const ageMs = ageOfLineage(job, nowMs);
    if (lowest === null || ageMs <= lowest / 2) return false;
    // A server that is known as one has no timeout: it is asked from time to time whether it still is.
    const timeoutMs = limitsOf(job).limits.timeoutMs ?? policy.limits.timeoutMs;
    return timeoutMs !== null && ageMs > timeoutMs / 2;
  };
  const most = policy.limits.concurrency ?? jobs.length;
  // rules and protections are matched only where so much as the number of jobs or an age calls for it
  const candidates = jobs.length > most ? jobs : jobs.filter(isOld);
  const open = candidates.filter((job) => inquiry.protection(job, policy, self) === null);
  const isCrowded =
    open.length > most && open.filter((job) => limitsOf(job).limits.concurrency !== null).length > most;
  const matters = open.filter(
    (job) =>
      (isCrowded && !sparedAnyway(job, "concurrency")) ||
      (isOld(job) && (!sparedAnyway(job, "timeout") || hasWorkBelow(job))),
  );
  return [...new Set([...matters, ...loose])];
}

const hasWorkBelow = (job: Job): boolean => ![job, null].includes(apartFrom(job, TEST_OR_BUILD));

/** Its mark, which is only being asked for, may make it as old as all that came before it. */
const ageOfLineage = ({ ageMs, after }: Job, nowMs: number): number =>
  after?.isMarked === true ? nowMs - after.sinceMs : ageMs;

/** Members that were not asked a moment ago; all of them where nothing was found that speaks for the job, or one has lost its parent since. */
function unproven(
  { members }: Job,
  { exempt, told }: JobLimits,
  history: History,
  nowMs: number,
): readonly ProcessSample[] {
  const isProven = [...exempt, ...told].some(({ evidence }) => evidence !== undefined);
  if (!isProven) return members;
  const known = members.map((member) => ({
    member,
    evidence: history.processes.get(processKey(member.id))?.evidence ?? null,
  }));
  if (known.some(({ member, evidence }) => evidence !== null && evidence.ppid !== member.ppid))
    return members;
  return known
    .filter(({ evidence }) => evidence === null || nowMs - evidence.atMs >= EVIDENCE_HOLDS_MS)
    .map(({ member }) => member);
}
