/**
 * These are the kinds of value that a key of an app can have. Each says how the value is read, what is
 * allowed in words, and what its JSON Schema is.
 */
import { LONGEST_TIMER_MS } from "../../text/duration.ts";
import type { Path } from "../syntax/document.ts";
import { isRecord } from "../../text/json.ts";

/**
 * Says why a value is refused, as the rest of a sentence about it; `path` leads to it from the key's own
 * value.
 */
export class Refusal {
  readonly why: string;
  readonly path: Path;

  constructor(why: string, path: Path = []) {
    this.why = why;
    this.path = path;
  }
}

export interface ValueKind<Value> {
  /** Half a sentence that says what is allowed. */
  readonly allowed: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly read: (value: unknown) => Value | Refusal;
}

export const textValue: ValueKind<string> = {
  allowed: "a text that is not empty",
  schema: { type: "string", minLength: 1 },
  read: (value) =>
    typeof value !== "string"
      ? new Refusal("is not a text")
      : value.trim() === ""
        ? new Refusal("is empty")
        : value.includes("\0")
          ? new Refusal("contains a NUL character")
          : value,
};

const LONGEST_NAME = 100;

/** The name is shown, apps are selected by it, and it is part of the names of log files. */
export const nameText: ValueKind<string> = {
  allowed: `a text of 1 to ${LONGEST_NAME} characters on one line`,
  schema: { type: "string", minLength: 1, maxLength: LONGEST_NAME },
  read: (value) => {
    const text = typeof value === "number" ? String(value) : value;
    if (typeof text !== "string") return new Refusal("is not a text");
    if (text.trim() === "") return new Refusal("is empty");
    if (text.length > LONGEST_NAME) return new Refusal(`has ${text.length} characters`);
    return /[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? new Refusal("contains control characters") : text;
  },
};

export const yesNo: ValueKind<boolean> = {
  allowed: "true or false",
  schema: { type: "boolean" },
  read: (value) => (typeof value === "boolean" ? value : new Refusal("is neither true nor false")),
};

/** PM2 takes "4" for 4, too. */
const numberOf = (value: unknown): number | null => {
  if (typeof value === "string") return /^\s*-?\d+(?:\.\d+)?\s*$/u.test(value) ? Number(value) : null;
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

const within = (number: number, min: number, max: number): Refusal | null =>
  number < min
    ? new Refusal(`is less than ${min}`)
    : number > max
      ? new Refusal(`is more than ${max}`)
      : null;

export const wholeNumber = (min: number, max: number, unit: string): ValueKind<number> => ({
  allowed: `a whole number from ${min} to ${max} (${unit})`,
  schema: { type: ["integer", "string"], minimum: min, maximum: max, pattern: "^-?\\d+$" },
  read: (value) => {
    const number = numberOf(value);
    if (number === null) return new Refusal("is not a number");
    if (!Number.isInteger(number)) return new Refusal("is not a whole number");
    return within(number, min, max) ?? number;
  },
});

const MOST_CPU = 102_400;

export const cpuPercent: ValueKind<number> = {
  allowed: `a number from 1 to ${MOST_CPU} (percent; 100 = one core)`,
  schema: { type: ["number", "string"], minimum: 1, maximum: MOST_CPU, pattern: "^\\d+(\\.\\d+)?%?$" },
  read: (value) => {
    const number = numberOf(typeof value === "string" ? value.replace(/%\s*$/u, "") : value);
    return number === null ? new Refusal("is not a number") : (within(number, 1, MOST_CPU) ?? number);
  },
};

const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  k: 1_024,
  m: 1_048_576,
  g: 1_073_741_824,
  t: 1_099_511_627_776,
};
const SIZE = /^\s*(?<number>\d+(?:\.\d+)?)\s*(?:(?<unit>[kmgt])(?:i?b)?|b)?\s*$/iu;

/** Sizes count as in PM2: K, M and G are powers of 1,024. */
export const size = (minBytes: number): ValueKind<number> => ({
  allowed: `bytes as a number, or a text such as "512M" or "1.5G" (1K = 1024 bytes); at least ${minBytes} bytes`,
  schema: {
    type: ["integer", "string"],
    minimum: minBytes,
    pattern: "^\\s*\\d+(\\.\\d+)?\\s*([kKmMgGtT]([iI]?[bB])?|[bB])?\\s*$",
  },
  read: (value) => {
    const groups = SIZE.exec(
      typeof value === "number" ? String(value) : typeof value === "string" ? value : "",
    )?.groups;
    if (groups === undefined) return new Refusal("is not a size");
    const bytes = Math.round(
      Number(groups["number"]) * (UNIT_BYTES[groups["unit"]?.toLowerCase() ?? ""] ?? 1),
    );
    if (bytes < minBytes) return new Refusal(`is ${bytes} bytes: less than anything can run with`);
    return Number.isSafeInteger(bytes) ? bytes : new Refusal("is more than a number can say");
  },
});

const UNIT_MS: Readonly<Record<string, number>> = {
  "": 1,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const DURATION_TEXT = /^\s*(?<number>\d+(?:\.\d+)?)\s*(?<unit>ms|s|m|h|d)?\s*$/u;

/**
 * Times count as in PM2: a number is milliseconds. No timer waits for longer than 24 days: for a restart that is further away there
 * are cron expressions.
 */
export const span = (minMs = 0, mostMs = LONGEST_TIMER_MS): ValueKind<number> => ({
  allowed: `milliseconds as a number, or a text such as "500ms", "10s", "5m" or "1h"`,
  schema: {
    type: ["integer", "string"],
    minimum: minMs,
    maximum: mostMs,
    pattern: "^\\s*\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)?\\s*$",
  },
  read: (value) => {
    const groups = DURATION_TEXT.exec(
      typeof value === "number" ? String(value) : typeof value === "string" ? value : "",
    )?.groups;
    if (groups === undefined) return new Refusal("is not a duration");
    const ms = Math.round(Number(groups["number"]) * (UNIT_MS[groups["unit"] ?? ""] ?? 1));
    return within(ms, minMs, mostMs) ?? ms;
  },
});

export const oneWord = <const Words extends readonly string[]>(
  ...words: Words
): ValueKind<Words[number]> => ({
  allowed: words.map((word) => `"${word}"`).join(", "),
  schema: { enum: words },
  read: (value) => words.find((word) => word === value) ?? new Refusal("is not one of the words known here"),
});

/** A text, or a list of texts (numbers are taken as they are written). */
export const texts = (
  what: string,
  split: (text: string) => readonly string[],
): ValueKind<readonly string[]> => ({
  allowed: `${what}: a text, or a list of texts`,
  schema: { type: ["string", "array"], items: { type: ["string", "number"] } },
  read: (value) => {
    if (typeof value === "string") return split(value);
    if (!Array.isArray(value)) return new Refusal("is neither a text nor a list");
    const found: string[] = [];
    for (const [index, each] of value.entries()) {
      if (typeof each !== "string" && typeof each !== "number") return new Refusal("is not a text", [index]);
      found.push(String(each));
    }
    return found;
  },
});

export const either = <A, B>(
  allowed: string,
  first: ValueKind<A>,
  second: ValueKind<B>,
): ValueKind<A | B> => ({
  allowed,
  schema: { anyOf: [first.schema, second.schema] },
  read: (value) => {
    const one = first.read(value);
    if (!(one instanceof Refusal)) return one;
    const other = second.read(value);
    return other instanceof Refusal && one.path.length > other.path.length ? one : other;
  },
});

export type Fields = Readonly<Record<string, ValueKind<unknown>>>;
type FieldsOf<Of extends Fields> = {
  readonly [Key in keyof Of]?: Of[Key] extends ValueKind<infer Value> ? Value : never;
};

/** An object whose keys are known. They may be written in camelCase, too. */
export const record = <const Of extends Fields>(example: string, fields: Of): ValueKind<FieldsOf<Of>> => ({
  allowed: `an object such as ${example}`,
  schema: {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(fields).map(([key, { schema }]) => [key, schema])),
  },
  read: (value) => {
    if (!isRecord(value) || Array.isArray(value)) return new Refusal("is not an object");
    const found: Record<string, unknown> = {};
    for (const [key, each] of Object.entries(value)) {
      const name = snake(key);
      const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (kind === undefined)
        return new Refusal(`is not a key that is known here (${Object.keys(fields).join(", ")})`, [key]);
      if (each === null || each === undefined) continue;
      const read = kind.read(each);
      if (read instanceof Refusal) return new Refusal(`${read.why}: ${kind.allowed}`, [key, ...read.path]);
      found[name] = read;
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was read by the kind of its key
    return found as FieldsOf<Of>;
  },
});

/** maxMemory → max_memory */
const snake = (key: string): string => key.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);

/** max_memory → maxMemory */
export const camel = (key: string): string =>
  key.replace(/(?<=.)_(?<letter>[a-z])/gu, (_all, letter: string) => letter.toUpperCase());
