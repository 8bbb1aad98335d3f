/** A failure for programs: whoever asked with --json gets one object, whatever became of it. */
import { CommanderError } from "commander";
import { ConfigError } from "../config/schema/problem.ts";
import { typed } from "../trust/typed.ts";

export interface FailureJson {
  readonly schemaVersion: 1;
  readonly error: {
    /** USAGE, CONFIG, FAILED, MONITOR …: stable, unlike the words. */
    readonly code: string;
    readonly message: string;
    /** What to do about it. */
    readonly next: string;
    /** Of a configuration: each problem with its place. */
    readonly problems?: readonly object[];
  };
}

/** Asked for before a `--`: what stands behind it is another command's. */
export const wantsJson = (argv: readonly string[]): boolean => {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--json");
};

const HELP = "Run with --help to see what is allowed.";

/** `text`: as it would be printed for people. */
export function failureJson(error: unknown, text: string): FailureJson {
  if (error instanceof CommanderError) {
    const [message = "", ...hints] = error.message.replace(/^error: /u, "").split("\n");
    const hint = hints.map((line) => line.replace(/^\(|\)$/gu, "")).join(" ");
    return { schemaVersion: 1, error: { code: "USAGE", message, next: hint === "" ? HELP : hint } };
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "BUG";
  if (error instanceof ConfigError) {
    const [first] = error.problems;
    const problems = error.problems.map(({ source, at, key, value, message, allowed, nearest }) => ({
      source,
      line: at?.line ?? null,
      column: at?.column ?? null,
      key,
      value,
      message,
      allowed,
      nearest,
    }));
    const next = first?.allowed ?? `Mend the file, then run: ${typed("config check")}`;
    return { schemaVersion: 1, error: { code, message: error.message, next, problems } };
  }
  const { message, next } = parted(text.replace(/^error: /u, ""));
  return { schemaVersion: 1, error: { code, message, next: next ?? (code === "USAGE" ? HELP : doctor()) } };
}

const doctor = (): string => `See what this machine allows: ${typed("doctor")}`;

/** Messages end with the next move: their last line, else their last sentence. */
function parted(text: string): { readonly message: string; readonly next: string | null } {
  const at = text.lastIndexOf("\n") >= 0 ? text.lastIndexOf("\n") : lastSentence(text);
  return at < 0
    ? { message: text, next: null }
    : { message: text.slice(0, at).trim(), next: text.slice(at).trim() };
}

/** Where it begins; -1 when there is only one. */
function lastSentence(text: string): number {
  const begins = [...text.matchAll(/[.!?:] (?=[A-Z][a-z])/gu)].at(-1);
  return begins === undefined ? -1 : begins.index + 1;
}
