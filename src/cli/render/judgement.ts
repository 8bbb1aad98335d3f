/** `status` for people: a table of processes, under it why anything is over a limit or spared, and the sum. */
import { bytes } from "../../core/wording.ts";
import type { Policy } from "../../core/policy.ts";
import { isBun } from "../../core/tree.ts";
import type { JudgedJob, JudgedProcess, Judgement, Verdict } from "../../core/verdict.ts";
import { formatDuration } from "../duration.ts";
import { shortCommand, shortenPaths } from "./command-name.ts";
import { noteLines } from "./notes.ts";
import { reasons } from "./reasons.ts";
import { bold, dim, formatPercent, green, lineWidth, plural, red, yellow } from "./style.ts";
import { table, type Column } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { title: "PID", align: "right" },
  { title: "AGE", align: "right" },
  { title: "CPU", align: "right" },
  { title: "MEMORY", align: "right" },
  { title: "VERDICT" },
  { title: "COMMAND", flexible: true, shorten: shortenPaths },
];

interface Row {
  readonly job: JudgedJob;
  readonly judged: JudgedProcess;
  readonly worst: Verdict | null;
}

const SEVERITY = { ok: 0, suspect: 1, runaway: 2 } as const;

/** The verdict that matters most; null when all are ok. */
function worstVerdict(judged: JudgedProcess): Verdict | null {
  const worst = judged.verdicts.toSorted((a, b) => SEVERITY[b.decision] - SEVERITY[a.decision])[0];
  return worst === undefined || worst.decision === "ok" ? null : worst;
}

/** A protected job is never a victim, so what it does is no verdict on it. */
function verdictCell({ job, worst, judged }: Row): string {
  const { state } = judged.process;
  const unusual = state === "running" || state === "sleeping" || state === "idle" ? "" : `, ${state}`;
  if (job.protectedBecause !== null) return `protected${unusual}`;
  if (job.owner !== null) return `gated${unusual}`;
  if (worst !== null) return `${worst.decision}: ${worst.rule}${unusual}`;
  return `${job.exempt.length > 0 ? "spared" : "ok"}${unusual}`;
}

/** Members hang below the root of their job. */
function commandCell({ job, judged: { process } }: Row): string {
  const command = shortCommand(process.command, process.cwd);
  return process.id.pid === job.job.root.id.pid ? command : `└ ${command}`;
}

const cells = (row: Row): string[] => {
  const { process, cpuPercent } = row.judged;
  return [
    String(process.id.pid),
    formatDuration(process.ageMs),
    cpuPercent === null ? "?" : formatPercent(cpuPercent),
    process.memoryBytes === null ? "?" : bytes(process.memoryBytes),
    verdictCell(row),
    commandCell(row),
  ];
};

function painted(rows: readonly Row[]): (line: string, row: number | "header") => string {
  return (line, index) => {
    if (index === "header") return bold(line);
    const row = rows[index];
    if (row === undefined) return line;
    if (row.job.protectedBecause !== null) return dim(line);
    if (row.worst?.decision === "runaway") return red(line);
    return row.worst?.decision === "suspect" ? yellow(line) : line;
  };
}

function summary(jobs: readonly JudgedJob[], policy: Policy): string {
  const processes = jobs.flatMap((job) => job.processes);
  const memoryBytes = processes.reduce((sum, { process }) => sum + (process.memoryBytes ?? 0), 0);
  const counting = jobs.filter((job) => job.counts).length;
  const limit = policy.limits.concurrency;
  const over = limit !== null && counting > limit;
  const counted = `${plural(counting, "job")} (${limit === null ? "no limit" : `limit ${limit}`})`;
  const others = jobs.length - counting;
  return [
    over ? red(counted) : counted,
    ...(others > 0 ? [`${others} not counted`] : []),
    plural(processes.length, "process", "processes"),
    bytes(memoryBytes),
  ].join(" · ");
}

const asks = ({ processes }: JudgedJob): boolean =>
  processes.some((judged) => judged.process.id.pid === process.pid);

/** Without the job that asks: a person who looks is not what they look for. */
export function renderJudgement(judgement: Judgement, policy: Policy): string {
  const jobs = judgement.jobs.filter((job) => !asks(job));
  const rows = jobs.flatMap((job) =>
    job.processes.map((judged): Row => ({ job, judged, worst: worstVerdict(judged) })),
  );
  if (!rows.some(({ judged }) => isBun(judged.process))) return green("No other Bun process runs here.");
  const why = noteLines(jobs.flatMap(reasons), lineWidth());
  return [
    ...table(COLUMNS, rows.map(cells), lineWidth(), painted(rows)),
    "",
    ...(why.length > 0 ? [...why, ""] : []),
    summary(jobs, policy),
  ].join("\n");
}
