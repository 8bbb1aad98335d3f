/** `status` for people: a table of processes, under it why anything is over a limit or spared, and the sum. */
import { isJobOf } from "../wire/documents/status.ts";
import { bytes } from "../text/wording.ts";
import { countedLaunches } from "../core/judge/starter.ts";
import type { Policy } from "../core/judge/policy.ts";
import type { JudgedJob, Judgement } from "../core/judge/verdict.ts";
import { formatDuration } from "../text/duration.ts";
import { shortenPaths } from "./command-name.ts";
import { hanging, noteLines } from "./notes.ts";
import { groupsOf } from "./limits.ts";
import { reasons, commandCell, paintOf, rowsOf, verdictCell, type Row } from "./row.ts";
import { bold, formatPercent, green, lineWidth, plural, red } from "../text/style.ts";
import { table, type Column } from "../text/table.ts";

const COLUMNS: readonly Column[] = [
  { title: "PID", align: "right" },
  { title: "AGE", align: "right" },
  { title: "CPU", align: "right" },
  { title: "MEMORY", align: "right" },
  { title: "VERDICT" },
  { title: "COMMAND", flexible: true, shorten: shortenPaths },
];

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

/** `policy`: of those whose number counts; null = nobody counts them. */
export function judgementSummary(jobs: readonly JudgedJob[], policy: Policy | null): string {
  const processes = jobs.flatMap((job) => job.processes);
  const known = processes.flatMap(({ process }) => process.memoryBytes ?? []);
  const isUnknown = processes.length > 0 && known.length === 0;
  const counting = countedLaunches(jobs);
  const limit = policy?.limits.concurrency ?? null;
  const over = limit !== null && counting > limit;
  const counted =
    policy === null
      ? plural(jobs.length, "job")
      : `${plural(counting, "job")} (${limit === null ? "no limit" : `limit ${limit}`})`;
  const others = policy === null ? 0 : jobs.filter((job) => !job.counts).length;
  return [
    over ? red(counted) : counted,
    ...(others > 0 ? [`${others} not counted`] : []),
    plural(processes.length, "process", "processes"),
    isUnknown ? "memory unknown" : bytes(known.reduce((sum, each) => sum + each, 0)),
  ].join(" · ");
}

/** Without the job that asks: a person who looks is not what they look for. `root`: of the project they look from. */
export function renderJudgement(judgement: Judgement, policy: Policy, root: string): string {
  const jobs = judgement.jobs.filter((job) => !isJobOf(process.pid, job));
  if (jobs.length === 0) return green("No other Bun process runs here.");
  return groupsOf(jobs, policy, root)
    .map(({ title, jobs: its, terms }) => {
      const rows = its.flatMap(rowsOf);
      const why = noteLines(its.flatMap(reasons), lineWidth());
      const paint = (line: string, at: number | "header"): string => {
        const row = at === "header" ? undefined : rows[at];
        return row === undefined ? bold(line) : paintOf(row)(line);
      };
      return [
        ...(title === null ? [] : hanging(title, lineWidth())),
        ...table(COLUMNS, rows.map(cells), lineWidth(), paint),
        "",
        ...(why.length > 0 ? [...why, ""] : []),
        judgementSummary(its, terms),
      ].join("\n");
    })
    .join("\n\n");
}
