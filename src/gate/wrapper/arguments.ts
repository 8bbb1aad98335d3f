/**
 * What of a command line is ours, and what is Bun's. Ours are the options before the first word, or before `--`; from
 * the first word on, or the first option that only Bun has, everything is Bun's. Not node:util's parseArgs: it takes
 * 2 ms of each launch, and knows no option whose value may be left out.
 */
import { BUN_OPTIONS } from "../../core/process/bun-options.ts";
import { parseDuration } from "../../text/duration.ts";
import { UsageError } from "../../text/errors.ts";

export interface WrapperOptions {
  /** null = none. */
  readonly timeoutMs?: number | null;
  readonly memoryBytes?: number;
  readonly cpuPercent?: number;
  readonly graceMs?: number;
  readonly name?: string;
  /** null = for ever. */
  readonly waitMs?: number | null;
  readonly keep?: true;
  readonly jsonReport?: string;
  readonly config?: string;
  readonly scope?: string;
  readonly quiet?: true;
}

export type Parsed =
  | { readonly kind: "help" | "version" }
  | { readonly kind: "run"; readonly options: WrapperOptions; readonly args: readonly string[] };

type Read = (value: string) => WrapperOptions;

const percent = (text: string): number => {
  const value = Number(text.replace(/\s*%$/, ""));
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new UsageError(
    `"${text}" is no CPU limit. Write percent of one core: 80, or 250 for two and a half.`,
  );
};

/** As timeout(1) has it. */
const noneIfZero = (ms: number): number | null => (ms === 0 ? null : ms);

const WITH_VALUE: Readonly<Record<string, Read>> = {
  "--timeout": (text) => ({ timeoutMs: noneIfZero(parseDuration(text)) }),
  "--memory": (text) => ({ memoryBytes: parseBytes(text) }),
  "--cpu": (text) => ({ cpuPercent: percent(text) }),
  "--grace": (text) => ({ graceMs: parseDuration(text) }),
  "--name": (name) => ({ name }),
  "--json-report": (jsonReport) => ({ jsonReport }),
  "--config": (config) => ({ config }),
  "--scope": (scope) => ({ scope }),
};

/** `--wait` alone has a meaning, so its value is written with "=". */
const WAIT = "--wait";
const ALONE: Readonly<Record<string, WrapperOptions>> = {
  "--keep": { keep: true },
  "-q": { quiet: true },
  "--quiet": { quiet: true },
  "--no-color": {},
  [WAIT]: { waitMs: null },
};
const SAYING: Readonly<Record<string, "help" | "version">> = {
  "--help": "help",
  "-h": "help",
  "--version": "version",
  "-v": "version",
};

const OPTIONS = [...Object.keys(WITH_VALUE), ...Object.keys(ALONE), ...Object.keys(SAYING)];

/** @throws UsageError */
export async function parseArguments(argv: readonly string[]): Promise<Parsed> {
  const options: WrapperOptions = {};
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? "";
    if (argument === "--") return run(options, argv.slice(at + 1));
    if (!argument.startsWith("-") || argument === "-") return run(options, argv.slice(at));
    const [name, value] = split(argument);
    const saying = SAYING[name];
    if (saying !== undefined) return { kind: saying };
    const read = WITH_VALUE[name];
    if (read !== undefined) {
      const given = value ?? argv[++at];
      if (given === undefined || given === "") throw new UsageError(`${name} needs a value: ${name} <…>.`);
      Object.assign(options, read(given));
    } else if (name === WAIT && value !== undefined) {
      Object.assign(options, { waitMs: parseDuration(value) });
    } else if (ALONE[name] !== undefined && value === undefined) {
      Object.assign(options, ALONE[name]);
    } else if (BUN_OPTIONS.includes(name)) {
      return run(options, argv.slice(at));
    } else throw await unknown(name);
  }
  return run(options, []);
}

const split = (argument: string): readonly [string, string?] => {
  const end = argument.indexOf("=");
  return end < 0 ? [argument] : [argument.slice(0, end), argument.slice(end + 1)];
};

const run = (options: WrapperOptions, args: readonly string[]): Parsed => ({ kind: "run", options, args });

async function unknown(name: string): Promise<UsageError> {
  const { nearest } = await import("../../text/nearest.ts");
  const guess = nearest(name.replace(/^-+/, ""), [...OPTIONS, ...BUN_OPTIONS]);
  const meant = guess === null ? "" : ` Did you mean ${guess}?`;
  return new UsageError(
    `${name} is an option neither of bun-wrapper nor of bun.${meant} What the program itself takes stands after its name: bun-wrapper [options] <file|script|command> ${name}`,
  );
}

const POWERS = { K: 1, M: 2, G: 3, T: 4 } as const;

/** "512M", "2G", "1.5GiB", "800 MB": powers of 1024. Throws UsageError with what is allowed. */
export function parseBytes(text: string): number {
  const match = /^(?<number>\d+(?:\.\d+)?)\s*(?<unit>[KMGT])(?:i?B)?$/i.exec(text.trim());
  const unit = match?.groups?.["unit"]?.toUpperCase();
  const power = Object.entries(POWERS).find(([name]) => name === unit)?.[1];
  const bytes = Math.round(Number(match?.groups?.["number"]) * 1_024 ** (power ?? 0));
  if (power === undefined || bytes === 0)
    throw new UsageError(`"${text}" is no amount of memory. Write 512M, 2G or 1.5G.`);
  return bytes;
}
