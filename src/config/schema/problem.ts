/** Says what is wrong with a configuration, as data first; `format` prints it as a good compiler does. */
import type { Position } from "../syntax/position.ts";
import { shownValue } from "./printable.ts";

type ProblemCode =
  | "syntax"
  | "encoding"
  | "too-deep"
  | "too-large"
  | "unknown-key"
  | "duplicate-key"
  | "missing-key"
  | "wrong-type"
  | "bad-value"
  | "not-allowed-here"
  | "not-found"
  | "unreadable"
  | "not-a-file"
  | "untrusted"
  /** Understood, and without effect here. */
  | "passed-over"
  /** A file that is code ended, or threw, instead of saying something. */
  | "not-evaluated"
  /** What is named does not exist, or cannot be run. */
  | "no-program";

export interface Problem {
  readonly code: ProblemCode;
  /** Path of the file, or the name of a variable or flag. Printable. */
  readonly source: string;
  /** null where there is no text to point into. */
  readonly at: Position | null;
  /** `rules[0].match.command`; "" for the whole document. Printable. */
  readonly key: string;
  /** The offending value, printable and shortened; null when there is none. */
  readonly value: string | null;
  /** What is wrong, with the value and without the key: `"80%" is not a number`. */
  readonly message: string;
  /** What would be right, or the next move; null when the message says it all. */
  readonly allowed: string | null;
  /** The known key that was probably meant. */
  readonly nearest: string | null;
}

/** `source`: whatever it is made of; as long as it is not said, there is nothing of the rest. */
export const configProblem = (
  code: ProblemCode,
  source: string,
  details: Partial<Omit<Problem, "code" | "source">>,
): Problem => ({
  code,
  source: shownValue(source, MAX_PATH),
  at: null,
  key: "",
  value: null,
  message: "is wrong",
  allowed: null,
  nearest: null,
  ...details,
});

const MAX_PATH = 300;

/** Says what is wrong with a file as a whole, where there is no text to point into. */
export const fileProblem = (
  code: ProblemCode,
  path: string,
  message: string,
  allowed: string | null = null,
): Problem => configProblem(code, path, { message, allowed });

/** Thrown for a configuration that cannot be used, with every problem found in it. Exit 2 at the edge. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(headline).join("\n"));
    this.problems = problems;
  }

  /** For people: file:line:column, the line with a mark under it, what is allowed. No trailing newline. */
  format(): string {
    return formatProblems(this.problems);
  }
}

/** By its code: a program that is built in several files has several copies of the class. */
export const isConfigError = (error: unknown): error is ConfigError =>
  error instanceof Error && "code" in error && error.code === "CONFIG" && "problems" in error;

/** The same for what is no error. */
export function formatProblems(problems: readonly Problem[]): string {
  const said = new Set<string>();
  const shown = problems.slice(0, MAX_SHOWN).map((problem) => formatProblem(problem, said));
  const more = problems.length - shown.length;
  if (more > 0) shown.push(`… and ${more} more problem${more === 1 ? "" : "s"}`);
  return shown.join("\n\n");
}

/** What a person reads before correcting the first ones. `problems` has them all. */
const MAX_SHOWN = 20;

/** `file:3:24: maxCpuUsagePercent: "80%" is not a number` */
export const headline = ({ source, at, key, message }: Problem): string =>
  `${source}${at === null ? "" : `:${at.line}:${at.column}`}: ${key === "" ? "" : `${key}: `}${message}`;

/** Of these, `allowed` says what to do rather than what to write. */
const REMEDY: ReadonlySet<ProblemCode> = new Set([
  "not-found",
  "unreadable",
  "untrusted",
  "passed-over",
  "not-evaluated",
  "no-program",
]);

/** A list of all keys is worth its line once, and none where the key that was meant is found. */
const LONG = 120;

function formatProblem(problem: Problem, said: Set<string>): string {
  const lines = [headline(problem)];
  const { at } = problem;
  const number = at === null ? "" : String(at.line);
  if (at !== null && at.excerpt !== "") {
    const before = Array.from(at.excerpt).slice(0, at.mark.start).join("");
    lines.push(`  ${number} | ${at.excerpt}`);
    lines.push(
      `  ${" ".repeat(number.length)} | ${" ".repeat(Bun.stringWidth(before))}${"^".repeat(at.mark.length)}`,
    );
  }
  const indent = " ".repeat(at === null ? 2 : number.length + 3);
  if (problem.nearest !== null) lines.push(`${indent}did you mean ${problem.nearest}?`);
  const { allowed } = problem;
  const isAnswered = problem.nearest !== null && (allowed?.length ?? 0) > LONG;
  if (allowed !== null && !isAnswered && !said.has(allowed))
    lines.push(`${indent}${REMEDY.has(problem.code) ? "to mend it" : "allowed"}: ${allowed}`);
  if (allowed !== null && allowed.length > LONG) said.add(allowed);
  return lines.join("\n");
}
