/** A failure for programs: whoever asked with --json gets one object, whatever became of it. */
import { CommanderError } from "commander";
import { isConfigError } from "../config/schema/problem.ts";
import { typed } from "../trust/typed.ts";

const HELP = "Run with --help to see what is allowed.";

const failure = (code: string, message: string, next: string, more: object = {}) => ({
  schemaVersion: 1,
  error: { code, message, next, ...more },
});

/**
 * `text`: as it would be printed for people. `code`: USAGE, CONFIG, FAILED, MONITOR …: stable, unlike the words. `next`: what to
 * do about it.
 */
export function failureJson(error: unknown, text: string) {
  if (error instanceof CommanderError) {
    const [message = "", ...hints] = error.message.replace(/^error: /u, "").split("\n");
    const hint = hints.map((line) => line.replace(/^\(|\)$/gu, "")).join(" ");
    return failure("USAGE", message, hint === "" ? HELP : hint);
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "BUG";
  if (isConfigError(error)) {
    const [first] = error.problems;
    const problems = error.problems.map(({ source, at, key, value, message, allowed, nearest }) => {
      const [line, column] = [at?.line ?? null, at?.column ?? null];
      return { source, line, column, key, value, message, allowed, nearest };
    });
    const next = first?.allowed ?? `Mend the file, then run: ${typed("config check")}`;
    return failure(code, error.message, next, { problems });
  }
  const { message, next } = parted(text.replace(/^error: /u, ""));
  const otherwise = code === "USAGE" ? HELP : `See what this machine allows: ${typed("doctor")}`;
  return failure(code, message, next ?? otherwise);
}

/** Messages end with the next move: their last line, else their last sentence. */
function parted(text: string) {
  const sentence = [...text.matchAll(/(?<=[.!?:]) (?=[A-Z][a-z])/gu)].at(-1);
  const at = text.includes("\n") ? text.lastIndexOf("\n") : (sentence?.index ?? text.length);
  const next = text.slice(at).trim();
  return { message: text.slice(0, at).trim(), next: next === "" ? null : next };
}
