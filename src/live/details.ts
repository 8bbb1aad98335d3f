/** Draws what is known about the selected process: every rule with its numbers, and where it comes from. */
import { orphanWords } from "../core/judge/evidence/orphan.ts";
import { processKey, type ProcessSample } from "../core/process/process.ts";
import type { Verdict } from "../core/judge/verdict.ts";
import { duration, who } from "../text/wording.ts";
import { formatDate } from "../text/duration.ts";
import { shortCommand, shortPath } from "../render/command-name.ts";
import { wrap } from "../render/notes.ts";
import { reasons } from "../render/row.ts";
import { ruleAmount } from "../render/verdict-words.ts";
import { dim, formatPercent, plural, red, yellow } from "../text/style.ts";
import { table, type Column } from "../text/table.ts";
import type { LiveEntry } from "./entries.ts";
import { gauge } from "./meters.ts";
import { titleLine } from "./page.ts";
import type { State } from "./state.ts";

/** An empty line, a titleLine, and what there is to say, in the order in which it may be cut off. */
export function detailLines(state: State, entry: LiveEntry, columns: number): readonly string[] {
  const { id, command, cwd } = entry.process;
  const title = titleLine(`${id.pid}  ${shortCommand(command, cwd)}`, columns);
  return ["", title, ...ruleLines(entry, columns), ...factLines(state, entry, columns)];
}

const INDENT = "   ";
const COLUMNS: readonly Column[] = [
  { title: "RULE", atLeast: 8 },
  { title: "NOW", align: "right", atLeast: 8 },
  { title: "LIMIT", align: "right", atLeast: 8 },
  { title: "", atLeast: 10 },
  { title: "DECISION", atLeast: 8 },
  { title: "HELD" },
];
/** By the column's place: narrower terminals do without it. The evidence says the rest. */
const WIDTH_FOR: ReadonlyMap<number, number> = new Map([
  [3, 66],
  [5, 56],
]);

const PAINT = { suspect: yellow, runaway: red } as const;

const cells = ({ rule, limit, value, decision, heldMs, holdMs }: Verdict): readonly string[] => [
  rule,
  value === null ? "?" : ruleAmount(rule, value, formatPercent),
  ruleAmount(rule, limit, formatPercent),
  value === null || limit === 0 ? "" : gauge(value / limit, 10),
  decision,
  heldMs > 0 && holdMs > 0 ? `${duration(heldMs)} of ${duration(holdMs)}` : "",
];

/** One line each; below what is not ok, its evidence. */
function ruleLines({ row }: LiveEntry, columns: number): readonly string[] {
  const verdicts = row?.judged.verdicts ?? [];
  if (verdicts.length === 0) return [];
  const kept = <T>(all: readonly T[]): readonly T[] =>
    all.filter((_, at) => columns >= (WIDTH_FOR.get(at) ?? 0));
  const [header = "", ...lines] = table(
    kept(COLUMNS),
    verdicts.map((verdict) => kept(cells(verdict))),
    columns - INDENT.length,
  );
  const under = (verdict: Verdict | undefined, line: string): readonly string[] => {
    if (verdict === undefined || verdict.decision === "ok") return [line];
    const evidence = sentence(verdict.evidence, columns, `${INDENT}  `);
    return [PAINT[verdict.decision](line), ...evidence];
  };
  return [dim(INDENT + header), ...lines.flatMap((line, at) => under(verdicts[at], INDENT + line))];
}

const sentence = (text: string, columns: number, indent: string): readonly string[] =>
  wrap(text, Math.max(20, columns - indent.length - 1)).map((line) => indent + line);

const LABEL = 11;

function factLines(state: State, { job, process }: LiveEntry, columns: number): readonly string[] {
  const { orphanOf, members } = job.job;
  const others = members.filter(({ id }) => id.pid !== process.id.pid).map(({ id }) => id.pid);
  const facts: readonly (readonly [label: string, text: string | null])[] = [
    ...reasons(job)
      .filter(({ word }) => word === "protected" || word === "spared")
      .map(({ word, text }) => [word, text] as const),
    ["started", `${formatDate(process.startTimeMs)} by ${parentName(state, process)}`],
    ["in", process.cwd === null ? null : shortPath(process.cwd)],
    ["listens", listening(state, process)],
    ["orphaned", orphanOf === null ? null : orphanWords(orphanOf)],
    ["job", others.length === 0 ? null : `with ${others.join(", ")}`],
    [
      "process",
      [
        process.kind,
        process.state,
        ...(process.threads === null ? [] : [plural(process.threads, "thread")]),
        process.user ?? "unknown user",
      ].join(", "),
    ],
  ];
  return ["", ...facts.flatMap(([label, text]) => (text === null ? [] : fact(label, text, columns)))];
}

function fact(label: string, text: string, columns: number): readonly string[] {
  const [first = "", ...rest] = wrap(text, Math.max(20, columns - INDENT.length - LABEL - 1));
  const indent = INDENT + " ".repeat(LABEL);
  return [`${INDENT}${dim(label.padEnd(LABEL))}${first}`, ...rest.map((line) => indent + line)];
}

function parentName({ report, names }: State, { ppid }: ProcessSample): string {
  const inView = report?.judgement.jobs.flatMap(({ job }) => job.members).find(({ id }) => id.pid === ppid);
  return who({ pid: ppid, command: shortCommand(inView?.command ?? names.get(ppid) ?? "") });
}

function listening({ listeners }: State, { id }: ProcessSample): string | null {
  const found = listeners.get(processKey(id)) ?? [];
  return found.length === 0
    ? null
    : found.map(({ protocol, address }) => `${protocol} ${shortPath(address)}`).join(", ");
}
