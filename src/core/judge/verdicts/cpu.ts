/**
 * CPU use: over the limit for the whole hold, and without progress. An infinite loop and silent useful computing are
 * the same thing from outside; only sustained time separates them, so the hold is long and the evidence complete.
 */
import { cpuValue, lifetimeCpu } from "../cpu-rate.ts";
import { defaultRules } from "../default-rules.ts";
import type { CpuMemory, Progress, Window } from "../history.ts";
import type { Exemption } from "../limits.ts";
import { programAgeMs } from "../../process/process.ts";
import { STORM_CALLS_PER_S, windowBetween } from "../progress.ts";
import type { Verdict } from "../verdict.ts";
import { bytes, cores, count, duration, whole } from "../../../text/wording.ts";
import type { CpuSubject } from "./subject.ts";

/** In the evidence of what is over the limit and left to the timeout: the history knows it again by these words. */
export const PROGRESSES = "makes progress";

export function cpuVerdict(subject: CpuSubject): Verdict<"cpu"> | null {
  const { known, limits, policy } = subject;
  const limit = limits.limits.cpuPercent;
  if (limit === null) return null;
  const value = known === null ? null : cpuValue(known.cpu);
  const rule = { rule: "cpu", limit, value, heldMs: 0, holdMs: policy.cpuHoldMs } as const;
  if (known === null || value === null)
    return { ...rule, decision: "ok", evidence: "its CPU use is known from its second sample on" };
  if (known.over === null)
    return { ...rule, decision: "ok", evidence: `uses ${cores(value)} (limit ${percent(limit)})` };
  return { ...rule, ...overLimit(subject, known, value, limit) };
}

type Known = NonNullable<CpuSubject["known"]>;
type Finding = Pick<Verdict, "heldMs" | "decision" | "evidence" | "isUnread">;

function overLimit(subject: CpuSubject, known: Known, value: number, limitPercent: number): Finding {
  const { nowMs, policy } = subject;
  const heldMs = nowMs - (known.over?.sinceMs ?? nowMs);
  const limit = `(limit ${percent(limitPercent)} for ${duration(policy.cpuHoldMs)})`;
  const use = `${using(known.cpu, value)} for ${duration(heldMs)} ${limit}`;
  const { quiet } = known.progress;
  if (quiet === null) {
    const alone = aloneTooLong(subject, known, heldMs);
    if (alone !== null) return { heldMs, decision: "runaway", evidence: `${use}, and ${alone}` };
    return {
      heldMs,
      decision: "suspect",
      evidence: `${use}, ${whyNotQuiet(known.progress, whoDecides(subject))}`,
      ...(heldMs >= policy.cpuHoldMs && known.progress.last?.motion === "unknown" && { isUnread: true }),
    };
  }
  const quietMs = Math.min(heldMs, nowMs - quiet.atMs);
  const nothing = silence(windowBetween(quiet, known.progress.mark));
  if (quietMs >= policy.cpuHoldMs)
    return {
      heldMs: quietMs,
      decision: "runaway",
      evidence: `${using(known.cpu, value)} for ${duration(quietMs)} ${limit} ${nothing}`,
    };
  const sinceBirth = subject.look === "one-shot" ? wholeLife(subject, limitPercent) : null;
  if (sinceBirth !== null)
    return {
      heldMs: subject.process.ageMs,
      decision: "runaway",
      evidence: `${sinceBirth} and ${using(known.cpu, value)} now ${limit} ${nothing}`,
    };
  return { heldMs: quietMs, decision: "suspect", evidence: `${use}, for ${duration(quietMs)} ${nothing}` };
}

/**
 * Page faults and output are signs of work for as long as the timeout; then it decides. Where a built-in rule spares the job
 * from the timeout, that long decides all the same (a rule of the user's own has decided already), unless it takes something in, talks to somebody, or a person sits before it:
 * a loop that fails for ever makes garbage and says so for ever.
 */
function aloneTooLong(
  { process, limits, policy, nowMs }: CpuSubject,
  known: Known,
  heldMs: number,
): string | null {
  const patienceMs = policy.limits.timeoutMs;
  const { alone } = known.progress;
  if (limits.limits.timeoutMs !== null || patienceMs === null || alone === null) return null;
  if (limits.exempt?.some(isUsersWord) === true) return null;
  const aloneMs = Math.min(heldMs, nowMs - alone.atMs);
  if (process.foreground !== false || aloneMs < Math.max(patienceMs, policy.cpuHoldMs)) return null;
  return `for ${duration(aloneMs)} nothing came in and nobody was talked to (as long as the timeout, ${duration(patienceMs)}, which a rule spares it from)`;
}

const BUILT_IN: ReadonlySet<string> = new Set(defaultRules.map(({ name }) => name));

const isUsersWord = ({ limit, rule }: Exemption): boolean => limit === "timeout" && !BUILT_IN.has(rule);

const whoDecides = ({ limits }: CpuSubject): string =>
  limits.limits.timeoutMs === null ? "it has no timeout, so it is yours to stop" : "the timeout decides";

/** A single look cannot hold a minute, so it takes the process's whole life for it: old enough, and over on average. */
function wholeLife({ process, known, policy }: CpuSubject, limitPercent: number): string | null {
  // the re-check comes too soon to ask for the demand again: what was read a moment ago still holds
  const demandNs = process.demandNs ?? known?.cpu.demandNs ?? null;
  const average = lifetimeCpu({ ...process, demandNs });
  if (programAgeMs(process) < policy.cpuHoldMs || average <= limitPercent) return null;
  return `has used ${cores(average)} on average since it started ${duration(process.ageMs)} ago`;
}

/** Under contention a process gets less than it wants: both are said. */
function using({ percent: got, demandPercent }: CpuMemory, value: number): string {
  const shortage = demandPercent !== null && got !== null && demandPercent - got > 10;
  return shortage ? `wants ${cores(value)} and gets ${percent(got)}` : `uses ${cores(value)}`;
}

function whyNotQuiet({ last, mark }: Progress, decides: string): string {
  if (last === null || last.motion === "unknown") {
    const why = last === null ? " yet" : `${unread(mark)}; ${decides}`;
    return `and whether it gets anywhere cannot be told${why}`;
  }
  const moved = [
    ...(last.io === null ? [] : [`${bytes(Math.max(0, last.io.bytes))} read or written`]),
    ...(last.socketBytes === null || last.socketBytes === 0
      ? []
      : [`${bytes(last.socketBytes)} over its connections`]),
    ...(last.faults === null ? [] : [count(last.faults, "page fault")]),
  ];
  return `but ${PROGRESSES}: ${listed(moved)} in the last ${duration(last.tookMs)}; ${decides}`;
}

/** "a", "a and b", "a, b and c". */
const listed = (parts: readonly string[]): string =>
  [parts.slice(0, -1).join(", "), ...parts.slice(-1)].filter((part) => part !== "").join(" and ");

function unread({ io, faults, traffic }: Progress["mark"]): string {
  if (io === null) return ": its reads and writes could not be read";
  if (faults === null) return ": its page faults could not be read";
  if (traffic === null || traffic.uncounted === null) return ": its connections could not be read";
  return traffic.uncounted > 0
    ? `: nobody counts the bytes of ${count(traffic.uncounted, "connection")} (unix, UDP, or another network)`
    : " yet";
}

/** A storm of calls that move nothing is named (Z05): it is the cause more often than the symptom. */
function silence({ io, faults, tookMs }: Window): string {
  if (io === null) return `without ever waiting for anything or calling the system, and ${touched(faults)}`;
  const perSecond = (io.calls / Math.max(tookMs, 1)) * 1_000;
  const reading =
    perSecond > STORM_CALLS_PER_S
      ? `making ${whole(perSecond)} read and write calls a second that move ${nearly(io.bytes)}`
      : `without reading or writing ${io.bytes === 0 ? "anything" : "to speak of"}`;
  return `${reading} and ${touched(faults)}`;
}

/** Quiet is only said where they are known. */
const touched = (faults: number | null): string =>
  faults === null || faults === 0 ? "without page faults" : `with ${count(faults, "page fault")}`;

const nearly = (moved: number): string => (moved === 0 ? "nothing" : `only ${bytes(moved)} in all`);

const percent = (value: number): string => `${Math.round(value)} %`;
