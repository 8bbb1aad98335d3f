/** The three tasks: a line a day and a page a month of what the history says; and once a week old logs are compressed, older records removed. */
import type { Loaded } from "../config/load.ts";
import type { PeriodReport } from "../history/report/period.ts";
import { reportSummary } from "../history/report/summary.ts";
import { importJournal } from "../history/store/import-journal.ts";
import { openHistory } from "../history/store/open.ts";
import { reportFrom } from "../history/store/read.ts";
import { retain } from "../history/store/retention.ts";
import { renderReport } from "../history/text/report.ts";
import type { Database } from "bun:sqlite";
import { codeOf, messageOf } from "../text/system-error.ts";
import { CommandError } from "../text/errors.ts";
import { statePath } from "../host/state.ts";
import { join } from "node:path";
import { printable } from "../text/mask.ts";
import { replaceFile } from "../record/replace-file.ts";
import { formatDate } from "../text/duration.ts";
import { asMarkdown } from "../render/summary.ts";
import { existsSync, readdirSync } from "node:fs";
import { bytes, count } from "../text/wording.ts";
import { type Compressed, compressLog } from "../record/compress-log.ts";
import { finishedLogs, removeExpiredLogs } from "../record/log-files.ts";
import { removeOldJournals } from "../record/journal.ts";
import { ownUid } from "../trust/open.ts";
import { distrust } from "../trust/path.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** As many of each kind as are read to the end. */
const MOST_OF_A_KIND = 10;

/**
 * What `use` makes of the history, the journal taken over; in words why there is none to be used. Throws when it is only
 * locked: a later try does better.
 */
function withHistory<T extends object>(loaded: Loaded, use: (history: Database) => T): T | string {
  if (!loaded.settings.history.enabled) return "there is no history (history.enabled is false)";
  try {
    using history = openHistory(statePath(loaded, "history.db"));
    importJournal(history, statePath(loaded, "journal.jsonl"));
    return use(history);
  } catch (error) {
    const code = codeOf(error);
    // SQLite's, open(2)'s, and HISTORY for a file that is damaged or newer; without one it is a bug
    if (code === null) throw error;
    const why = messageOf(error);
    if (code.startsWith("SQLITE_BUSY"))
      throw new CommandError(`the history is in use by another process (${why}). Try again when it is free`);
    return `the history cannot be used: ${why}`;
  }
}

/** Of the last days. Throws as `withHistory` does. */
function reportOf(loaded: Loaded, days: number, nowMs: number): PeriodReport | string {
  const options = { fromMs: nowMs - days * DAY_MS, toMs: nowMs, project: null, top: MOST_OF_A_KIND };
  return withHistory(loaded, (history) => reportFrom(history, loaded, options));
}

export async function daily(loaded: Loaded, nowMs: number): Promise<string> {
  const found = reportOf(loaded, 1, nowMs);
  return `daily: ${typeof found === "string" ? found : reportSummary(found)}`;
}

export async function monthly(loaded: Loaded, nowMs: number): Promise<string> {
  const found = reportOf(loaded, 30, nowMs);
  if (typeof found === "string") return `monthly: ${found}`;
  // named for the month that yesterday was in: on the first, that is the month that is over
  const month = formatDate(nowMs - DAY_MS).slice(0, "yyyy-mm".length);
  const path = join(loaded.logDirectory, `bun-process-review-${month}.md`);
  const configPath = loaded.path ?? join(loaded.projectRoot, ".kiro", "bun-process-config.json");
  replaceFile(path, page(renderReport(found, { nowMs, configPath }), loaded));
  return `monthly: ${reportSummary(found)}; reviewed in ${printable(path)}`;
}

/** The report as text that is no markup, whatever a process calls itself: each line of it is indented. */
const page = (report: string, { projectRoot }: Loaded): string =>
  `# Bun processes, as watched from ${asMarkdown(printable(projectRoot))}

${Bun.stripANSI(report).replaceAll(/^/gmu, "    ")}
`;

/** Removes first: that is what a full disk needs. What cannot be done with a log is said, and tried again next week. */
export async function weekly(loaded: Loaded, nowMs: number): Promise<string> {
  const done = [...(await tidyLogs(loaded, nowMs)), ...trimHistory(loaded, nowMs)];
  return `weekly: ${done.length === 0 ? "nothing is old enough to be compressed or removed" : done.join("; ")}`;
}

async function tidyLogs({ logDirectory, settings }: Loaded, nowMs: number): Promise<readonly string[]> {
  if (!existsSync(logDirectory)) return [];
  const found = distrust(logDirectory, ownUid());
  if (found !== null) return [`the log is left alone: ${printable(`${logDirectory} ${found.why}`)}`];
  const { maxDays } = settings.logging;
  const removed = removeExpiredLogs(logDirectory, new Date(nowMs), maxDays);
  return [
    ...ifAny(removed, "log", `over ${maxDays} days removed`),
    ...(await compressAll(logDirectory, nowMs)),
  ];
}

const ifAny = (number: number, noun: string, done: string): readonly string[] =>
  number === 0 ? [] : [`${count(number, noun)} ${done}`];

async function compressAll(directory: string, nowMs: number): Promise<readonly string[]> {
  const done: Compressed[] = [];
  const problems: string[] = [];
  for (const day of finishedLogs(readdirSync(directory), new Date(nowMs)).filter(({ isPlain }) => isPlain)) {
    try {
      done.push(await compressLog(directory, day));
    } catch (error) {
      problems.push(`${day.name} not compressed: ${printable(messageOf(error))}`);
    }
  }
  const sum = (size: (each: Compressed) => number): string =>
    bytes(done.reduce((all, each) => all + size(each), 0));
  const sizes = `${sum(({ fromBytes }) => fromBytes)} to ${sum(({ toBytes }) => toBytes)}`;
  return [...ifAny(done.length, "log", `compressed (${sizes})`), ...problems];
}

/** The put-aside journals go only once the history has what they say, which withHistory sees to. */
function trimHistory(loaded: Loaded, nowMs: number): readonly string[] {
  const { maxDays, enabled } = loaded.settings.history;
  const over = `over ${maxDays} days removed`;
  const journals = (): readonly string[] =>
    ifAny(removeOldJournals(statePath(loaded, "journal.jsonl"), nowMs, maxDays), "put-aside journal", over);
  if (!enabled) return journals();
  const found = withHistory(loaded, (history) => {
    const { removed } = retain(history, nowMs, maxDays);
    return [...ifAny(removed, "row", `of the history ${over}`), ...journals()];
  });
  return typeof found === "string" ? [found] : found;
}
