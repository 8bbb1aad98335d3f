/** Tells what a Bun process does, from its arguments: they are all that another process can see of it. */
import { calledAs, EVALUATES, PACKAGE_COMMANDS, readOptions, wordSet, type Options } from "./bun-options.ts";
import type { Kind, Runtime } from "./process.ts";

/** Options that run package scripts in several workspaces, or several scripts. */
const LAUNCHES = wordSet("--filter -F --workspaces --parallel --sequential");

/** Other commands that are no script's name, and run something themselves. */
const RUNS = wordSet("exec check fmt feedback -");

/** Something with a path or the ending of what Bun runs; anything else is a package script's name. */
const LOOKS_LIKE_FILE = /[/\\]|^\.{1,2}$|\.(?:[cm]?[jt]sx?|jsonc?|html?|wasm|sh|toml|ya?ml)$/i;

/** `runtime` is what the executable is; `argv` starts with argv0, and may be empty or unreadable (null). */
export const classify = (argv: readonly string[] | null, runtime: Runtime): Kind => {
  if (runtime === "other") return "other";
  if (runtime === "compiled") return "compiled";
  if (argv === null || argv.length === 0) return "run";
  switch (calledAs(argv[0] ?? "")) {
    case "bunx":
      return "bunx";
    case "node":
      // `bun --bun tool` and `bunx --bun tool` pose as node: node has no commands, only files.
      return classifyRun(argv.slice(1), false);
    default:
      return classifyRun(argv.slice(1), true);
  }
};

const classifyRun = (args: readonly string[], commands: boolean): Kind => {
  const { rest, names } = readOptions(args);
  const [target, ...behind] = rest;
  if (names.has("--test-worker")) return "test-worker";
  if (target === undefined) return withoutTarget(names);
  if (commands && target === "run") return classifyTarget(readOptions(behind), names);
  const command = commands ? classifyCommand(target, behind, names) : null;
  return command ?? classifyTarget({ rest, names }, names, !commands);
};

/** `bun test`, `bun build` …; null for a file or a package script. */
const classifyCommand = (
  command: string,
  behind: readonly string[],
  before: ReadonlySet<string>,
): Kind | null => {
  const watch = watching(before) ?? watching(behind);
  if (command === "test") return behind.includes("--test-worker") ? "test-worker" : (watch ?? "test");
  if (command === "build") return watch ?? "build";
  if (command === "x") return "bunx";
  if (command === "repl") return "repl";
  if (PACKAGE_COMMANDS.has(command)) return "install";
  return RUNS.has(command) ? "run" : null;
};

/** The test runner and the bundler take their options anywhere. */
const watching = (args: Iterable<string>): Kind | null => {
  for (const argument of args) {
    if (argument === "--") return null;
    if (argument === "--watch") return "watch";
    if (argument === "--hot") return "hot";
  }
  return null;
};

const withoutTarget = (names: ReadonlySet<string>): Kind => {
  for (const name of names) if (EVALUATES.has(name)) return watching(names) ?? "run";
  return names.size === 0 || names.has("--interactive") ? "repl" : "run";
};

const classifyTarget = (run: Options, before: ReadonlySet<string>, alwaysFile = false): Kind => {
  const watch = watching(before) ?? watching(run.names);
  if (watch !== null) return watch;
  for (const name of LAUNCHES) if (before.has(name) || run.names.has(name)) return "launcher";
  const target = run.rest[0];
  if (target === undefined) return withoutTarget(new Set([...before, ...run.names, "run"]));
  return alwaysFile || target === "-" || LOOKS_LIKE_FILE.test(target) ? "run" : "launcher";
};
