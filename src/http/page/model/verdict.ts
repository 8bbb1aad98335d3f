/** What is said about a process: a word, how serious it is, and why, in the words of `status`. Pure. */
import { withRemedy } from "../../../core/plan/remedy.ts";
import { ruleAmount, OWNED_AS, SEVERITY, sparedFrom } from "../../../render/verdict-words.ts";
import { percentWords } from "./words.ts";
import type { JobDocument, ProcessDocument, VerdictDocument } from "./documents.ts";

export type Tone = "quiet" | "good" | "warn" | "bad";

export interface Judged {
  readonly word: string;
  readonly tone: Tone;
  /** A sentence, or several; empty where there is nothing to say. */
  readonly why: string;
  /** Sorts by how much it matters. */
  readonly weight: number;
}

export function worstOf({ verdicts }: Pick<ProcessDocument, "verdicts">): VerdictDocument | null {
  let worst: VerdictDocument | null = null;
  for (const each of verdicts)
    if (each.decision !== "ok" && (worst === null || SEVERITY[each.decision] > SEVERITY[worst.decision]))
      worst = each;
  return worst;
}

export function judge(process: ProcessDocument, job: JobDocument | undefined): Judged {
  const unusual = ["running", "sleeping", "idle"].includes(process.state) ? "" : `, ${process.state}`;
  const quiet = (word: string, why: string): Judged => ({
    word: word + unusual,
    tone: "quiet",
    why,
    weight: 0,
  });
  if (process.protected !== null) return { ...quiet("protected", process.protected), weight: -1 };
  if (job?.owner) {
    const { kind, pid, name } = job.owner;
    return quiet(OWNED_AS[kind], `by pid ${pid}${name === null ? "" : ` (${name})`}, which keeps its limits`);
  }
  const worst = worstOf(process);
  if (worst !== null) {
    const over = process.verdicts.filter(({ decision }) => decision !== "ok");
    return {
      word: `${worst.decision}: ${worst.rule}${unusual}`,
      tone: worst.decision === "runaway" ? "bad" : "warn",
      why: over.map((each) => (each.decision === "runaway" ? withRemedy(each) : each.evidence)).join(". "),
      weight: SEVERITY[worst.decision],
    };
  }
  if (job !== undefined && job.exempt.length > 0) return quiet("spared", sparedFrom(job.exempt));
  return job?.governed === false
    ? quiet("watched", "only harm is stopped here: CPU use without progress")
    : quiet("ok", "");
}

/** What is ok is not told again while it stays so: how near it is to its limit is read off the process. */
export function asOfNow(process: ProcessDocument, verdict: VerdictDocument): VerdictDocument {
  if (verdict.decision !== "ok") return verdict;
  const now = { cpu: process.cpuPercent, memory: process.memoryBytes, timeout: process.ageMs };
  const { rule } = verdict;
  return rule === "cpu" || rule === "memory" || rule === "timeout"
    ? { ...verdict, value: now[rule] }
    : verdict;
}

/** Whoever uses this much more, percent of a core, comes before the others: by every percent they would change places all the time. */
const BUSIER = 25;

export const busyness = ({ cpuPercent }: Pick<ProcessDocument, "cpuPercent">): number =>
  Math.round((cpuPercent ?? -1) / BUSIER);

type RuleName = VerdictDocument["rule"];

/** A value in the unit of its rule. */
export const amount = (rule: RuleName, value: number | null): string =>
  value === null ? "not known yet" : ruleAmount(rule, value, percentWords);

export const RULE_TITLES: Readonly<Record<RuleName, string>> = {
  cpu: "CPU",
  memory: "Memory",
  leak: "Growth",
  timeout: "Running time",
  concurrency: "Jobs at once",
  restarts: "Restarts",
  leftover: "Left over",
};

const ORDER = Object.keys(RULE_TITLES);

/** Rules stand in one order, so that they do not change places while somebody reads. */
export const inOrderOfRules = (verdicts: readonly VerdictDocument[]): readonly VerdictDocument[] =>
  verdicts.toSorted((a, b) => ORDER.indexOf(a.rule) - ORDER.indexOf(b.rule));
