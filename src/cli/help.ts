/** The help of a program and of each command, made of their declarations. */
import { helpText, type HelpSection } from "../render/help.ts";
import { durationWord } from "../text/duration.ts";
import {
  EXIT_CODES,
  GLOBAL_OPTIONS,
  type Declaration,
  type DeclaredOption,
  type Program,
} from "./declaring.ts";
import { outputWidth } from "./printing.ts";

const row = ([flags, meaning, value, fallback]: DeclaredOption) =>
  [flags, [meaning, ...remark(flags, value, fallback)].join(" ")] as const;

function remark(flags: string, value: DeclaredOption[2], fallback: unknown): readonly string[] {
  const words = Array.isArray(value) ? value.join(", ") : null;
  const isTime = typeof fallback === "number" && flags.endsWith("<duration>");
  const standard = isTime ? durationWord(fallback) : String(fallback);
  const said = [
    ...(words === null ? [] : [words]),
    ...(fallback === undefined ? [] : [`default: ${standard}`]),
  ];
  return said.length === 0 ? [] : [`(${said.join("; ")})`];
}

const optionsOf = (options: readonly DeclaredOption[]): readonly HelpSection[] => {
  const own = new Set(options.map(([flags]) => flags.replace(/ [<[].*/u, "")));
  return [
    { title: "Options", rows: options.map(row) },
    {
      title: "Options of every command",
      rows: GLOBAL_OPTIONS.filter(([flags]) => !own.has(flags)).map(row),
    },
  ];
};

/** `path`: the program's name, and those of the commands down to this one. */
export function commandHelp(path: readonly string[], summary: string, declaration: Declaration): string {
  const { argument, options = [], examples = [], exitCodes = EXIT_CODES, commands = {} } = declaration;
  const [program = ""] = path;
  const inner = Object.entries(commands);
  const usage = [
    ...path,
    ...(inner.length > 0 ? ["<command>"] : []),
    "[options]",
    ...(argument === undefined ? [] : [argument[0]]),
  ];
  return shown(usage, summary, [
    { title: "Commands", rows: inner.map(([name, each]) => [name, each.summary]) },
    {
      title: "Arguments",
      rows: argument === undefined ? [] : [[argument[0].replaceAll(/[<>[\]]/gu, ""), argument[1]]],
    },
    ...optionsOf(options),
    ...endOf(program, examples, exitCodes),
  ]);
}

export function programHelp({ name, summary, commands, examples, exitCodes }: Program): string {
  const rows = Object.entries(commands).map(
    ([command, { summary: meaning, aliases }]) => [[command, ...aliases].join(", "), meaning] as const,
  );
  return shown([name, "<command>", "[options]"], summary, [
    { title: "Commands", rows },
    ...optionsOf([]),
    ...endOf(name, [...examples, ["<command> --help", "what a command takes"]], exitCodes ?? EXIT_CODES),
  ]);
}

const endOf = (program: string, examples: Declaration["examples"] = [], exitCodes = EXIT_CODES) => [
  {
    title: "Examples",
    rows: examples.map(([command, meaning]) => [`${program} ${command}`, meaning] as const),
  },
  { title: "Exit codes", rows: exitCodes },
];

/** A pipe has no width: what reads it may be a person's pager. */
const shown = (usage: readonly string[], summary: string, sections: readonly HelpSection[]): string =>
  helpText(usage.join(" "), summary, sections, Math.min(outputWidth(), 80));
