/** `report`: what the history says about a period. Changes nothing but the history, which it brings up to date first. */
import type { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Loaded } from "../../config/load.ts";
import type { PeriodReport } from "../../core/report/period.ts";
import { importJournal } from "../../record/history/import-journal.ts";
import { openHistory } from "../../record/history/open.ts";
import { openEmpty, openForReading } from "../../record/history/read.ts";
import { configuration, type ConfigFlags } from "../configuration.ts";
import { UsageError } from "../errors.ts";
import { renderReport } from "../render/report.ts";
import { reportFrom, type PeriodOptions } from "../reporting/period.ts";
import { parseSince } from "../since.ts";
import { statePath } from "../watch-ports.ts";

export interface ReportOptions extends Pick<ConfigFlags, "config"> {
  readonly since: string;
  readonly until?: string;
  readonly project?: string;
  readonly top: number;
  readonly json?: boolean;
}

function periodOf(options: ReportOptions, nowMs: number): PeriodOptions {
  const fromMs = parseSince(options.since, nowMs);
  const toMs = options.until === undefined ? nowMs : parseSince(options.until, nowMs);
  if (fromMs >= toMs)
    throw new UsageError(
      `--since ${options.since} is not before ${options.until === undefined ? "now" : `--until ${options.until}`}.`,
    );
  const project = options.project === undefined ? null : resolve(options.project);
  return { fromMs, toMs, project, top: options.top };
}

/** With what the journal says; without it where the file cannot be written, which is said. */
function openUpToDate(loaded: Loaded): Database {
  const [path, journal] = [statePath(loaded, "history.db"), statePath(loaded, "journal.jsonl")];
  if (!existsSync(path) && !(existsSync(journal) && loaded.settings.history.enabled)) return openEmpty();
  try {
    const database = openHistory(path);
    importJournal(database, journal);
    return database;
  } catch (error) {
    if (!existsSync(path)) throw error;
    console.error(
      `warning: ${path} could not be brought up to date: ${error instanceof Error ? error.message : String(error)}. What happened last may be missing.`,
    );
    return openForReading(path);
  }
}

function read(loaded: Loaded, period: PeriodOptions): PeriodReport {
  using database = openUpToDate(loaded);
  return reportFrom(database, loaded, period);
}

/** Exit 0, also when there is nothing to report. */
export async function report(options: ReportOptions): Promise<number> {
  const nowMs = Date.now();
  const period = periodOf(options, nowMs);
  const loaded = await configuration(options);
  const found = read(loaded, period);
  if (options.json === true)
    console.log(JSON.stringify({ schemaVersion: 1, at: new Date(nowMs).toISOString(), ...found }));
  else
    console.log(
      renderReport(found, {
        nowMs,
        configPath: loaded.path ?? join(loaded.projectRoot, ".kiro", "bun-process-config.json"),
        isKept: loaded.settings.history.enabled,
      }),
    );
  return 0;
}
