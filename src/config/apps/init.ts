/**
 * Plans what `bunctl init` writes, before it writes. A file that is there is not overwritten unless that is
 * asked for.
 */
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { UsageError } from "../../text/errors.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { codeOf, orElse } from "../../text/system-error.ts";
import { readRegular } from "../../trust/open.ts";
import { requireBelievable } from "../../trust/path.ts";
import { APP_FILES, BUNCTL_FILE } from "./find.ts";
import { Refusal } from "./kind.ts";
import { APP_KEYS } from "./keys/all.ts";
import { splitCommand } from "../../text/split-command.ts";
import { kindOfFile } from "../files/directories.ts";
import { shellWord } from "../../text/shell-word.ts";

export interface InitOptions {
  readonly directory: string;
  readonly name?: string | undefined;
  readonly entry?: string | undefined;
  readonly port?: number | string | undefined;
  readonly memory?: number | string | undefined;
  readonly cpu?: number | string | undefined;
  /** Write a file that PM2 can read, too. */
  readonly ecosystem?: boolean | undefined;
}

export interface InitPlan {
  readonly path: string;
  readonly text: string;
  /**
   * Notes for people: where the entry comes from, and whether another file holds before this one or after it.
   */
  readonly notes: readonly string[];
}

/** @throws UsageError: there is no entry, or a value is wrong */
export function planInit(options: InitOptions): InitPlan {
  const { directory } = options;
  const described = descriptionOf(directory);
  const name = options.name ?? nameIn(described) ?? basename(directory);
  const entry = entryFor(options, described);
  const values: Values = {
    name: checked("name", name, "--name"),
    entry,
    port: options.port === undefined ? null : checked("port", options.port, "--port"),
    memory: options.memory === undefined ? null : checked("max_memory", options.memory, "--memory"),
    memoryText: String(options.memory ?? ""),
    cpu: options.cpu === undefined ? null : checked("max_cpu_percent", options.cpu, "--cpu"),
  };
  // module.exports in a .js file of such a package is not a module for Node
  const isModule = described["type"] === "module";
  const file = options.ecosystem === true ? `ecosystem.config.${isModule ? "cjs" : "js"}` : BUNCTL_FILE;
  return {
    path: join(directory, file),
    text: options.ecosystem === true ? ecosystemText(values) : bunctlText(values, directory),
    notes: [`the entry is ${entry.word} (${entry.from})`, ...shadowNotes(directory, file)],
  };
}

/** Tells which of the two files holds from now on. */
export function shadowNotes(directory: string, file: string): readonly string[] {
  const order = APP_FILES.indexOf(file);
  return APP_FILES.flatMap((other, at) => {
    if (other === file || other === "package.json" || !existsSync(join(directory, other))) return [];
    return [
      at < order
        ? `${other} is there, and stands above ${file}: name the new one with --config ${file}`
        : `${file} stands above ${other} from now on`,
    ];
  });
}

/** @throws UsageError when a file is there and `overwrite` is not set */
export function writeInit(
  { path, text }: Pick<InitPlan, "path" | "text">,
  overwrite: boolean,
  uid: number | null,
): void {
  requireBelievable(path, uid);
  if (overwrite) {
    // a program that reads it meanwhile sees the old file or the new one
    const temporary = `${path}.${process.pid}.new`;
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, path);
    return;
  }
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    throw new UsageError(`${path} is there already, and was left alone. Write --force to overwrite it.`);
  }
}

type Described = Readonly<Record<string, unknown>>;

function descriptionOf(directory: string): Described {
  const text = orElse(null, () => readRegular(join(directory, "package.json")), "ENOENT", "ENOTDIR");
  const value = text === null ? null : parsedJson(text);
  return isRecord(value) ? value : {};
}

/** Returns the name without the scope: @shop/api is called api. */
function nameIn({ name }: Described): string | null {
  const own = typeof name === "string" ? name.replace(/^@[^/]*\//u, "") : "";
  return own === "" ? null : own;
}

interface Entry {
  /** A file, relative to the directory, or a command. */
  readonly word: string;
  readonly is: "file" | "command";
  readonly from: string;
}

const ENTRIES = ["server", "index", "main", "app"].flatMap((name) =>
  ["ts", "tsx", "mts", "js", "jsx", "mjs", "cjs"].flatMap((ending) => [
    `src/${name}.${ending}`,
    `${name}.${ending}`,
  ]),
);

function entryFor({ entry, directory }: InitOptions, described: Described): Entry {
  if (entry !== undefined) {
    if (kindOfFile(join(directory, entry)) === "file" || kindOfFile(entry) === "file")
      return { word: entry, is: "file", from: "--entry" };
    throw new UsageError(`--entry ${entry}: there is no such file in ${directory}.`);
  }
  for (const key of ["main", "module"] as const) {
    const file = described[key];
    if (typeof file === "string" && kindOfFile(join(directory, file)) === "file")
      return { word: file, is: "file", from: `${key} of package.json` };
  }
  const scripts = described["scripts"];
  const start = isRecord(scripts) ? scripts["start"] : undefined;
  if (typeof start === "string") return { ...startCommand(start), is: "command" };
  const found = ENTRIES.find((each) => kindOfFile(join(directory, each)) === "file");
  if (found !== undefined) return { word: found, is: "file", from: "found" };
  throw new UsageError(
    `No entry was found in ${directory}: package.json names no main, module or scripts.start that is there, and there is no ${ENTRIES[0]}. Name it: --entry <file>`,
  );
}

/** A plain call of Bun needs no `bun run start` in between, which would be one more process, and a shell. */
function startCommand(start: string): Pick<Entry, "word" | "from"> {
  const from = "scripts.start of package.json";
  const split = splitCommand(start);
  return split.ok && split.words[0] === "bun"
    ? { word: start.trim(), from }
    : { word: "bun run start", from };
}

interface Values {
  readonly name: string;
  readonly entry: Entry;
  readonly port: number | null;
  readonly memory: number | null;
  readonly memoryText: string;
  readonly cpu: number | null;
}

/** @throws UsageError */
function checked<Key extends "name" | "port" | "max_memory" | "max_cpu_percent">(
  key: Key,
  value: unknown,
  option: string,
): Key extends "name" ? string : number {
  const { kind } = APP_KEYS[key];
  const found: unknown = kind.read(value);
  if (found instanceof Refusal)
    throw new UsageError(`${option} ${String(value)}: ${found.why}. Allowed is ${kind.allowed}.`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the kind of the key says so
  return found as Key extends "name" ? string : number;
}

const IS_SCRIPT = /\.[cm]?[jt]sx?$/u;

function bunctlText({ name, entry, port, memory, cpu }: Values, directory: string): string {
  const runs =
    entry.is === "command"
      ? { command: entry.word }
      : IS_SCRIPT.test(entry.word)
        ? { command: `bun run ${shellWord(entry.word)}` }
        : { script: entry.word };
  const app = {
    name,
    ...runs,
    ...(port !== null && { env: { PORT: String(port) } }),
    ...(memory !== null && { max_memory: memory }),
    ...(cpu !== null && { max_cpu_percent: cpu }),
    restart_policy: "always",
  };
  return jsonText({ apps: [app] }, directory);
}

const SCHEMA = "node_modules/bun-watchdog/config/bunctl.schema.json";

/** Adds the schema where an editor finds it. */
export const jsonText = (content: object, directory: string): string =>
  `${JSON.stringify({ ...(existsSync(join(directory, SCHEMA)) && { $schema: `./${SCHEMA}` }), ...content }, null, 2)}\n`;

/**
 * The text looks like PM2's own template, so that a person who knows that one finds everything in its place.
 */
function ecosystemText({ name, entry, port, memory, memoryText, cpu }: Values): string {
  const lines: readonly (readonly [key: string, value: string])[] = [
    ["name", text(name)],
    ["script", text(entry.word)],
    ...(entry.is === "file" && IS_SCRIPT.test(entry.word) ? ([["interpreter", "'bun'"]] as const) : []),
    ["instances", "1"],
    ["autorestart", "true"],
    ["watch", "false"],
    ...(memory === null
      ? []
      : ([
          ["max_memory_restart", /^\d+[KMG]$/u.test(memoryText) ? text(memoryText) : String(memory)],
        ] as const)),
    ...(cpu === null
      ? []
      : ([["max_cpu_percent", `${cpu}, // bunctl's own: PM2 has no limit of CPU`]] as const)),
  ];
  const env = [...(port === null ? [] : [`PORT: ${port}`]), "NODE_ENV: 'production'"];
  const body = lines.map(([key, value]) => `    ${key}: ${value.includes(" //") ? value : `${value},`}`);
  return [
    "module.exports = {",
    "  apps: [{",
    ...body,
    "    env: {",
    ...env.map((each) => `      ${each},`),
    "    },",
    "  }],",
    "};",
    "",
  ].join("\n");
}

const text = (value: string): string =>
  `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
