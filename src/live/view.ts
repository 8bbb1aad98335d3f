/** A whole frame, as many lines as the terminal has. Pure: the same state and size give the same lines. */
import { outcomeLine, stopRefusalText } from "../render/cleanup.ts";
import { shortCommand } from "../render/command-name.ts";
import { bold, dim, green, red, yellow, formatPercent, plural } from "../text/style.ts";
import type { CarriedOut } from "../wire/reports.ts";
import { boxLines } from "./boxes.ts";
import { detailLines } from "./details.ts";
import { entriesOf, lineCount, cpuOf, shownJobs } from "./entries.ts";
import type { Size } from "./layout.ts";
import { selectedAt } from "./listing.ts";
import { ends, keyLine, page, planOf, type Parts } from "./page.ts";
import { tableLines } from "./rows.ts";
import type { Notice, State } from "./state.ts";
import { policyAt } from "../core/judge/governance.ts";
import { processKey } from "../core/process/process.ts";
import type { JudgedJob } from "../core/judge/verdict.ts";
import { formatTime } from "../text/duration.ts";
import { judgementSummary } from "../render/judgement.ts";
import { limitsInWords } from "../render/limits.ts";

export const frame = (state: State, size: Size): readonly string[] => page(size, partsOf(state, size));

/** Lines that the table shows, for who moves by pages. */
export const pageOf = (state: State, size: Size): number => planOf(size, partsOf(state, size)).table;

function partsOf(state: State, size: Size): Parts {
  const entries = entriesOf(state);
  const selected = entries[selectedAt(entries, state)];
  const { columns } = size;
  return {
    head: headLines(state, columns),
    tableLines: lineCount(entries),
    table: (visible) =>
      entries.length === 0 ? [nothing(state)] : tableLines(state, entries, columns, visible),
    details: selected === undefined ? [] : detailLines(state, selected, columns),
    notices: noticeLines(state),
    footer: keyLine(state, hints(state), columns),
    box: boxLines(state, size),
  };
}

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

const hints = ({ tree, paused }: State): readonly (readonly [key: string, meaning: string])[] => [
  ["?", "help"],
  ["q", "quit"],
  ["x", "stop"],
  ["↑↓", "select"],
  ["t", tree ? "flat" : "tree"],
  ["/", "filter"],
  ["space", paused ? "go on" : "pause"],
  ["v c m a p n", "sort"],
];

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
