/** What is wrong with a configuration, as data first; `format` prints it like a good compiler. */

export interface Problem {
  readonly code:
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
    | "unreadable"
    | "not-a-file"
    | "untrusted";
  /** Path of the file, or the name of a variable or flag. Printable. */
  readonly source: string;
  /** 1-based; null where there is no text to point into. */
  readonly at: Position | null;
  /** `rules[0].match.command`; "" for the whole document. Printable. */
  readonly key: string;
  /** The offending value, printable and shortened; null when there is none. */
  readonly value: string | null;
  /** What is wrong, without the key: `"80%" is not a number`. */
  readonly message: string;
  /** What would be right; null when the message says it all. */
  readonly allowed: string | null;
  /** The known key that was probably meant. */
  readonly nearest: string | null;
}

export interface Position {
  readonly line: number;
  readonly column: number;
  /** The line's own text, printable, cut to a window around the column. */
  readonly excerpt: string;
  /** Where in `excerpt` the marked part begins, and how long it is. */
  readonly mark: { readonly start: number; readonly length: number };
}

/** Thrown for a configuration that cannot be used, with every problem found in it. Exit 2 at the edge. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code = "CONFIG";
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map((problem) => headline(problem)).join("\n"));
  }

  /** For people: file:line:column, the line with a mark under it, what is allowed. No trailing newline. */
  format(): string {
    return formatProblems(this.problems);
  }
}

const headline = ({ source, at, key, message }: Problem): string =>
  `${source}${at === null ? "" : `:${at.line}:${at.column}`}: ${key === "" ? "" : `${key} `}${message}`;

export const formatProblems = (problems: readonly Problem[]): string => problems.map(headline).join("\n");
