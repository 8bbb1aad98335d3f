/** Which program an interpreter runs, read from its arguments. */
import { baseName } from "../../text/path.ts";
import { calledAs, readBunxOptions, readOptions } from "./bun-options.ts";
import type { ProcessSample } from "./process.ts";

/** Of these -e is no code to evaluate. */
const SHELL = /^(?:ba|da|k|z)?sh$/;

/** What runs: a path, a package script's name or a package; null for none (a REPL, -e, an unreadable command line). */
export function scriptOf(argv: readonly string[] | null): string | null {
  const [argv0 = "", ...args] = argv ?? [];
  const called = calledAs(argv0);
  if (called === "bunx") return readBunxOptions(args).rest[0] ?? null;
  if (SHELL.test(called)) return args.find((argument) => !argument.startsWith("-")) ?? null;
  const [target, ...behind] = readOptions(args).rest;
  // not the script yet
  if (target === "run") return readOptions(behind).rest[0] ?? null;
  if (target === "x") return readBunxOptions(behind).rest[0] ?? null;
  return target ?? null;
}

/** The base names a process is known by: its script's, and its executable's. */
export function namesOf({ argv, exePath }: Pick<ProcessSample, "argv" | "exePath">): readonly string[] {
  return [scriptOf(argv), exePath].flatMap((path) => (path === null ? [] : [baseName(path)]));
}
