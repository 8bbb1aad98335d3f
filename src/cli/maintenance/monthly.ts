/** The monthly maintenance: the patterns of the last 30 days, as a page beside the log and a line in it. */
import { join } from "node:path";
import type { Loaded } from "../../config/load.ts";
import { printable } from "../../core/mask.ts";
import { replaceFile } from "../../record/replace-file.ts";
import { formatDate } from "../duration.ts";
import { asMarkdown } from "../render/summary.ts";
import { lastDays, reportOf, type Span } from "./report-of.ts";

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
export function reviewFile(nowMs: number): string {
  const month = formatDate(lastDays(1, nowMs).fromMs).slice(0, "yyyy-mm".length);
  return `bun-process-review-${month}.md`;
}
