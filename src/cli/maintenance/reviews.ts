/** The daily and the monthly maintenance: what the history says of the days before, as a line for the log and as a page beside it. */
import type { Loaded } from "../../config/load.ts";
import type { PeriodReport } from "../../core/report/period.ts";
import type { Database } from "bun:sqlite";
import { codeOf } from "../../core/system-error.ts";
import { CommandError } from "../errors.ts";
import { statePath } from "../state.ts";
import { join } from "node:path";
import { printable } from "../../core/mask.ts";
import { replaceFile } from "../../record/replace-file.ts";
import { formatDate } from "../duration.ts";
import { asMarkdown } from "../render/summary.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

const lastDays = (days: number, nowMs: number): Span => ({
  fromMs: nowMs - days * DAY_MS,
  toMs: nowMs,
});

/** As many of each kind as are read to the end. */
const MOST_OF_A_KIND = 10;

/** Throws as `withHistory` does. */
async function reportOf(loaded: Loaded, span: Span): Promise<Used<PeriodReport>> {
  const { reportFrom } = await import("../reporting/period.ts");
  const options = { ...span, project: null, top: MOST_OF_A_KIND };
  return withHistory(loaded, (history) => reportFrom(history, loaded, options));
}

type Used<T> =
  | { readonly value: T }
  /** There is no history to be used: a clause of a sentence. */
  | { readonly why: string };

/** What `use` makes of the history, the journal taken over. Throws when it is only locked: a later try does better. */
export async function withHistory<T>(loaded: Loaded, use: (history: Database) => T): Promise<Used<T>> {
  if (!loaded.settings.history.enabled) return { why: "there is no history (history.enabled is false)" };
  const [{ openHistory }, { importJournal }] = await Promise.all([
    import("../../record/history/open.ts"),
    import("../../record/history/import-journal.ts"),
  ]);
  try {
    using history = openHistory(statePath(loaded, "history.db"));
    importJournal(history, statePath(loaded, "journal.jsonl"));
    return { value: use(history) };
  } catch (error) {
    const code = codeOf(error);
    // SQLite's, open(2)'s, and HISTORY for a file that is damaged or newer; without one it is a bug
    if (code === null) throw error;
    const why = error instanceof Error ? error.message : code;
    if (code.startsWith("SQLITE_BUSY"))
      throw new CommandError(`the history is in use by another process (${why}). Try again when it is free`);
    return { why: `the history cannot be used: ${why}` };
  }
}

export async function daily(loaded: Loaded, nowMs: number): Promise<string> {
  const found = await reportOf(loaded, lastDays(1, nowMs));
  const { summary } = await import("../../core/report/summary.ts");
  return `daily: ${"why" in found ? found.why : summary(found.value)}`;
}

export async function monthly(loaded: Loaded, nowMs: number): Promise<string> {
  const span = lastDays(30, nowMs);
  const found = await reportOf(loaded, span);
  if ("why" in found) return `monthly: ${found.why}`;
  const { review, summary } = await import("../../core/report/summary.ts");
  const path = join(loaded.logDirectory, reviewFile(nowMs));
  replaceFile(path, page(review(found.value), loaded, span));
  return `monthly: ${summary(found.value)}; reviewed in ${printable(path)}`;
}

const page = (text: string, { projectRoot }: Loaded, { fromMs, toMs }: Span): string =>
  `# Bun processes, ${formatDate(fromMs).slice(0, 10)} to ${formatDate(toMs).slice(0, 10)}

As watched from ${asMarkdown(printable(projectRoot))}; more of it with \`bun-watchdog report --since 30d\`.

${bullets(text)}
`;

const bullets = (text: string): string =>
  text
    .split("\n")
    .map((line) => `- ${asMarkdown(line)}`)
    .join("\n");

/** Named for the month that yesterday was in: on the first, that is the month that is over. */
function reviewFile(nowMs: number): string {
  const month = formatDate(lastDays(1, nowMs).fromMs).slice(0, "yyyy-mm".length);
  return `bun-process-review-${month}.md`;
}
