/** A whole frame, as many lines as the terminal has. Pure: the same state and size give the same lines. */
import { outcomeLine, stopRefusalText } from "../render/cleanup.ts";
import { shortCommand } from "../render/command-name.ts";
import { bold, dim, green, red, yellow, formatPercent, plural } from "../text/style.ts";
import { cut } from "../text/table.ts";
import type { CarriedOut } from "../wire/reports.ts";
import { boxLines } from "./boxes.ts";
import { detailLines } from "./details.ts";
import { entriesOf, lineCount, selectedAt, cpuOf, shownJobs } from "./entries.ts";
import { layout, type Size } from "./layout.ts";
import { tableLines } from "./rows.ts";
import type { Notice, State } from "./state.ts";
import { policyAt } from "../core/judge/governance.ts";
import { processKey } from "../core/process/process.ts";
import type { JudgedJob } from "../core/judge/verdict.ts";
import { formatTime } from "../text/duration.ts";
import { judgementSummary } from "../render/judgement.ts";
import { limitsInWords } from "../render/limits.ts";

export function frame(state: State, size: Size): readonly string[] {
  const { columns, rows } = size;
  const { entries, head, details, notices, plan } = arranged(state, size);
  const body = [
    ...head.slice(0, plan.head),
    ...(entries.length === 0 ? [nothing(state)] : tableLines(state, entries, columns, plan.table)),
    ...details.slice(0, plan.details),
  ];
  const lines = [
    ...fill(body, rows - plan.notices - 1),
    ...notices.slice(notices.length - plan.notices),
    footer(state, columns),
  ];
  return overlaid(lines, boxLines(state, size)).map((line) => cut(line, columns));
}

/** Lines that the table shows, for who moves by pages. */
export const pageOf = (state: State, size: Size): number => arranged(state, size).plan.table;

function arranged(state: State, size: Size) {
  const entries = entriesOf(state);
  const selected = entries[selectedAt(entries, state)];
  const head = headLines(state, size.columns);
  const details = selected === undefined ? [] : detailLines(state, selected, size.columns);
  const notices = noticeLines(state);
  const plan = layout(size, {
    head: head.length,
    table: Math.max(1, lineCount(entries)),
    details: details.length,
    notices: notices.length,
  });
  return { entries, head, details, notices, plan };
}

const fill = (lines: readonly string[], count: number): readonly string[] =>
  Array.from({ length: Math.max(0, count) }, (_, at) => lines[at] ?? "");

/** Just above the footer. */
const overlaid = (lines: readonly string[], box: readonly string[]): readonly string[] => {
  const start = Math.max(0, lines.length - 1 - box.length);
  return lines.map((line, at) => box[at - start] ?? line);
};

function nothing({ report, filter }: State): string {
  if (report === null) return "";
  return filter === "" ? green(" No other Bun process runs here.") : yellow(` No row has "${filter}".`);
}

export function noticeLines({ notices, trouble, report }: State): readonly string[] {
  return [
    ...notices.flatMap((notice) => linesOf(notice, report?.atMs ?? 0)),
    ...(trouble === null ? [] : [red(` ${trouble}`)]),
  ];
}

function linesOf(notice: Notice, nowMs: number): readonly string[] {
  switch (notice.kind) {
    case "stopping": {
      const seconds = Math.max(0, Math.round((nowMs - notice.sinceMs) / 1_000));
      return [yellow(` stopping ${notice.id.pid}  ${shortCommand(notice.command)} … ${seconds}s`)];
    }
    case "failed":
      return [red(` ${notice.text}`)];
    case "ended": {
      const { carriedOut, plan } = notice.report;
      const refused = plan.refused.map((refusal) => yellow(` ${refusal.pid}  ${stopRefusalText(refusal)}`));
      return [...refused, ...carriedOut.flatMap(endingLines)];
    }
  }
}

const endingLines = ({ outcomes, left }: CarriedOut): readonly string[] => [
  ...outcomes.map((outcome) => outcomeLine(outcome, false).slice(1)),
  ...left.map(({ id, command }) => dim(` left running: ${id.pid}  ${shortCommand(command)}`)),
];

const HINTS: readonly (readonly [key: string, meaning: string])[] = [
  ["?", "help"],
  ["q", "quit"],
  ["x", "stop"],
  ["↑↓", "select"],
  ["t", "tree"],
  ["/", "filter"],
  ["space", "pause"],
  ["v c m a p n", "sort"],
];

function footer({ mode, tree, filter, paused }: State, columns: number): string {
  if (mode.kind === "filter") return ` /${filter}${bold("▏")}  ${dim("Enter keeps it, Esc takes it back")}`;
  let line = filter === "" ? "" : ` ${yellow(`/${filter}`)} ${dim("Esc ends it")} `;
  for (const [key, meaning] of HINTS) {
    const said = key === "t" && tree ? "flat" : key === "space" && paused ? "go on" : meaning;
    const longer = `${line} ${bold(key)} ${dim(said)} `;
    if (Bun.stringWidth(longer) > columns) break;
    line = longer;
  }
  return line;
}

/** Left and right on one line; the right one goes where there is no room for both. */
function ends(left: string, right: string, columns: number): string {
  const gap = columns - Bun.stringWidth(left) - Bun.stringWidth(right);
  return gap < 2 ? left : left + " ".repeat(gap) + right;
}

function watching({ report }: State): string {
  if (report === null) return dim("looking …");
  const { monitorPid, policy } = report;
  if (monitorPid === null) return dim("no monitor runs");
  return policy.mode === "observe"
    ? yellow(`monitor ${monitorPid} observes`)
    : `monitor ${monitorPid} enforces`;
}

function clock({ report, paused, trouble }: State): string {
  const time = report === null ? "" : formatTime(report.atMs);
  if (paused) return yellow(`paused  ${time}`);
  return trouble === null ? dim(time) : red(`as of ${time}`);
}

function headLines(state: State, columns: number): readonly string[] {
  const { report } = state;
  const title = ends(` ${bold("bun-watchdog")}  ${watching(state)}`, `${clock(state)} `, columns);
  if (report === null) return [title, "", "", ""];
  const cpu = shownJobs(state)
    .flatMap(({ job }) => job.members)
    .reduce((sum, { id }) => sum + (cpuOf({ key: processKey(id), row: null }, state) ?? 0), 0);
  const terms = policyAt(state.root, report.policy);
  const isCounted = ({ harmOnly, project }: JudgedJob): boolean =>
    report.policy.governance === undefined || (!harmOnly && (project ?? state.root) === state.root);
  const jobs = shownJobs(state);
  const here = jobs.filter(isCounted);
  const others =
    jobs.length === here.length ? "" : ` · ${plural(jobs.length - here.length, "job")} elsewhere`;
  const sums = `${judgementSummary(here, terms)}${others} · ${formatPercent(cpu)} CPU`;
  return [title, ` ${sums}`, dim(` limits  ${limitsInWords(terms)}`), ""];
}
