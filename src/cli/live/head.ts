/** The top: who watches and when that was, the sum, the limits. */
import { policyAt } from "../../core/governance.ts";
import { processKey } from "../../core/process.ts";
import type { JudgedJob } from "../../core/verdict.ts";
import { formatTime } from "../duration.ts";
import { summary } from "../render/judgement.ts";
import { limitsInWords } from "../render/limits.ts";
import { bold, dim, formatPercent, plural, red, yellow } from "../render/style.ts";
import { cpuOf, jobsOf } from "./entries.ts";
import type { State } from "./state.ts";

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

export function headLines(state: State, columns: number): readonly string[] {
  const { report } = state;
  const title = ends(` ${bold("bun-watchdog")}  ${watching(state)}`, `${clock(state)} `, columns);
  if (report === null) return [title, "", "", ""];
  const cpu = jobsOf(state)
    .flatMap(({ job }) => job.members)
    .reduce((sum, { id }) => sum + (cpuOf({ key: processKey(id), row: null }, state) ?? 0), 0);
  const terms = policyAt(state.root, report.policy);
  const isCounted = ({ harmOnly, project }: JudgedJob): boolean =>
    report.policy.governance === undefined || (!harmOnly && (project ?? state.root) === state.root);
  const jobs = jobsOf(state);
  const here = jobs.filter(isCounted);
  const others =
    jobs.length === here.length ? "" : ` · ${plural(jobs.length - here.length, "job")} elsewhere`;
  const sums = `${summary(here, terms)}${others} · ${formatPercent(cpu)} CPU`;
  return [title, ` ${sums}`, dim(` limits  ${limitsInWords(terms)}`), ""];
}
