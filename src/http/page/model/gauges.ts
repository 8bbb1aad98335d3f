/** The limits beside what comes nearest to them. Pure. */
import type { ProcessDocument, StatusDocument } from "./documents.ts";
import { worstOf, type Tone } from "./verdict.ts";
import { bytes, duration, inRow, percentWords, several, shortCommandOf, UNKNOWN, whole } from "./words.ts";

export interface Gauge {
  readonly title: string;
  readonly value: string;
  /** "limit 80 %"; "no limit". */
  readonly limit: string;
  /** Of the limit; null = there is none, or nothing is known. */
  readonly share: number | null;
  readonly tone: Tone;
  /** Which process it is; null = no single one. */
  readonly of: { readonly id: string; readonly name: string } | null;
}

type Rule = "concurrency" | "cpu" | "memory" | "timeout";

interface About {
  readonly title: string;
  readonly rule: Rule;
  readonly limit: number | null;
  readonly words: (value: number) => string;
}

/** Jobs of no project have limits of their own, of which there is mostly one: they are no measure of these. */
export function gaugesOf(status: StatusDocument): readonly Gauge[] {
  const { concurrency, cpuPercent, memoryBytes, timeoutMs } = status.limits;
  const jobs = new Map(status.jobs.map((job) => [job.id, job]));
  const governed = status.processes.filter(
    ({ job, protected: isProtected }) => isProtected === null && jobs.get(job)?.governed !== false,
  );
  const bound = (rule: Rule): readonly ProcessDocument[] =>
    governed.filter(({ exempt }) => !exempt.includes(rule));
  const of = (about: About, value: (process: ProcessDocument) => number | null): Gauge =>
    highest(about, bound(about.rule), value);
  return [
    counted(
      { title: "Jobs at once", rule: "concurrency", limit: concurrency, words: whole },
      bound("concurrency"),
      status,
    ),
    of(
      { title: "Busiest process", rule: "cpu", limit: cpuPercent, words: percentWords },
      (each) => each.cpuPercent,
    ),
    of(
      { title: "Largest process", rule: "memory", limit: memoryBytes, words: bytes },
      (each) => each.memoryBytes,
    ),
    of(
      { title: "Longest running", rule: "timeout", limit: timeoutMs, words: duration },
      (each) => each.ageMs,
    ),
  ];
}

/** Whoever is owned by a gate or a manager counts there, too; what is spared does not. */
function counted(about: About, processes: readonly ProcessDocument[], { jobs }: StatusDocument): Gauge {
  const counting = new Set(processes.map(({ job }) => job)).size;
  const spared = jobs.length - counting;
  const gauge = gaugeOf(about, counting, toneOf(processes, about.rule));
  return spared === 0
    ? gauge
    : { ...gauge, limit: `${gauge.limit} · ${several(spared, "other")} not counted` };
}

function highest(
  about: About,
  processes: readonly ProcessDocument[],
  valueOf: (process: ProcessDocument) => number | null,
): Gauge {
  let [most, value]: [ProcessDocument | null, number | null] = [null, null];
  for (const each of processes) {
    const its = valueOf(each);
    if (its !== null && (value === null || its > value)) [most, value] = [each, its];
  }
  const of = most && { id: most.id, name: inRow(shortCommandOf(most.command, most.cwd)) };
  return { ...gaugeOf(about, value, toneOf(processes, about.rule)), of };
}

function gaugeOf({ title, limit, words }: About, value: number | null, tone: Tone): Gauge {
  return {
    title,
    value: value === null ? UNKNOWN : words(value),
    limit: limit === null ? "no limit" : `limit ${words(limit)}`,
    share: limit === null || value === null ? null : value / limit,
    tone,
    of: null,
  };
}

function toneOf(processes: readonly ProcessDocument[], rule: Rule): Tone {
  let tone: Tone = "quiet";
  for (const { verdicts } of processes)
    for (const each of verdicts) {
      if (each.rule !== rule || each.decision === "ok") continue;
      if (each.decision === "runaway") return "bad";
      tone = "warn";
    }
  return tone;
}

interface Headline {
  readonly text: string;
  readonly tone: Tone;
}

/** The whole state in one sentence. */
export function headlineOf({ processes }: StatusDocument): Headline {
  const bad = processes.filter((each) => each.protected === null && worstOf(each)?.decision === "runaway");
  const warn = processes.filter((each) => each.protected === null && worstOf(each)?.decision === "suspect");
  if (bad.length > 0)
    return {
      text: bad.length === 1 ? "One process runs away." : `${whole(bad.length)} processes run away.`,
      tone: "bad",
    };
  if (processes.length === 0) return { text: "No Bun process runs.", tone: "quiet" };
  if (warn.length === 0) return { text: "Nothing runs away.", tone: "quiet" };
  const who = warn.length === 1 ? "one process is" : `${whole(warn.length)} processes are`;
  return { text: `Nothing runs away; ${who} suspect.`, tone: "warn" };
}
