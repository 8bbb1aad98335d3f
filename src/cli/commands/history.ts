/** `history export` and `history info`: what was observed and done, for other programs and for people. */
import { printableLines } from "../../text/mask.ts";
import { statSync } from "node:fs";
import { readRows, summarise, TABLE_NAMES, type TableName } from "../../history/store/read-rows.ts";
import { configuration, type ConfigFlags } from "../../host/configuration.ts";
import { UsageError } from "../../text/errors.ts";
import { keptHistory } from "../../history/keeper.ts";
import {
  exportJson,
  exportLines,
  inChunks,
  type Tables,
  historyInfoJson,
  renderHistoryInfo,
} from "../../history/text/history.ts";
import { writeOut } from "../printing.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration, type JsonFlags } from "../declaring.ts";
import { sinceOption } from "../values.ts";

interface ExportOptions extends ConfigFlags {
  /** Unix epoch ms. */
  readonly since?: number;
  readonly until?: number;
  readonly table?: string;
  readonly jsonl?: boolean;
}

function tableNames(text: string | undefined): readonly TableName[] {
  if (text === undefined) return TABLE_NAMES;
  return text.split(",").map((name) => {
    const found = TABLE_NAMES.find((each) => each === name.trim());
    if (found === undefined)
      throw new UsageError(`--table ${JSON.stringify(name)} is unknown. It takes ${TABLE_NAMES.join(", ")}.`);
    return found;
  });
}

const iso = (atMs: number | undefined): string | null =>
  atMs === undefined ? null : new Date(atMs).toISOString();

async function exportHistory(options: ExportOptions): Promise<number> {
  const names = tableNames(options.table);
  const { since, until, jsonl = false } = options;
  using kept = await keptHistory(await configuration(options));
  const { database } = kept;
  const range = { sinceMs: since ?? 0, untilMs: until ?? Number.MAX_SAFE_INTEGER };
  // one state of the history, whatever a monitor writes meanwhile
  database.run("BEGIN");
  const tables: Tables = names.map((name) => [name, readRows(database, name, range)] as const);
  const head = { at: new Date().toISOString(), since: iso(since), until: iso(until) };
  for (const chunk of inChunks(jsonl ? exportLines(tables) : exportJson(head, tables)))
    if (!writeOut(printableLines(chunk))) break;
  return 0;
}

async function historyInfo(options: JsonFlags): Promise<number> {
  const loaded = await configuration(options);
  using kept = await keptHistory(loaded);
  const { database, path, note } = kept;
  const info = {
    path,
    sizeBytes: sizeOf(path) + sizeOf(`${path}-wal`),
    maxDays: loaded.settings.history.maxDays,
    tables: new Map(TABLE_NAMES.map((name) => [name, summarise(database, name)])),
  };
  const text = [...(note === null ? [] : [note]), renderHistoryInfo(info)].join("\n");
  console.log(options.json === true ? JSON.stringify(historyInfoJson(info)) : text);
  return 0;
}

/** The log comes and goes. */
const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

export const historyCommand: Declaration = {
  commands: {
    export: {
      summary: "print one JSON object with a list per table",
      options: [
        ...CONFIG_OPTIONS,
        ["--json", "one JSON object on standard output (the default)"],
        ["--jsonl", "one JSON object per line instead, each with its table's name"],
        ["--since <when>", "from then on: 30m, 12h, 7d, or a date", sinceOption],
        ["--until <when>", "up to then", sinceOption],
        ["--table <tables>", "only these, e.g. kills,exits"],
      ],
      examples: [
        ["history export --json --since 7d", "everything of the last week"],
        ["history export --table kills", "every kill, with its evidence"],
        ["history export --jsonl | head", "a row per line, for other tools"],
      ],
      run: exportHistory,
    },
    info: {
      summary: "show how much is recorded, since when, and what it takes",
      options: [...CONFIG_OPTIONS, JSON_OPTION],
      examples: [["history info", "size, rows, oldest and newest"]],
      run: historyInfo,
    },
  },
};
