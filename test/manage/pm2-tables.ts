/** The tables of docs/replace-pm2.md: `bun test/manage/pm2-tables.ts` writes them into the page. */
import { join } from "node:path";
import { PM2_INSTEAD } from "../../src/cli/bunctl/pm2-instead.ts";
import { withTable } from "../support/app-docs.ts";
import { repository } from "../support/launch.ts";
import { HABITS } from "./habits.ts";
import { KNOWN } from "./known-differences.ts";

export const PM2_DOCS = join(repository, "docs/replace-pm2.md");

const cell = (text: string): string => text.replaceAll("|", "\\|");
const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

const differences = (): string =>
  table(
    ["what is different", "why"],
    [
      ...KNOWN.map(({ what, because }) => [what, because]),
      ...HABITS.flatMap(({ ours }) => (ours === undefined ? [] : [[ours.what, ours.because]])),
    ],
  );

/** Words that are answered alike share a row. */
function instead(words: Readonly<Record<string, string>>, title: string): string {
  const answers = Map.groupBy(Object.entries(words), ([, answer]) => answer);
  return table(
    [title, "instead"],
    [...answers].map(([answer, of]) => [of.map(([word]) => `\`${word}\``).join(", "), answer]),
  );
}

export const withPm2Tables = (page: string): string =>
  Object.entries({
    "pm2-differences": differences(),
    "pm2-commands": instead(PM2_INSTEAD.commands, "command of PM2"),
    "pm2-options": instead(PM2_INSTEAD.options, "option of PM2"),
  }).reduce((text, [name, rows]) => withTable(text, name, rows), page);

if (import.meta.main) await Bun.write(PM2_DOCS, withPm2Tables(await Bun.file(PM2_DOCS).text()));
