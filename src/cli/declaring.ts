/**
 * A command as data: what it takes and what it runs. `program.ts` makes commander's commands of it. It loads no parser: a
 * plain monitor, which has no use for one, stays for months.
 */
import type { ConfigFlags } from "../host/configuration.ts";
import type { Offers } from "./completion/offer.ts";

/**
 * Returns what a word stands for; `before` is the value that the words before it gave, else the default.
 * Throws UsageError with what is allowed.
 */
// each knows what it has made of the words before
// oxlint-disable-next-line typescript/no-explicit-any
export type ReadValue = (text: string, before: any) => unknown;

/**
 * The flags are spelled as in commander (`-f, --force`, `--lines <count>`); then comes how a value is read,
 * or the words that it may be; then its default. What stands in brackets says which values are offered
 * (completion/values.ts).
 */
export type DeclaredOption = readonly [
  flags: string,
  meaning: string,
  value?: ReadValue | readonly string[],
  fallback?: unknown,
];

type Rows = readonly (readonly [term: string, meaning: string])[];

export interface Declaration {
  readonly argument?: readonly [name: string, meaning: string, read?: ReadValue];
  readonly options?: readonly DeclaredOption[];
  /** Options end where the argument begins: the rest is another command's. */
  readonly passThrough?: boolean;
  readonly examples?: Rows;
  /** Where they are others than EXIT_CODES. */
  readonly exitCodes?: Rows;
  /** Words that people write here and that mean something else: what to write instead. */
  readonly instead?: Readonly<Record<string, string>>;
  /** Gets the argument, if there is one, and the options. Resolves to the exit code. */
  run?(...args: unknown[]): Promise<number>;
  readonly commands?: Readonly<Record<string, Declaration & { readonly summary: string }>>;
}

/** The line of a command in the help; the rest is loaded when somebody asks for it. */
export interface CommandLine {
  readonly summary: string;
  readonly aliases: readonly string[];
  readonly load: () => Promise<Declaration>;
}

export const line = (
  summary: string,
  load: () => Promise<Declaration>,
  aliases: readonly string[] = [],
): CommandLine => ({ summary, load, aliases });

/** Of completion: what a placeholder stands for, where only this program can tell. */
type Values = Readonly<Record<string, () => Promise<Offers>>>;

export interface Program {
  readonly name: string;
  readonly summary: string;
  /** The commands by name, in the order of the help. */
  readonly commands: Readonly<Record<string, CommandLine>>;
  readonly examples: Rows;
  readonly exitCodes?: Rows;
  readonly instead?: Readonly<Record<string, string>>;
  /** Programs that are completed by this one. */
  readonly beside?: Readonly<Record<string, () => Promise<Declaration>>>;
  readonly values?: Values;
}

export interface JsonFlags extends ConfigFlags {
  readonly json?: boolean;
}

export const JSON_OPTION: DeclaredOption = ["--json", "one JSON object on standard output"];

/** The options that say whose limits apply, and to which processes. */
export const CONFIG_OPTIONS: readonly DeclaredOption[] = [
  ["--config <file>", "use this configuration file"],
  [
    "--scope <scope>",
    "nearest (default): each by the file nearest above it, elsewhere harm only; project: this project's; user: all of this account's; machine: everybody's (root)",
  ],
  ["--mode <mode>", "enforce: stop runaways; observe: only report them"],
];

/** The edge carries these out: before anything is read, or printed. */
export const EDGE_OPTIONS: readonly DeclaredOption[] = [
  ["-q, --quiet", "say nothing where all is well; the exit code tells"],
  ["--no-color", "print no colours, as with NO_COLOR=1"],
];

/** Every command of every program takes these. */
export const GLOBAL_OPTIONS: readonly DeclaredOption[] = [
  ...EDGE_OPTIONS,
  ["-v, --version", "print the version"],
  ["-h, --help", "print this help"],
];

/** Those of `usual` that a command does not declare itself, with a meaning of its own. */
export const unlessDeclared = (
  usual: readonly DeclaredOption[],
  own: readonly DeclaredOption[],
): readonly DeclaredOption[] => usual.filter(([flags]) => !own.some(([each]) => each === flags));

/** What most commands end with. */
export const EXIT_CODES: Rows = [
  ["0", "done and clean"],
  ["1", "something survived, or could not be done"],
  ["2", "wrong arguments, or a wrong configuration"],
];
