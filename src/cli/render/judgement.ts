/** `status` for people: a summary, a table of processes, and under it why anything is over a limit. */
import type { Policy } from "../../core/policy.ts";
import type { Judgement, JudgedJob, JudgedProcess, Verdict } from "../../core/verdict.ts";
import { formatDuration } from "../duration.ts";
import { bold, dim, formatBytes, formatPercent, green, lineWidth, red, yellow } from "./style.ts";
import { table, type Column } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { title: "PID", align: "right" },
  { title: "JOB", align: "right" },
  { title: "KIND" },
  { title: "AGE", align: "right" },
  { title: "CPU", align: "right" },
  { title: "MEMORY", align: "right" },
  { title: "STATE" },
  { title: "VERDICT" },
  { title: "COMMAND", flexible: true },
];

interface Row {
  readonly job: JudgedJob;
  readonly judged: JudgedProcess;
  readonly worst: Verdict | null;
}

const SEVERITY = { ok: 0, suspect: 1, runaway: 2 } as const;

/** The verdict that matters most; null when all are ok. */
export function worstVerdict(judged: JudgedProcess): Verdict | null {
  const worst = judged.verdicts.toSorted((a, b) => SEVERITY[b.decision] - SEVERITY[a.decision])[0];
  return worst === undefined || worst.decision === "ok" ? null : worst;
}

function verdictCell({ job, worst }: Row): string {
  if (worst !== null) return `${worst.decision} (${worst.rule})`;
  if (job.protectedBecause !== null) return "protected";
  if (job.exempt.length > 0) return "exempt";
  return "ok";
}

function cells(row: Row): string[] {
  const { process } = row.judged;
  return [
    String(process.id.pid),
    String(row.job.job.root.id.pid),
    process.kind,
    formatDuration(process.ageMs),
    row.judged.cpuPercent === null ? "?" : formatPercent(row.judged.cpuPercent),
    process.memoryBytes === null ? "?" : formatBytes(process.memoryBytes),
    process.state,
    verdictCell(row),
    process.command,
  ];
}

function painted(rows: readonly Row[]): (line: string, row: number | "header") => string {
  return (line, index) => {
    if (index === "header") return bold(line);
    const row = rows[index];
    if (row?.worst?.decision === "runaway") return red(line);
    if (row?.worst?.decision === "suspect") return yellow(line);
    return row?.job.protectedBecause === null ? line : dim(line);
  };
}

/** Why: one line per verdict above ok, and one per job that is spared or protected. */
function explanations(rows: readonly Row[], jobs: readonly JudgedJob[]): string[] {
  const verdicts = rows.flatMap(({ judged }) =>
    judged.verdicts
      .filter((verdict) => verdict.decision !== "ok")
      .map((verdict) => {
        const paint = verdict.decision === "runaway" ? red : yellow;
        return `${paint(`${verdict.decision} ${judged.process.id.pid}`)}  ${verdict.evidence}`;
      }),
  );
  const spared = jobs.flatMap(({ job, exempt, protectedBecause }) => {
    if (protectedBecause !== null) return [dim(`job ${job.root.id.pid} is protected: ${protectedBecause}`)];
    if (exempt.length === 0) return [];
    const rules = [...new Set(exempt.map(({ rule }) => rule))].join(", ");
    const limits = [...new Set(exempt.map(({ limit }) => limit))].join(" and ");
    return [dim(`job ${job.root.id.pid} is spared from ${limits}: ${rules}`)];
  });
  return [...verdicts, ...spared];
}

function summary(judgement: Judgement, policy: Policy): string {
  const counting = judgement.jobs.filter((job) => job.counts).length;
  const processes = judgement.jobs.flatMap((job) => job.processes);
  const memoryBytes = processes.reduce((sum, { process }) => sum + (process.memoryBytes ?? 0), 0);
  const limit = policy.limits.concurrency;
  const over = limit !== null && counting > limit;
  const counted = `${counting}${limit === null ? "" : ` of ${limit}`} counted towards the limit`;
  return [
    bold(`${judgement.jobs.length} ${judgement.jobs.length === 1 ? "job" : "jobs"}`),
    `${processes.length} processes`,
    over ? red(counted) : counted,
    formatBytes(memoryBytes),
  ].join(" · ");
}

export function renderJudgement(judgement: Judgement, policy: Policy): string {
  const rows = judgement.jobs.flatMap((job) =>
    job.processes.map((judged): Row => ({ job, judged, worst: worstVerdict(judged) })),
  );
  if (rows.length === 0) return green("No Bun process is running in this scope.");
  const why = explanations(rows, judgement.jobs);
  return [
    ...table(COLUMNS, rows.map(cells), lineWidth(), painted(rows)),
    "",
    ...why,
    ...(why.length > 0 ? [""] : []),
    summary(judgement, policy),
  ].join("\n");
}
