/** Failures a person caused or can mend. Only the edge prints them; everything else is a bug. */

import { nextMove } from "./machine-state.ts";

/** Exit 2: the command line or the configuration is wrong. */
export class UsageError extends Error {
  readonly code = "USAGE";
}

/** Exit 1: understood, tried, and could not be done. The message ends with the next move. */
export class CommandError extends Error {
  readonly code = "FAILED";
}

/** Errors that say themselves how they print (ConfigError with file, line and caret). */
interface Printable extends Error {
  readonly code: string;
  format(): string;
}

const isPrintable = (error: unknown): error is Printable =>
  error instanceof Error && "format" in error && typeof error.format === "function";

/** Codes of failures in the rooms below whose message already says what to do next. */
const EXPLAINED = new Set([
  "FAILED",
  "HISTORY",
  "MONITOR",
  "PROC_NAMESPACE",
  "TOO_FEW_DESCRIPTORS",
  "PROCESS_LIST",
  "UNSUPPORTED_PLATFORM",
  "ERUNTIMEDIR",
  "ELEDGER",
  "EUNTRUSTED",
]);
/** As above, and what is wrong is what was asked for. */
const MISUSED = new Set(["UNKNOWN_BACKEND", "USAGE"]);

const hasCodeOf = (codes: ReadonlySet<string>, error: unknown): boolean =>
  error instanceof Error && "code" in error && codes.has(String(error.code));

/** What the user sees on stderr, and the exit code: 2 for usage and config, 1 for the rest. */
export function describeFailure(error: unknown, debug: boolean): { text: string; exitCode: 1 | 2 } {
  if (isPrintable(error)) return { text: error.format(), exitCode: 2 };
  const text = error instanceof Error ? error.message : String(error);
  if (hasCodeOf(MISUSED, error)) return { text: `error: ${text}`, exitCode: 2 };
  if (debug && error instanceof Error) return { text: error.stack ?? text, exitCode: 1 };
  if (hasCodeOf(EXPLAINED, error)) return { text: `error: ${text}`, exitCode: 1 };
  const next = error instanceof Error ? nextMove(error) : null;
  if (next !== null) return { text: `error: ${text.replace(/\.$/u, "")}. ${next}`, exitCode: 1 };
  return {
    text: `error: ${text}\nThis is a bug in bun-watchdog. Run again with DEBUG=1 for the trace.`,
    exitCode: 1,
  };
}
