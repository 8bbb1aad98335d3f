/** The tables of docs/bunctl-config.md, from the table of keys: `bun test/support/app-docs.ts` writes them into the page. */
import { appKeys } from "../../src/config/apps/keys/all.ts";
import { PM2_ONLY } from "../../src/config/apps/keys/pm2-only.ts";

export const APP_DOCS_FILE = new URL("../../docs/bunctl-config.md", import.meta.url);

const cell = (text: string): string => text.replaceAll("|", "\\|");
const code = (text: string): string => `\`${text}\``;

export const tableOf = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** By the name of the place in the page. */
export const TABLES: Readonly<Record<string, string>> = {
  keys: tableOf(
    ["key", "also", "what it does", "allowed"],
    appKeys.map(([name, { also, says, kind }]) => [
      code(name),
      also.map(code).join(", "),
      says,
      `${capital(kind.allowed)}.`,
    ]),
  ),
  pm2: tableOf(
    ["PM2's key", "in bunctl", "what is different"],
    appKeys.flatMap(([name, { pm2, differs }]) =>
      pm2 === null
        ? []
        : [[code(pm2), pm2 === name ? "the same" : code(name), differs === "" ? "nothing" : differs]],
    ),
  ),
  "pm2-only": tableOf(
    ["PM2's key", "what it does there", "instead"],
    Object.entries(PM2_ONLY).map(([name, { does, instead }]) => [code(name), does, `${capital(instead)}.`]),
  ),
};

const between = (name: string): RegExp =>
  new RegExp(`(?<=<!-- table:${name}:start -->\\n)[^]*?(?=<!-- table:${name}:end -->)`, "u");

/** The page with its tables as they are to be. */
export const withTables = (page: string): string =>
  Object.entries(TABLES).reduce((text, [name, rows]) => withTable(text, name, rows), page);

export const withTable = (page: string, name: string, rows: string): string =>
  page.replace(between(name), () => `\n${rows}\n\n`);

if (import.meta.main) await Bun.write(APP_DOCS_FILE, withTables(await Bun.file(APP_DOCS_FILE).text()));
