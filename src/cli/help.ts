/** The help of a program and of each command, made of their declarations. */
import { helpText, type HelpSection } from "../render/help.ts";
import { durationWord } from "../text/duration.ts";
import {
  EXIT_CODES,
  GLOBAL_OPTIONS,
  unlessDeclared,
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

const optionsOf = (options: readonly DeclaredOption[]): readonly HelpSection[] => [
  { title: "Options", rows: options.map(row) },
  { title: "Options of every command", rows: unlessDeclared(GLOBAL_OPTIONS, options).map(row) },
];

/** `path`: the names of the commands down to this one. A group shows an example of each command in it. */
export function commandHelp(
  program: Program,
  path: readonly string[],
  summary: string,
  declaration: Declaration,
): string {
  const { argument, options = [], commands = {}, exitCodes = program.exitCodes ?? EXIT_CODES } = declaration;
  const inner = Object.entries(commands);
  const { examples = inner.flatMap(([, each]) => each.examples?.slice(0, 1) ?? []) } = declaration;
  const usage = [
    program.name,
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
    ...endOf(program.name, examples, exitCodes),
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

const shown = (usage: readonly string[], summary: string, sections: readonly HelpSection[]): string =>
  helpText(usage.join(" "), summary, sections, outputWidth());
