/** `report`: what the history says about a period. */
import { stopsByKind } from "../../history/report/summary.ts";
import type { PeriodReport } from "../../history/report/period.ts";
import { join, resolve } from "node:path";
import { configuration, type ConfigFlags } from "../../host/configuration.ts";
import { formatDate } from "../../text/duration.ts";
import { UsageError } from "../../text/errors.ts";
import { keptHistory } from "../../history/keeper.ts";
import { renderReport } from "../../history/text/report.ts";
import { dim } from "../../text/style.ts";
import { reportFrom, type PeriodOptions } from "../../history/store/read.ts";
import { JSON_OPTION, type Declaration } from "../declaring.ts";
import { countOption, sinceOption } from "../values.ts";

interface ReportOptions extends Pick<ConfigFlags, "config"> {
  /** Unix epoch ms. */
  readonly since?: number;
  readonly until?: number;
  readonly project?: string;
  readonly top: number;
  readonly json?: boolean;
}

const CACHE_KIB = 32_768;
const WEEK_MS = 7 * 86_400_000;

function periodOf({ since, until, project, top }: ReportOptions, nowMs: number): PeriodOptions {
  const toMs = until ?? nowMs;
  const fromMs = since ?? toMs - WEEK_MS;
  if (fromMs >= toMs)
    throw new UsageError(
      `--since (${formatDate(fromMs)}) is not before ${until === undefined ? "now" : `--until (${formatDate(toMs)})`}.`,
    );
  return { fromMs, toMs, project: project === undefined ? null : resolve(project), top };
}

/** Keeps three kinds apart: runaways, jobs that were one too many, and those that a person stopped. */
const withKinds = ({ totals, before, ...rest }: PeriodReport): object => ({
  ...rest,
  totals: { ...totals, stopsByKind: stopsByKind(totals) },
  before: before === null ? null : { ...before, stopsByKind: stopsByKind(before) },
});

export async function report(options: ReportOptions): Promise<number> {
  const nowMs = Date.now();
  const asked = periodOf(options, nowMs);
  const loaded = await configuration(options);
  using kept = await keptHistory(loaded);
  const { database, note } = kept;
  // another's records are asked about this project alone, unless somebody names a project
  const period = note === null ? asked : { ...asked, project: asked.project ?? loaded.policy.projectRoot };
  // a monitor keeps its cache small for months; this process reads much of the file several times and is gone
  database.run(`PRAGMA cache_size = -${CACHE_KIB}`);
  const found = reportFrom(database, loaded, period);
  const configPath = loaded.path ?? join(loaded.projectRoot, ".kiro", "bun-process-config.json");
  console.log(
    options.json === true
      ? JSON.stringify({ schemaVersion: 1, at: new Date(nowMs).toISOString(), ...withKinds(found) })
      : [...(note === null ? [] : [dim(note), ""]), renderReport(found, { nowMs, configPath })].join("\n"),
  );
  return 0;
}

export const reportCommand: Declaration = {
  options: [
    ["--since <when>", "how long ago (12h, 30d) or a date (2026-11-20); without it a week", sinceOption],
    ["--until <when>", "the same; without it now", sinceOption],
    ["--project <folder>", "only what works in this folder or below it"],
    ["--top <count>", "how many entries each list has", countOption, 5],
    ["--config <file>", "use this configuration file"],
    JSON_OPTION,
  ],
  examples: [
    ["report", "the last week"],
    ["report --since 30d --top 10", "the last month, longer lists"],
    ["report --since 14d --until 7d", "the week before"],
    ["report --project ~/shop", "one project"],
    ["report --json | jq .advice", "which limits to change, for scripts"],
  ],
  exitCodes: [
    ["0", "done"],
    ["1", "the history cannot be read"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: report,
};
